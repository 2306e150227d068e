package checkin

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"lianxin/backend/consent"
	"lianxin/backend/lang"
)

var addresses = regexp.MustCompile(`0x[0-9a-f]+`)

// withoutTime keeps log lines of two runs comparable.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func TestWhatIsNotASignature(t *testing.T) {
	k := newKiosk(t)
	s := k.toConsent(k.guest("测试甲乙", "1990-03-04", "902"))
	dot := []consent.Stroke{{{X: 1, Y: 1}, {X: 2, Y: 1, T: 5}}}
	for name, c := range map[string]struct {
		in   Signed
		code string
	}{
		"not scrolled": {Signed{Version: s.Consent.Version, Strokes: signature()}, "consent.not_scrolled"},
		"scrolled in another language, signed in this":    {Signed{Version: s.Consent.Version, Language: lang.English, ScrolledIn: lang.Chinese, Strokes: signature()}, "consent.not_scrolled"},
		"scrolled in another language than the session's": {Signed{Version: s.Consent.Version, ScrolledIn: lang.English, Strokes: signature()}, "consent.not_scrolled"},
		"nothing drawn":      {Signed{Version: s.Consent.Version, ScrolledIn: lang.Chinese}, "consent.signature_missing"},
		"a dot":              {Signed{Version: s.Consent.Version, ScrolledIn: lang.Chinese, Strokes: dot}, "consent.signature_too_short"},
		"another version":    {Signed{Version: "2025.1", ScrolledIn: lang.Chinese, Strokes: signature()}, "consent.text_changed"},
		"a language unknown": {Signed{Version: s.Consent.Version, Language: "fr", ScrolledIn: "fr", Strokes: signature()}, "consent.language"},
	} {
		t.Run(name, func(t *testing.T) {
			k.t = t
			_, err := k.service.Sign(t.Context(), c.in)
			k.refused(c.code, err)
			s, err := k.service.Current(t.Context())
			k.at(StepConsent, s, err)
		})
	}
}

// The hash is of the words that were on the screen when the finger was lifted.
func TestTheLanguageOfTheSignature(t *testing.T) {
	for name, c := range map[string]struct {
		switches lang.Tag // the session's language when the signature arrives
		says     lang.Tag // what the page says it showed
		want     lang.Tag
	}{
		"nobody switches":                {lang.Chinese, "", lang.Chinese},
		"switched before signing":        {lang.English, "", lang.English},
		"the page is ahead":              {lang.Chinese, lang.English, lang.English},
		"the page is behind the session": {lang.English, lang.Chinese, lang.Chinese},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			s := k.toConsent(k.guest("测试甲乙", "1990-03-04", "902"))
			version := s.Consent.Version
			s, err := k.service.SetLanguage(t.Context(), c.switches)
			if s = k.at(StepConsent, s, err); s.Language != c.switches || s.Consent.Version != version {
				t.Fatalf("session in %s, consent %s", s.Language, s.Consent.Version)
			}
			s, err = k.service.Sign(t.Context(), Signed{Version: version, Language: c.says, ScrolledIn: c.want, Strokes: signature()})
			k.at(StepExclusion, s, err)
			s, err = k.service.Exclude(t.Context(), "use")
			k.at(StepDone, s, err)
			text, err := k.shelf.Consent(today)
			k.must(err)
			v := k.visitsToday()[0]
			if got := v.Screening.Consent; got.Language != c.want || got.TextSHA256 != text.SHA256(c.want) || got.Verify(v.ID, text) != nil {
				t.Errorf("signed in %s", got.Language)
			}
		})
	}
}

// Going back over the signature asks for another: the answers may differ now.
func TestBackOverTheSignatureAsksForAnother(t *testing.T) {
	k := newKiosk(t)
	k.sign(k.toConsent(k.guest("测试甲乙", "1990-03-04", "902")))
	for _, step := range []Step{StepConsent, StepQuestionnaire} {
		s, err := k.service.Back(t.Context())
		k.at(step, s, err)
	}
	k.answer("alcohol-24h", Answer{Yes: yes(true)})
	s, err := k.service.Submit(t.Context())
	s = k.at(StepConsent, s, err)
	_, err = k.service.Exclude(t.Context(), "use")
	k.refused("checkin.other_step", err)
	k.sign(s)
}

