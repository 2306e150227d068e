package checkin

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/pack"
	"lianxin/backend/visit"
)

// toQuestions walks a walk-in to the questionnaire.
func (k *kiosk) toQuestions(p identity.Person) Session {
	k.t.Helper()
	k.card(p)
	k.choose(StepGate, blood400)
	s, err := k.service.Continue(k.t.Context())
	return k.at(StepQuestionnaire, s, err)
}

func (k *kiosk) answer(linkID string, a Answer) Session {
	k.t.Helper()
	s, err := k.service.Answer(k.t.Context(), linkID, a)
	return k.at(StepQuestionnaire, s, err)
}

func find(s Session, linkID string) *Question {
	for i, q := range s.Questionnaire.Items {
		if q.LinkID == linkID {
			return &s.Questionnaire.Items[i]
		}
	}
	return nil
}

func TestSubmittingTooEarlyNamesEveryQuestion(t *testing.T) {
	k := newKiosk(t)
	s := k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	s = k.answer("well-today", Answer{Yes: yes(true)})
	_, err := k.service.Submit(t.Context())
	f := k.refused("questionnaire.incomplete", err)
	var named []string
	for _, p := range f.Places {
		named = append(named, p.Location)
	}
	var open []string
	for _, q := range s.Questionnaire.Items {
		if q.Answer == nil {
			open = append(open, "answers."+q.LinkID)
		}
	}
	if !slices.Equal(named, open) || f.Params["count"] != len(open) {
		t.Errorf("named %v, open %v", named, open)
	}
	s, err = k.service.Current(t.Context())
	if s = k.at(StepQuestionnaire, s, err); s.Questionnaire.Answered != 1 {
		t.Errorf("%d answered", s.Questionnaire.Answered)
	}
}

func TestAnyQuestionMayBeLeftToStaff(t *testing.T) {
	k := newKiosk(t)
	s := k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	for {
		i := slices.IndexFunc(s.Questionnaire.Items, func(q Question) bool { return q.Answer == nil })
		if i < 0 {
			break
		}
		s = k.answer(s.Questionnaire.Items[i].LinkID, Answer{Staff: true})
	}
	s, err := k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	sc := k.visitsToday()[0].Screening
	if len(sc.Findings) == 0 || !strings.Contains(string(sc.Answers), "asked-declined") {
		t.Errorf("%d findings; answers %.300s", len(sc.Findings), sc.Answers)
	}
}

// Answers the form takes back as they were given, in both directions.
func TestAnswersComeBackAsTheyWereGiven(t *testing.T) {
	k := newKiosk(t)
	k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	k.answer("vaccine-1y", Answer{Yes: yes(true)})
	for linkID, a := range map[string]Answer{
		"well-today": {Yes: yes(false)}, "sleep-hours": {Number: "7"}, "last-meal": {Codes: []string{"over_8h"}},
		"vaccine-kinds": {Codes: []string{"rubella", "antitoxin"}}, "vaccine-date": {Date: today.AddDays(-40)},
		"alcohol-24h": {Staff: true},
	} {
		got := find(k.answer(linkID, a), linkID).Answer
		want, _ := json.Marshal(a)
		said, _ := json.Marshal(got)
		if !bytes.Equal(want, said) {
			t.Errorf("%s: said %s, shown %s", linkID, want, said)
		}
		if got := find(k.answer(linkID, Answer{}), linkID).Answer; got != nil {
			t.Errorf("%s: taken back, shown %+v", linkID, got)
		}
	}
}

func TestWrongAnswers(t *testing.T) {
	k := newKiosk(t)
	k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	k.answer("vaccine-1y", Answer{Yes: yes(true)})
	for name, c := range map[string]struct {
		linkID string
		in     Answer
		code   string
	}{
		"unknown question":       {"no-such", Answer{Yes: yes(true)}, "questionnaire.unknown_item"},
		"a group":                {"today", Answer{Yes: yes(true)}, "questionnaire.not_a_question"},
		"not asked now":          {"aspirin-5d", Answer{Yes: yes(true)}, "questionnaire.not_enabled"},
		"not asked, to staff":    {"aspirin-5d", Answer{Staff: true}, "questionnaire.not_enabled"},
		"filled in by the kiosk": {"donor-sex", Answer{Codes: []string{"male"}}, "questionnaire.read_only"},
		"two kinds":              {"well-today", Answer{Yes: yes(true), Text: "x"}, "checkin.answer"},
		"answered and to staff":  {"well-today", Answer{Yes: yes(true), Staff: true}, "checkin.answer"},
		"another kind":           {"well-today", Answer{Text: "yes"}, "questionnaire.invalid_answer_type"},
		"no number":              {"sleep-hours", Answer{Number: "eight"}, "questionnaire.invalid_value"},
		"too large":              {"sleep-hours", Answer{Number: "17"}, "questionnaire.max_value"},
		"below zero":             {"sleep-hours", Answer{Number: "-1"}, "questionnaire.min_value"},
		"no such option":         {"last-meal", Answer{Codes: []string{"never"}}, "questionnaire.invalid_answer_option"},
		"several of one":         {"last-meal", Answer{Codes: []string{"within_4h", "over_8h"}}, "questionnaire.repeats"},
		"none and another":       {"illness-recent", Answer{Codes: []string{"none", "cold"}}, "questionnaire.exclusive_answer_option"},
		"a date too far back":    {"vaccine-date", Answer{Date: today.AddYears(-40)}, "questionnaire.min_value"},
	} {
		t.Run(name, func(t *testing.T) {
			k.t = t
			_, err := k.service.Answer(t.Context(), c.linkID, c.in)
			k.refused(c.code, err)
		})
	}
}

