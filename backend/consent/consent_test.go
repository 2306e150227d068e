package consent

import (
	"encoding/json"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

var today = calendar.MustParse("2026-11-23")

func current(t *testing.T) Text {
	t.Helper()
	text, err := Current(today)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// zigzag draws n points across the pad, 20 ms apart.
func zigzag(n int) Stroke {
	s := make(Stroke, n)
	for i := range s {
		s[i] = Point{X: 1000 + i*6000/n, Y: 2000 + (i%2)*900, T: i * 20}
	}
	return s
}

func signing(text Text) Signing {
	return Signing{
		VisitID: "visit-1", Version: text.Version, Language: lang.Chinese, ScrolledIn: lang.Chinese,
		Strokes:  []Stroke{zigzag(30)},
		SignedAt: time.Date(2026, 11, 23, 9, 40, 12, 345_678_901, calendar.Beijing),
	}
}

func TestSignedConsentSurvivesJSONAndVerifies(t *testing.T) {
	text := current(t)
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		in := signing(text)
		in.Language, in.ScrolledIn = tag, tag
		signed, err := Sign(text, in)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(signed)
		if err != nil {
			t.Fatal(err)
		}
		var back Consent
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if err := back.Verify("visit-1", text); err != nil {
			t.Errorf("%s: %v", tag, err)
		}
		if back.TextSHA256 != text.SHA256(tag) || len(back.Digest) != 64 {
			t.Errorf("%s: hash %s, digest %s", tag, back.TextSHA256, back.Digest)
		}
	}
}

func TestConsentIsBoundToEverythingInIt(t *testing.T) {
	text := current(t)
	for name, change := range map[string]struct {
		do   func(*Consent, *Text, *string)
		want string
	}{
		"another visit":    {func(_ *Consent, _ *Text, v *string) { *v = "visit-2" }, "consent.digest_mismatch"},
		"a moved point":    {func(c *Consent, _ *Text, _ *string) { c.Strokes[0][3].X++ }, "consent.digest_mismatch"},
		"a later time":     {func(c *Consent, _ *Text, _ *string) { c.SignedAt = c.SignedAt.Add(time.Second) }, "consent.digest_mismatch"},
		"split strokes":    {func(c *Consent, _ *Text, _ *string) { c.Strokes = []Stroke{c.Strokes[0][:9], c.Strokes[0][9:]} }, "consent.digest_mismatch"},
		"no digest":        {func(c *Consent, _ *Text, _ *string) { c.Digest = "" }, "consent.digest_mismatch"},
		"another language": {func(c *Consent, _ *Text, _ *string) { c.Language = lang.English }, "consent.text_mismatch"},
		"unknown language": {func(c *Consent, _ *Text, _ *string) { c.Language = "fr" }, "consent.language"},
		"another version":  {func(c *Consent, _ *Text, _ *string) { c.Version = "2020.1" }, "consent.text_mismatch"},
		"an edited text":   {func(_ *Consent, x *Text, _ *string) { x.Title.ZH += "。" }, "consent.text_mismatch"},
		"no strokes":       {func(c *Consent, _ *Text, _ *string) { c.Strokes = nil }, "consent.signature_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			signed, err := Sign(text, signing(text))
			if err != nil {
				t.Fatal(err)
			}
			other, visit := text, "visit-1"
			change.do(&signed, &other, &visit)
			if got := fault.CodeOf(signed.Verify(visit, other)); got != change.want {
				t.Errorf("Verify = %q, want %q", got, change.want)
			}
		})
	}
}

func TestSignRefuses(t *testing.T) {
	text := current(t)
	backwards := zigzag(20)
	backwards[5].T = 1
	for want, change := range map[string]func(*Signing){
		"consent.visit_missing":       func(s *Signing) { s.VisitID = "" },
		"consent.time_missing":        func(s *Signing) { s.SignedAt = time.Time{} },
		"consent.language":            func(s *Signing) { s.Language = "zh" },
		"consent.text_changed":        func(s *Signing) { s.Version = "2020.1" },
		"consent.not_scrolled":        func(s *Signing) { s.ScrolledIn = "" },
		"consent.signature_missing":   func(s *Signing) { s.Strokes = []Stroke{{}, {}} },
		"consent.signature_malformed": func(s *Signing) { s.Strokes = []Stroke{backwards} },
	} {
		in := signing(text)
		change(&in)
		if got, err := Sign(text, in); fault.CodeOf(err) != want {
			t.Errorf("Sign = %+v, %v; want %s", got, err, want)
		}
	}
}

// Whoever reads one language to its end and then sees the other has not read that.
func TestSignRefusesTheLanguageThatWasNotScrolled(t *testing.T) {
	text := current(t)
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		for _, scrolled := range []lang.Tag{lang.Chinese, lang.English} {
			in := signing(text)
			in.Language, in.ScrolledIn = tag, scrolled
			if _, err := Sign(text, in); (err == nil) != (tag == scrolled) || err != nil && fault.CodeOf(err) != "consent.not_scrolled" {
				t.Errorf("scrolled in %s, signed in %s: %v", scrolled, tag, err)
			}
		}
	}
}

func TestCheckSignature(t *testing.T) {
	line := func(points, length int) []Stroke {
		s := make(Stroke, points)
		for i := range s {
			s[i] = Point{X: i * length / (points - 1), Y: 5, T: i}
		}
		return []Stroke{s}
	}
	many := make([]Stroke, MaxStrokes+1)
	many[0] = line(MinPoints, Scale)[0]
	for _, c := range []struct {
		name    string
		strokes []Stroke
		want    string
	}{
		{"just enough", line(MinPoints, MinLength), ""},
		{"a point fewer", line(MinPoints-1, Scale), "consent.signature_too_short"},
		{"a unit shorter", line(MinPoints, MinLength-1), "consent.signature_too_short"},
		{"as many points as may be", line(MaxPoints, Scale), ""},
		{"one point more", line(MaxPoints+1, Scale), "consent.signature_too_large"},
		{"as many strokes as may be", many[:MaxStrokes], ""},
		{"one stroke more", many, "consent.signature_too_large"},
		{"left of the pad", []Stroke{{{X: -1}}}, "consent.signature_malformed"},
		{"right of the pad", []Stroke{{{X: Scale + 1}}}, "consent.signature_malformed"},
		{"above the pad", []Stroke{{{Y: -1}}}, "consent.signature_malformed"},
		{"below the pad", []Stroke{{{Y: Scale + 1}}}, "consent.signature_malformed"},
		{"too long ago", []Stroke{{{T: MaxMillis + 1}}}, "consent.signature_malformed"},
		{"earlier than the stroke before", []Stroke{{{T: 50}}, {{T: 40}}}, "consent.signature_malformed"},
		{"lifts are not drawn", []Stroke{{{X: 0}, {X: 1}, {X: 2}, {X: 3}}, {{X: Scale}, {X: Scale - 1}, {X: Scale - 2}, {X: Scale - 3}}}, "consent.signature_too_short"},
		{"nothing", nil, "consent.signature_missing"},
	} {
		if got := fault.CodeOf(CheckSignature(c.strokes)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