func TestAnUnknownPrivateChoiceIsNotRepeated(t *testing.T) {
	k := newKiosk(t)
	k.sign(k.toConsent(k.guest("测试甲乙", "1990-03-04", "902")))
	_, err := k.service.Exclude(t.Context(), "discard-please")
	if f := k.refused("consent.exclusion_unknown", err); strings.Contains(fmt.Sprintf("%+v %v", f.Params, f), "please") {
		t.Errorf("fault %v", f)
	}
}

// TestThePrivateChoiceLeavesNoTrace walks the same person through both choices:
// every answer to the page, every paper and every log line is the same, byte for byte.
func TestThePrivateChoiceLeavesNoTrace(t *testing.T) {
	trace := func(choice string) string {
		k := newKiosk(t)
		var seen bytes.Buffer
		previous := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutTime})))
		defer slog.SetDefault(previous)
		p := k.guest("测试甲乙", "1990-03-04", "902")
		done := k.finish(p, choice)
		seen.WriteString(k.json(done))
		k.must(k.service.End(t.Context()))
		k.start(lang.English)
		s, err := k.service.IdentifyCard(t.Context(), p)
		seen.WriteString(k.json(k.at(StepRepeat, s, err)))
		s, err = k.service.Print(t.Context())
		k.at(StepRepeat, s, err)
		<-k.paper.changed
		for _, v := range k.paper.printed {
			fmt.Fprintf(&seen, "%+v\n", v)
		}
		v := k.visitsToday()[0]
		fmt.Fprintf(&seen, "%+v %+v\n", v, *v.Screening)
		return seen.String()
	}
	use, discard := trace("use"), trace("discard")
	// The store reads answers back into fresh memory: addresses differ, nothing else.
	use, discard = addresses.ReplaceAllString(use, "0x"), addresses.ReplaceAllString(discard, "0x")
	if use != discard {
		t.Errorf("the choices differ:\n%s\n%s", use, discard)
	}
	if strings.Contains(discard, "discard") || strings.Contains(discard, "exclusion") {
		t.Error("the choice is named after it was made")
	}
}

// Both options come in the same form, and nothing says which one is usual.
func TestThePrivateChoiceFavoursNothing(t *testing.T) {
	k := newKiosk(t)
	s := k.sign(k.toConsent(k.guest("测试甲乙", "1990-03-04", "902")))
	if len(s.Exclusion.Options) != 2 || s.Exclusion.Options[0].Code != "use" || s.Exclusion.Options[1].Code != "discard" {
		t.Fatalf("options %+v", s.Exclusion.Options)
	}
	for _, o := range s.Exclusion.Options {
		if !o.Text.IsComplete() {
			t.Errorf("option %+v", o)
		}
	}
}

// TestAnswersOfAPassAreSaidAndMayBeGivenAnew: nobody signs for answers given
// elsewhere without being told when and where, and may begin again.
func TestAnswersOfAPassAreSaidAndMayBeGivenAnew(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	pass := k.answered(p, ten.Add(-4*time.Hour))
	k.card(p)
	k.choose(StepGate, blood400)
	s, err := k.service.Continue(t.Context())
	s = k.at(StepConsent, s, err)
	if used := s.Consent.Pass; used == nil || !used.At.Equal(pass.AnsweredAt) || !used.Site.IsComplete() {
		t.Fatalf("the consent says of the pass: %+v", s.Consent.Pass)
	}
	s, err = k.service.AnswerAnew(t.Context())
	s = k.at(StepQuestionnaire, s, err)
	if s.Questionnaire.FromPass || s.Questionnaire.Answered > 2 {
		t.Errorf("%d questions are answered already", s.Questionnaire.Answered)
	}
	_, err = k.service.AnswerAnew(t.Context())
	k.refused("checkin.other_step", err)
	k.answerAll(s)
	s, err = k.service.Submit(t.Context())
	if s = k.at(StepConsent, s, err); s.Consent.Pass != nil {
		t.Errorf("answers given here are told as a pass: %+v", s.Consent.Pass)
	}
	k.sign(s)
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	if v := k.visitsToday()[0]; v.Screening.PassID != "" {
		t.Errorf("recorded with pass %q", v.Screening.PassID)
	}
}
