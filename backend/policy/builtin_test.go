package policy

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/donation"
)

// The values of GB 18467-2011, written down a second time and by another hand
// than the pack: a change of the pack must be made here too, on purpose.
func TestBuiltInDeferralPeriods(t *testing.T) {
	const v, g = Verified, GeneralKnowledge
	for _, c := range []struct {
		id        string
		period    string // "" = permanent
		certainty Certainty
	}{
		{"whole-to-whole-interval", "6 months", v}, {"whole-to-platelets-interval", "3 months", v},
		{"platelets-to-platelets-interval", "2 weeks", v}, {"platelets-to-whole-interval", "4 weeks", g},
		{"platelets-yearly-count", "1 year", v},
		{"dental-care", "3 days", v}, {"tooth-extraction", "15 days", v}, {"minor-surgery", "15 days", v},
		{"appendix-hernia-tonsil-surgery", "3 months", v}, {"major-surgery", "6 months", v},
		{"benign-tumour-surgery", "1 year", v}, {"menses", "3 days", v}, {"pregnancy-or-abortion", "6 months", v},
		{"delivery-and-lactation", "1 year", v}, {"active-eye-disease", "1 week", v}, {"eye-surgery", "3 months", v},
		{"cold", "1 week", v}, {"pneumonia", "3 months", v}, {"acute-gastroenteritis", "1 week", v},
		{"acute-urinary-infection", "1 month", v}, {"pyelonephritis", "3 months", v}, {"wound-or-infection", "1 week", v},
		{"local-skin-inflammation", "1 week", v}, {"widespread-skin-inflammation", "2 weeks", v},
		{"blood-contaminated-injury", "1 year", v}, {"tattoo", "1 year", v}, {"hepatitis-a", "1 year", v},
		{"dysentery", "6 months", v}, {"typhoid", "1 year", v}, {"brucellosis", "2 years", v},
		{"malaria-area", "1 year", v}, {"malaria", "3 years", v}, {"toxoplasmosis", "6 months", v},
		{"q-fever", "2 years", v}, {"aspirin-before-platelets", "5 days", v}, {"transfusion", "1 year", v},
		{"contact-hepatitis", "6 months", g}, {"contact-respiratory", "2 weeks", g}, {"contact-rash-fever", "3 weeks", g},
		{"told-platelets-to-whole-interval", "4 weeks", g},
		{"rheumatic-fever", "2 years", g}, {"high-risk-partner", "1 year", g},
		{"vaccine-inactivated", "1 day", g}, {"vaccine-measles-mumps-polio", "2 weeks", g}, {"vaccine-rubella", "4 weeks", g},
		{"vaccine-rabies-no-exposure", "4 weeks", g}, {"vaccine-japanese-encephalitis-live", "4 weeks", g},
		{"vaccine-rabies-after-bite", "1 year", g}, {"antitoxin", "4 weeks", g}, {"hepatitis-b-immunoglobulin", "1 year", g},
		{"chronic-respiratory", "", g}, {"chronic-circulatory", "", g}, {"chronic-digestive", "", g}, {"chronic-urinary", "", g},
		{"chronic-blood", "", g}, {"chronic-endocrine", "", g}, {"chronic-immune", "", g}, {"chronic-nervous", "", g},
		{"chronic-mental", "", g}, {"severe-allergy-or-asthma", "", g}, {"repeated-fainting", "", g}, {"cjd-family", "", g},
		{"malignancy", "", g}, {"viral-hepatitis", "", g}, {"serious-infection", "", g}, {"parasitic-or-endemic-disease", "", g},
		{"occupational-disease", "", g}, {"long-term-medicine", "", g}, {"drug-or-alcohol-dependence", "", g},
		{"high-risk-behaviour", "", g}, {"high-risk-male-partner", "", g}, {"transplant", "", g}, {"organ-removed", "", g},
	} {
		r, ok := BuiltIn().Rule(c.id)
		if !ok {
			t.Errorf("rule %s is missing", c.id)
			continue
		}
		got := ""
		if !r.Effect.Permanent {
			got = r.Effect.For.String()
		}
		if r.Effect.Kind != Defer || got != c.period || r.Certainty != c.certainty {
			t.Errorf("%s: %s %q %s, want %q %s", c.id, r.Effect.Kind, got, r.Certainty, c.period, c.certainty)
		}
	}
}

func TestBuiltInRulesAreComplete(t *testing.T) {
	p := BuiltIn()
	if p.ID != "donor-selection" || !p.InForce(day("2026-11-23")) || p.InForce(day("2012-06-30")) {
		t.Errorf("pack %s from %s until %s", p.ID, p.From, p.Until)
	}
	for _, r := range p.Rules {
		if !r.Title.IsComplete() || !r.Text.IsComplete() || !r.Advice.IsComplete() || !strings.HasPrefix(r.Clause, "GB 18467-2011") {
			t.Errorf("%s:%d %s lacks a text or a clause: %q", r.File, r.Line, r.ID, r.Clause)
		}
		if r.Effect.Permanent && r.Phase == InQuestionnaire && r.Named {
			t.Errorf("%s: a donor's screen must not name a permanent deferral found by the questionnaire", r.ID)
		}
		if len(r.examples) < 2 {
			t.Errorf("%s has %d examples", r.ID, len(r.examples))
		}
	}
}

