package consent

import (
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

func source(t *testing.T) string {
	t.Helper()
	b, err := fs.ReadFile(embedded, "texts/2026.1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSignedTextIsNeverEdited holds the words of every released version. When it
// fails, put the old text back and add a new version instead.
func TestSignedTextIsNeverEdited(t *testing.T) {
	library, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	released := map[string][2]string{
		"2026.1": {
			"1f33994731c7b1af8c798e22c21dcba06a6a0b45b30fdbdb2f0ec6372ffa480e",
			"478a4bc49eba0cc8fd71781fda346806af01091898f0bccf9f9b96fb9915f09b",
		},
	}
	if len(library.Versions()) != len(released) {
		t.Errorf("%d versions, %d of them released here", len(library.Versions()), len(released))
	}
	for _, text := range library.Versions() {
		got := [2]string{text.SHA256(lang.Chinese), text.SHA256(lang.English)}
		if got != released[text.Version] {
			t.Errorf("version %s reads\n%q\nreleased\n%q", text.Version, got, released[text.Version])
		}
	}
}

func TestTextCoversEveryTopicInOrder(t *testing.T) {
	text := current(t)
	for i, topic := range Topics() {
		if text.Sections[i].Topic != topic {
			t.Errorf("section %d is %s, want %s", i, text.Sections[i].Topic, topic)
		}
	}
	for tag, words := range map[lang.Tag][]string{
		lang.Chinese: {"24 小时", "保密性弃血", "不能当作诊断", "如实", "签名", "疾控"},
		lang.English: {"24 hours", "confidential withdrawal", "not a diagnosis", "truthfully", "sign", "disease control"},
	} {
		plain := text.Plain(tag)
		for _, w := range words {
			if !strings.Contains(plain, w) {
				t.Errorf("%s text lacks %q", tag, w)
			}
		}
	}
}

// The private page must not look like anything but one more question.
func TestPrivateChoiceIsUnremarkable(t *testing.T) {
	c := current(t).Choice
	for _, p := range append(c.Body, c.Title, c.Use, c.Discard) {
		for _, alarming := range []string{"弃血", "高危", "艾滋", "!", "！", "discard", "risk", "HIV", "exclu", "withdraw"} {
			if strings.Contains(p.ZH+p.EN, alarming) {
				t.Errorf("%q says %q", p.ZH+p.EN, alarming)
			}
		}
	}
	if d := len([]rune(c.Use.ZH)) - len([]rune(c.Discard.ZH)); d < -2 || d > 2 {
		t.Errorf("answers differ in length by %d characters: they must look alike", d)
	}
}

func TestCurrentFollowsTheDates(t *testing.T) {
	next := strings.NewReplacer(`"2026.1"`, `"2027.1"`, "2026-11-01", "2027-03-01").Replace(source(t))
	library, err := Load(fstest.MapFS{"b.yaml": {Data: []byte(source(t))}, "a.yaml": {Data: []byte(next)}})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-11-01": "2026.1", "2027-02-28": "2026.1", "2027-03-01": "2027.1", "2030-01-01": "2027.1"} {
		if got, err := library.Current(calendar.MustParse(day)); err != nil || got.Version != want {
			t.Errorf("on %s: %s, %v; want %s", day, got.Version, err, want)
		}
	}
	if _, err := library.Current(calendar.MustParse("2026-10-31")); fault.CodeOf(err) != "consent.no_text" {
		t.Errorf("before the first: %v", err)
	}
	if got, err := library.Version("2026.1"); err != nil || got.From.String() != "2026-11-01" {
		t.Errorf("an old version: %s, %v", got.From, err)
	}
	if _, err := library.Version("1"); fault.CodeOf(err) != "consent.version_unknown" {
		t.Errorf("a version never made: %v", err)
	}
}

func TestLoadNamesFileLineAndMistake(t *testing.T) {
	edit := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("the text no longer has %q", old)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	for _, c := range []struct {
		name   string
		change func(string) string
		mark   string // the mistake is on the line that holds this
		code   string
	}{
		{"no version", edit(`version: "2026.1"`, `version: ""`), `version: ""`, "missing"},
		{"no date", edit("from: 2026-11-01", `from: ""`), `from: ""`, "date"},
		{"impossible date", edit("2026-11-01", "2026-02-30"), "2026-02-30", "date"},
		{"one language", edit("  en: Consent to donate blood\n", ""), "献血知情同意书", "language_missing"},
		{"a title in one language", edit("{zh: 签名, en: Signatures}", "{zh: 签名, en: ''}"), "en: ''", "language_missing"},
		{"unknown topic", edit("topic: reactions", "topic: reaction"), "topic: reaction", "topic"},
		{"topic twice", edit("topic: rights", "topic: data"), "您的权利", "topic"},
		{"unknown field", edit("title: {zh: 签名", "titel: {zh: 签名"), "titel", "yaml"},
		{"not YAML", edit("sections:", "sections: ]"), "sections: ]", "yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.change(source(t))
			_, err := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
			if fault.CodeOf(err) != "consent.pack_invalid" {
				t.Fatalf("Load = %v", err)
			}
			before, _, _ := strings.Cut(text, c.mark)
			line := strings.Count(before, "\n") + 1
			for _, p := range fault.From(err).Places {
				if p.Code == c.code && near(p.Location, line) {
					return
				}
			}
			t.Errorf("no %q near x.yaml:%d in %v", c.code, line, err)
		})
	}
}

// near allows the line before: a YAML map is found at its first key.
func near(location string, line int) bool {
	return location == at(line) || location == at(line-1)
}

func TestLoadRefusesTwins(t *testing.T) {
	b := []byte(source(t))
	_, err := Load(fstest.MapFS{"a.yaml": {Data: b}, "b.yaml": {Data: b}})
	if f := fault.From(err); len(f.Places) != 2 || f.Places[0].Code != "duplicate" {
		t.Errorf("Load = %v", err)
	}
	if _, err := Load(fstest.MapFS{}); fault.CodeOf(err) != "consent.pack_invalid" {
		t.Errorf("no file: %v", err)
	}
	big := append(b, []byte("# "+strings.Repeat("x", yamlsource.MaxBytes))...)
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: big}}); err == nil || !strings.Contains(err.Error(), "too_large") {
		t.Errorf("a large file: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	b, err := fs.ReadFile(embedded, "texts/2026.1.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("sections: [{body: [{zh: a}]}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		library, err := Load(fstest.MapFS{"x.yaml": {Data: b}})
		if err == nil && len(library.Versions()) != 1 {
			t.Errorf("accepted %d texts", len(library.Versions()))
		}
	})
}

func at(line int) string { return "x.yaml:" + strconv.Itoa(line) }