// Hidden answers stay in memory and come back with their question; what is not
// asked at the end is not in the record.
func TestHiddenAnswersAreKeptAndNotRecorded(t *testing.T) {
	k := newKiosk(t)
	k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	k.answer("vaccine-1y", Answer{Yes: yes(true)})
	k.answer("vaccine-kinds", Answer{Codes: []string{"rubella"}})
	if s := k.answer("vaccine-1y", Answer{Yes: yes(false)}); find(s, "vaccine-kinds") != nil {
		t.Fatal("the question is still asked")
	}
	if s := k.answer("vaccine-1y", Answer{Yes: yes(true)}); find(s, "vaccine-kinds").Answer == nil {
		t.Fatal("a slip of the finger lost the answer")
	}
	k.answerAll(k.answer("vaccine-1y", Answer{Yes: yes(false)}))
	s, err := k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	if answers := string(k.visitsToday()[0].Screening.Answers); strings.Contains(answers, "rubella") || !strings.Contains(answers, "vaccine-1y") {
		t.Errorf("recorded %s", answers)
	}
}

// Back from everywhere, and nothing that was answered is lost; another product
// asks its own questions and keeps the answers to the others.
func TestBackLosesNothing(t *testing.T) {
	k := newKiosk(t)
	s := k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902"))
	s = k.answerAll(s)
	answered := s.Questionnaire.Answered
	s, err := k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	for _, step := range []Step{StepConsent, StepQuestionnaire, StepGate, StepBooking} {
		s, err = k.service.Back(t.Context())
		s = k.at(step, s, err)
		if step == StepQuestionnaire && s.Questionnaire.Answered != answered {
			t.Errorf("%d of %d answers are left", s.Questionnaire.Answered, answered)
		}
	}
	k.choose(StepGate, platelets)
	s, err = k.service.Continue(t.Context())
	s = k.at(StepQuestionnaire, s, err)
	if s.Questionnaire.Answered != answered || find(s, "aspirin-5d") == nil || find(s, "aspirin-5d").Answer != nil {
		t.Errorf("%d of %d answers are left, aspirin %+v", s.Questionnaire.Answered, answered, find(s, "aspirin-5d"))
	}
	_, err = k.service.Submit(t.Context())
	k.refused("questionnaire.incomplete", err)
}

func TestPasses(t *testing.T) {
	for name, c := range map[string]struct {
		at       time.Time
		edit     func(*visit.Pass)
		choice   Choice
		step     Step
		fromPass bool
		answered bool
	}{
		"this morning":         {ten.Add(-4 * time.Hour), nil, blood400, StepConsent, true, true},
		"just after midnight":  {ten.Add(-10 * time.Hour), nil, blood400, StepConsent, true, true},
		"just before midnight": {ten.Add(-10*time.Hour - time.Second), nil, blood400, StepQuestionnaire, false, false},
		"within the tolerance": {ten.Add(visit.PassTolerance - time.Second), nil, blood400, StepConsent, true, true},
		"later than now":       {ten.Add(visit.PassTolerance), nil, blood400, StepQuestionnaire, false, false},
		"yesterday":            {ten.Add(-24 * time.Hour), nil, blood400, StepQuestionnaire, false, false},
		"of another version": {ten.Add(-time.Hour), func(p *visit.Pass) {
			p.Questionnaire = "https://lianxin.example/fhir/Questionnaire/donor-health|2025.9"
		}, blood400, StepQuestionnaire, false, false},
		"unreadable":                {ten.Add(-time.Hour), func(p *visit.Pass) { p.Answers = json.RawMessage(`{"resourceType":"Patient"}`) }, blood400, StepQuestionnaire, false, false},
		"one question more to ask":  {ten.Add(-time.Hour), nil, platelets, StepQuestionnaire, true, true},
		"answered as somebody else": {ten.Add(-time.Hour), func(p *visit.Pass) { p.DonorKey = "somebody" }, blood400, StepQuestionnaire, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			var log bytes.Buffer
			previous := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			t.Cleanup(func() { slog.SetDefault(previous) })
			p := k.guest("测试甲乙", "1990-03-04", "902")
			pass := k.answered(p, c.at)
			if c.edit != nil {
				c.edit(&pass)
				k.must(k.store.SavePass(t.Context(), pass))
			}
			k.card(p)
			gate := k.choose(StepGate, c.choice)
			s, err := k.service.Continue(t.Context())
			s = k.at(c.step, s, err)
			if gate.Gate.Answered != (c.step == StepConsent) {
				t.Errorf("the gate says the consent is next: %v, next was %s", gate.Gate.Answered, c.step)
			}
			if c.step == StepConsent {
				s, err = k.service.Back(t.Context())
				s = k.at(StepQuestionnaire, s, err)
			}
			if s.Questionnaire.FromPass != c.fromPass || (s.Questionnaire.Answered > 30) != c.answered {
				t.Errorf("from a pass: %v, %d answered", s.Questionnaire.FromPass, s.Questionnaire.Answered)
			}
			// Whoever answered elsewhere in vain is told so; nobody else hears of passes.
			if refused := !c.fromPass && name != "answered as somebody else"; s.Questionnaire.PassRefused != refused {
				t.Errorf("told that the pass does not count: %v, want %v", s.Questionnaire.PassRefused, refused)
			}
			k.search("the log", log.String())
			if bad := name == "unreadable"; strings.Contains(log.String(), "pass left alone") != bad {
				t.Errorf("log %q", log.String())
			}
		})
	}
}

