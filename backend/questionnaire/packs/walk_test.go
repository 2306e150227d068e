package packs_test

import (
	"testing"
	"time"

	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/packs"
)

func open(t *testing.T, sex, product string) (*questionnaire.Questionnaire, *questionnaire.Form) {
	t.Helper()
	q, err := questionnaire.Parse(packs.DonorHealth())
	if err != nil {
		t.Fatal(err)
	}
	form := questionnaire.NewForm(q)
	answer(t, form, "donor-sex", sex)
	answer(t, form, "donor-product", product)
	return q, form
}

func answer(t *testing.T, form *questionnaire.Form, linkID string, value any) {
	t.Helper()
	if err := form.Answer(linkID, value); err != nil {
		t.Fatalf("%s = %v: %v", linkID, value, err)
	}
}

// values are what a person could answer, the one of a healthy donor first.
func values(item questionnaire.ItemView) []any {
	switch item.Type {
	case "boolean":
		healthy := item.LinkID == "well-today" || item.SectionID == "understanding" && item.LinkID != "private-talk"
		return []any{healthy, !healthy}
	case "integer":
		return []any{8, 0, 16}
	case "date":
		return []any{"2026-11-20"}
	}
	healthy := map[string]int{"weight-band": 2} // of the rest the first, or none
	first := healthy[item.LinkID]
	var out []any
	for i, o := range item.Options {
		if o.Code == "none" {
			first = i
		}
		out = append(out, o.Code)
	}
	out[0], out[first] = out[first], out[0]
	return out
}

// A healthy donor sees no follow-up: docs/content.md names the number of screens.
func TestHealthyDonorSeesNoFollowUps(t *testing.T) {
	for _, c := range []struct {
		sex, product string
		screens      int
	}{
		{"male", "whole_blood", 35},
		{"male", "apheresis_platelets", 36},
		{"female", "whole_blood", 36},
		{"female", "apheresis_platelets", 37},
	} {
		q, form := open(t, c.sex, c.product)
		visible := form.Visible()
		for _, item := range visible {
			answer(t, form, item.LinkID, values(item)[0])
		}
		if n := len(form.Visible()); n != c.screens || len(visible) > n {
			t.Errorf("%s, %s: %d screens, %d before the first answer, want %d", c.sex, c.product, n, len(visible), c.screens)
		}
		if left := form.Complete(); len(left) > 0 {
			t.Errorf("%s, %s: still open: %v", c.sex, c.product, left)
		}
		response := form.Response(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
		for _, issue := range questionnaire.Check(q, &response, questionnaire.Options{}) {
			if issue.Severity == "error" || issue.Severity == "fatal" {
				t.Errorf("%s, %s: %+v", c.sex, c.product, issue)
			}
		}
	}
}

// Every question can come up, and every one but the hidden two can be left to staff.
func TestEveryQuestionCanComeUp(t *testing.T) {
	seen := map[string]bool{}
	for _, sex := range []string{"male", "female"} {
		for _, product := range []string{"whole_blood", "apheresis_platelets"} {
			_, form := open(t, sex, product)
			var try func()
			try = func() {
				for _, item := range form.Visible() {
					if seen[item.LinkID+sex+product] {
						continue
					}
					seen[item.LinkID], seen[item.LinkID+sex+product] = true, true
					for _, v := range values(item) {
						answer(t, form, item.LinkID, v)
						try()
					}
					if err := form.Skip(item.LinkID); err != nil {
						t.Errorf("%s cannot be left to staff: %v", item.LinkID, err)
					}
				}
			}
			try()
		}
	}
	q, _ := open(t, "male", "whole_blood")
	for _, group := range q.Items {
		for _, item := range group.Items {
			if group.LinkID != "prefilled" && !seen[item.LinkID] {
				t.Errorf("%s never comes up", item.LinkID)
			}
		}
	}
}

// A woman is never asked the men's question, nor a man about pregnancy.
func TestQuestionsOfTheOtherSexStayAway(t *testing.T) {
	other := map[string][]string{
		"male":   {"menses", "menses-end-date", "pregnancy", "pregnancy-end-date"},
		"female": {"risk-male-partner"},
	}
	for sex, absent := range other {
		_, form := open(t, sex, "whole_blood")
		for _, item := range form.Visible() {
			for _, id := range append(absent, "aspirin-5d") {
				if item.LinkID == id {
					t.Errorf("%s is asked of a %s whole blood donor", id, sex)
				}
			}
		}
	}
}
