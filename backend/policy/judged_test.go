package policy

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// One quantity after the other says what Judge and Missing say together.
func TestJudgeEachAgrees(t *testing.T) {
	pack := BuiltIn()
	for _, sex := range []Sex{Male, Female, ""} {
		for _, product := range donation.Products() {
			for _, values := range []map[Quantity]float64{
				nil,
				{Weight: 44, Systolic: 150, Diastolic: 95, Pulse: 120, Hemoglobin: 100, Hematocrit: 0.3, Platelets: 100},
				{Weight: 70, Systolic: 120, Diastolic: 80, Pulse: 70, Hemoglobin: 140, Hematocrit: 0.42, Platelets: 220},
				{Systolic: 100, Diastolic: 80},
			} {
				m := Measurements{Values: values}
				out, missing := map[string]bool{}, map[Quantity]bool{}
				for _, j := range JudgeEach(pack, sex, product, m) {
					switch {
					case j.Verdict == "out":
						out[j.RuleID] = true
						if j.Text.ZH == "" || j.Text.EN == "" {
							t.Errorf("%s is out without words", j.Of)
						}
					case j.Verdict == "missing" && !j.Computed:
						missing[j.Of] = true
					}
					if j.Limits == "" || j.Clause == "" || j.Title.ZH == "" {
						t.Errorf("%+v", j)
					}
				}
				for _, f := range Judge(pack, sex, product, m) {
					if f.Kind == Bound && !out[f.RuleID] {
						t.Errorf("%s %s: %s is out of its limits unsaid", sex, product, f.RuleID)
					}
					delete(out, f.RuleID)
				}
				for _, q := range Missing(pack, sex, product, m) {
					if !missing[q] {
						t.Errorf("%s %s: %s is missing unsaid", sex, product, q)
					}
					delete(missing, q)
				}
				if len(out) > 0 || len(missing) > 0 {
					t.Errorf("%s %s: %v out and %v missing too much", sex, product, out, missing)
				}
			}
		}
	}
}

func TestDeferralReasons(t *testing.T) {
	from := calendar.MustParse("2026-11-23")
	dated, permanent, open := 0, 0, 0
	for _, r := range DeferralReasons(BuiltIn(), from) {
		switch {
		case r.Permanent:
			permanent++
		case r.Until.IsZero():
			open++
		case !r.Until.After(from):
			t.Errorf("%s ends on %s", r.RuleID, r.Until)
		default:
			dated++
		}
	}
	if dated < 20 || permanent < 5 || open < 10 {
		t.Errorf("%d with a date, %d for good, %d left to staff", dated, permanent, open)
	}
}