// An answer changed here is an answer of here.
func TestAChangedPassNoLongerStandsForTheAnswers(t *testing.T) {
	for name, change := range map[string]Answer{"another answer": {Yes: yes(true)}, "left to staff": {Staff: true}} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", "1990-03-04", "902")
			k.answered(p, ten.Add(-time.Hour))
			k.card(p)
			k.choose(StepGate, blood400)
			s, err := k.service.Continue(t.Context())
			k.at(StepConsent, s, err)
			s, err = k.service.Back(t.Context())
			k.at(StepQuestionnaire, s, err)
			_, err = k.service.Answer(t.Context(), "alcohol-24h", Answer{Text: "a fault changes nothing"})
			k.refused("questionnaire.invalid_answer_type", err)
			if s = k.answer("alcohol-24h", change); s.Questionnaire.FromPass {
				t.Error("still from the pass")
			}
			s, err = k.service.Submit(t.Context())
			k.sign(k.at(StepConsent, s, err))
			s, err = k.service.Exclude(t.Context(), "use")
			k.at(StepDone, s, err)
			if id := k.visitsToday()[0].Screening.PassID; id != "" {
				t.Errorf("pass %s", id)
			}
		})
	}
}

// A center's own questionnaire may ask neither sex nor product.
func TestAQuestionnaireWithoutTheKiosksItems(t *testing.T) {
	k := newKiosk(t)
	short := `{"resourceType":"Questionnaire","url":"https://example.org/short","version":"1","status":"active","title":"短","item":[
		{"linkId":"well-today","text":"好吗","type":"boolean","required":true}]}`
	k.must(k.store.SavePack(t.Context(), pack.Pack{ID: pack.HealthForm, Version: "1", Kind: pack.Questionnaire, From: today, Content: []byte(short)}))
	if refused, err := k.shelf.Fill(t.Context()); err != nil || len(refused) != 0 {
		t.Fatal(refused, err)
	}
	if s := k.toQuestions(k.guest("测试甲乙", "1990-03-04", "902")); len(s.Questionnaire.Items) != 1 {
		t.Errorf("%d questions", len(s.Questionnaire.Items))
	}
}

func TestTheRulesSeeWhatWasChosen(t *testing.T) {
	for _, c := range []struct {
		choice Choice
		found  bool
	}{{platelets, true}, {Choice{Product: donation.WholeBlood, VolumeML: 300}, false}} {
		k := newKiosk(t)
		k.card(k.guest("测试甲乙", "1990-03-04", "903"))
		k.choose(StepGate, platelets) // aspirin is asked
		s, err := k.service.Continue(t.Context())
		k.at(StepQuestionnaire, s, err)
		k.answer("aspirin-5d", Answer{Yes: yes(true)})
		k.answer("aspirin-date", Answer{Date: today.AddDays(-1)})
		for _, step := range []Step{StepGate, StepBooking} {
			s, err = k.service.Back(t.Context())
			k.at(step, s, err)
		}
		k.choose(StepGate, c.choice)
		s, err = k.service.Continue(t.Context())
		s = k.answerAll(k.at(StepQuestionnaire, s, err))
		if body := k.json(s); strings.Contains(body, "GB 18467") {
			t.Error("the questionnaire shows what a rule thinks")
		}
		s, err = k.service.Submit(t.Context())
		k.sign(k.at(StepConsent, s, err))
		s, err = k.service.Exclude(t.Context(), "use")
		s = k.at(StepDone, s, err)
		findings := k.visitsToday()[0].Screening.Findings
		if (len(findings) > 0) != c.found {
			t.Errorf("%s: findings %+v", c.choice.Product, findings)
		}
		if body := k.json(s); strings.Contains(body, "aspirin") {
			t.Error("the end tells of an answer")
		}
	}
}