func TestBytesAreThePackItself(t *testing.T) {
	p := BuiltIn()
	again, err := LoadBytes("sync", p.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != p.Digest || again.Version != p.Version || len(again.Rules) != len(p.Rules) {
		t.Errorf("read back %s %s with %d rules, want %s %s with %d", again.Version, again.Digest, len(again.Rules), p.Version, p.Digest, len(p.Rules))
	}
	for i, r := range again.Rules {
		if r.ID != p.Rules[i].ID || r.Text != p.Rules[i].Text || r.When != p.Rules[i].When {
			t.Errorf("rule %d is %s, want %s", i, r.ID, p.Rules[i].ID)
		}
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("a pack can be written as JSON for tools: %v", err)
	}
}

// formItem is the part of a FHIR R4 Questionnaire item that the rules depend on.
type formItem struct {
	LinkID       string     `json:"linkId"`
	Type         string     `json:"type"`
	Required     bool       `json:"required"`
	EnableWhen   []struct{} `json:"enableWhen"`
	Item         []formItem `json:"item"`
	AnswerOption []struct {
		ValueCoding struct {
			Code string `json:"code"`
		} `json:"valueCoding"`
	} `json:"answerOption"`
}

func questionnaireItems(t *testing.T) map[string]formItem {
	t.Helper()
	data, err := os.ReadFile("../questionnaire/packs/donor-health.json")
	if err != nil {
		t.Fatal(err)
	}
	var form formItem
	if err := json.Unmarshal(data, &form); err != nil {
		t.Fatal(err)
	}
	items := map[string]formItem{}
	var walk func(list []formItem)
	walk = func(list []formItem) {
		for _, i := range list {
			items[i.LinkID] = i
			walk(i.Item)
		}
	}
	walk(form.Item)
	return items
}

func TestRulesReadQuestionsThatExist(t *testing.T) {
	items := questionnaireItems(t)
	used := map[string]bool{}
	for _, r := range BuiltIn().In(InQuestionnaire) {
		if len(r.LinkIDs) == 0 {
			t.Errorf("%s reads no question", r.ID)
		}
		for _, id := range r.LinkIDs {
			used[id] = true
			if _, ok := items[id]; !ok {
				t.Errorf("%s:%d %s reads %q, which the questionnaire does not have", r.File, r.Line, r.ID, id)
			}
		}
		for _, c := range r.Codes {
			var codes []string
			for _, o := range items[c.LinkID].AnswerOption {
				codes = append(codes, o.ValueCoding.Code)
			}
			if !slices.Contains(codes, c.Code) {
				t.Errorf("%s:%d %s reads code %q of %q, which has %q", r.File, r.Line, r.ID, c.Code, c.LinkID, codes)
			}
		}
	}
	for id, item := range items {
		filledIn := id == "donor-sex" || id == "donor-product"
		onlyForStaffToRead := id == "discomfort"
		if item.Required && !used[id] && !filledIn && !onlyForStaffToRead {
			t.Errorf("no rule reads the answer to %q", id)
		}
	}
}

// Every code that can be chosen leads somewhere, except those that say "none of it".
func TestEveryOptionLeadsToARule(t *testing.T) {
	harmless := map[string]bool{"none": true, "no": true, "never": true, "not_near": true, "no_periods": true,
		"within_4h": true, "4_to_8h": true, "50_or_more": true, "supplement": true, "pain_or_cold": true, "within_3_months": true}
	read := map[AnswerCode]bool{}
	for _, r := range BuiltIn().In(InQuestionnaire) {
		for _, c := range r.Codes {
			read[c] = true
		}
	}
	for id, item := range questionnaireItems(t) {
		if id == "donor-sex" || id == "donor-product" || id == "discomfort" {
			continue
		}
		for _, o := range item.AnswerOption {
			if c := (AnswerCode{id, o.ValueCoding.Code}); !read[c] && !harmless[c.Code] {
				t.Errorf("choosing %q in %q leads to no rule", c.Code, id)
			}
		}
	}
}

// A question that is always asked and left to the staff must be found.
func TestEveryUnconditionalQuestionCanBeLeftToTheStaff(t *testing.T) {
	for id, item := range questionnaireItems(t) {
		if !item.Required || item.Type == "group" || len(item.EnableWhen) > 0 || strings.HasPrefix(id, "donor-") {
			continue
		}
		answers := Answers{}
		for other := range questionnaireItems(t) {
			if other != id {
				answers[other] = true
			}
		}
		found := slices.ContainsFunc(Screen(BuiltIn(), Person{Sex: Female}, donation.WholeBlood, answers, day("2026-11-23")), func(f Finding) bool {
			return strings.HasPrefix(f.RuleID, "left-to-staff") && slices.Equal(f.LinkIDs, []string{id})
		})
		if !found {
			t.Errorf("leaving %q to the staff is not noticed", id)
		}
	}
}
