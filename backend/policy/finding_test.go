package policy

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/donation"
)

// healthy answers every question that is always asked, with nothing to report.
func healthy() Answers {
	return Answers{"well-today": true, "weight-band": "50_or_more", "strenuous-after": false, "sleep-hours": 8,
		"last-meal": "within_4h", "alcohol-24h": false, "medicine-7d": false, "aspirin-5d": false,
		"long-term-medicine": []string{"none"}, "vaccine-1y": false, "illness-recent": []string{"none"}, "dental": "no",
		"surgery-1y": []string{"none"}, "transfusion-1y": false, "skin-pierced-1y": []string{"none"}, "travel-1y": "no",
		"contact-infectious": []string{"none"}, "cjd-family": false, "chronic-organs": []string{"none"},
		"chronic-systems": []string{"none"}, "allergy-asthma": []string{"none"}, "serious-conditions": []string{"none"},
		"infection-3y": []string{"none"}, "hepatitis-ever": false, "infection-ever": false, "risk-dependence": false,
		"risk-partners": false, "risk-male-partner": false, "risk-partner-1y": false, "recent-donation": "no",
		"fainting": "never", "told-not-to-donate": false, "understand-truthful": true, "understand-not-a-test": true,
		"understand-withdraw": true, "private-talk": false, "menses": "not_near", "pregnancy": []string{"none"}}
}

func rulesOf(findings []Finding) []string {
	var ids []string
	for _, f := range findings {
		ids = append(ids, f.RuleID)
	}
	return ids
}

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  Answers
		product donation.Product
		want    []string
	}{
		{"nothing to report", nil, whole, nil},
		{"nothing to report, platelets", nil, platelets, nil},
		{"tooth out yesterday", Answers{"dental": "extraction", "dental-date": "2026-11-22"}, whole, []string{"tooth-extraction"}},
		{"tooth out 15 days ago", Answers{"dental": "extraction", "dental-date": "2026-11-08"}, whole, nil},
		{"aspirin and platelets", Answers{"aspirin-5d": true, "aspirin-date": "2026-11-20"}, platelets, []string{"aspirin-before-platelets"}},
		{"aspirin and whole blood", Answers{"aspirin-5d": true, "aspirin-date": "2026-11-20"}, whole, nil},
		{"two illnesses, one date", Answers{"illness-recent": []string{"cold", "pneumonia"}, "illness-recovered": true, "illness-recovered-date": "2026-11-10"}, whole, []string{"pneumonia"}},
		{"left to staff", Answers{"infection-ever": nil}, whole, []string{"left-to-staff"}},
		{"a date after today", Answers{"dental": "care", "dental-date": "2026-11-30"}, whole, []string{"dental-care", "date-in-the-future"}},
		{"gave elsewhere", Answers{"recent-donation": "whole_blood", "recent-donation-date": "2026-09-01"}, whole, []string{"told-whole-to-whole-interval"}},
		{"gave elsewhere, platelets now", Answers{"recent-donation": "whole_blood", "recent-donation-date": "2026-09-01"}, platelets, []string{"told-whole-to-platelets-interval"}},
		{"wants to talk", Answers{"private-talk": true}, whole, []string{"private-talk"}},
		{"a value of a wrong kind is not a no", Answers{"infection-ever": "yes"}, whole, nil},
	} {
		answers := healthy()
		for k, v := range c.change {
			answers[k] = v
		}
		got := rulesOf(Screen(BuiltIn(), adult, c.product, answers, today))
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestFindingIsDatedAndPlaced(t *testing.T) {
	answers := healthy()
	answers["dental"], answers["dental-date"] = "extraction", "2026-11-22"
	f := Screen(BuiltIn(), adult, whole, answers, today)[0]
	if f.Until != day("2026-12-07") || f.From != day("2026-11-22") || f.Undated || f.Permanent || f.Kind != Defer || f.Certainty != Verified {
		t.Errorf("%+v", f)
	}
	if !slices.Equal(f.LinkIDs, []string{"dental"}) || !strings.Contains(f.Text.ZH, "2026-12-07") || !strings.HasPrefix(f.Clause, "GB 18467-2011") {
		t.Errorf("%v %q %q", f.LinkIDs, f.Text.ZH, f.Clause)
	}
	delete(answers, "dental-date")
	f = Screen(BuiltIn(), adult, whole, answers, today)[0]
	if !f.Undated || !f.Until.IsZero() || f.Text.ZH != "拔牙" || strings.ContainsAny(f.Text.ZH+f.Advice.ZH+f.Advice.EN, "{}") {
		t.Errorf("without a date: %+v", f)
	}
}

func TestLinkIDsNameWhatWasLeftOut(t *testing.T) {
	answers := healthy()
	delete(answers, "cjd-family")
	delete(answers, "dental")
	findings := Screen(BuiltIn(), adult, whole, answers, today)
	if len(findings) != 1 || !slices.Equal(findings[0].LinkIDs, []string{"dental", "cjd-family"}) {
		t.Errorf("%+v", findings)
	}
}

// Answers that went through JSON mean the same.
func TestAnswersFromJSON(t *testing.T) {
	answers := healthy()
	answers["illness-recent"], answers["illness-recovered-date"], answers["sleep-hours"] = []string{"cold"}, "2026-11-22", 5
	b, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	var read Answers
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	direct, viaJSON := rulesOf(Screen(BuiltIn(), adult, whole, answers, today)), rulesOf(Screen(BuiltIn(), adult, whole, read, today))
	if want := []string{"short-sleep", "cold"}; !slices.Equal(direct, want) || !slices.Equal(viaJSON, want) {
		t.Errorf("%v and %v, want %v", direct, viaJSON, want)
	}
}

// fit is within every limit of both products and sexes.
func fit() Measurements {
	return Measurements{Values: map[Quantity]float64{Weight: 60, Systolic: 120, Diastolic: 80, Pulse: 72, Hemoglobin: 140,
		Hematocrit: 0.42, Platelets: 220, PredictedPlatelets: 150, PlannedVolume: 400, PlannedUnits: 1}}
}

func TestJudgeAtTheLimits(t *testing.T) {
	for _, c := range []struct {
		sex     Sex
		product donation.Product
		of      Quantity
		value   float64
		want    string // rule, "" = within
	}{
		{Male, whole, Weight, 50, ""}, {Male, whole, Weight, 49.9, "weight-male"}, {Female, whole, Weight, 45, ""},
		{Female, whole, Weight, 44.9, "weight-female"}, {"unknown", whole, Weight, 49, "weight-male"},
		{Male, whole, Systolic, 139, ""}, {Male, whole, Systolic, 140, "systolic-pressure"},
		{Male, whole, Diastolic, 90, "diastolic-pressure"}, {Male, whole, Diastolic, 59, "diastolic-pressure"}, {Male, whole, Diastolic, 60, ""},
		{Male, whole, Systolic, 109, "pulse-pressure"}, {Male, whole, Systolic, 110, ""},
		{Male, whole, Pulse, 59, "pulse-rate"}, {Male, whole, Pulse, 100, ""}, {Male, whole, Pulse, 101, "pulse-rate"},
		{Male, whole, Hemoglobin, 119, "hemoglobin-male"}, {Female, whole, Hemoglobin, 115, ""}, {Female, whole, Hemoglobin, 114, "hemoglobin-female"},
		{Male, platelets, Hematocrit, 0.35, "hematocrit"}, {Male, whole, Hematocrit, 0.35, ""},
		{Male, platelets, Platelets, 149, "platelet-count"}, {Male, platelets, Platelets, 150, ""}, {Male, platelets, Platelets, 449, ""}, {Male, platelets, Platelets, 450, "platelet-count"},
		{Male, platelets, PredictedPlatelets, 99, "predicted-platelet-count"}, {Male, platelets, PredictedPlatelets, 100, ""},
		{Male, whole, PlannedVolume, 250, "whole-blood-volume"}, {Male, whole, PlannedVolume, 300, ""},
		{Male, platelets, PlannedUnits, 3, "apheresis-units"}, {Male, platelets, PlannedUnits, 2, ""},
		{Male, whole, Hemoglobin, math.NaN(), "hemoglobin-male"},
	} {
		m := fit()
		m.Values[c.of] = c.value
		got := rulesOf(Judge(BuiltIn(), c.sex, c.product, m))
		if c.want == "" && got != nil || c.want != "" && !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s %s %s %v: %v, want %q", c.sex, c.product, c.of, c.value, got, c.want)
		}
	}
}

func TestJudgeConditions(t *testing.T) {
	m := fit()
	m.Values[Pulse] = 52
	m.EnduranceAthlete = true
	if got := Judge(BuiltIn(), Male, whole, m); got != nil {
		t.Errorf("endurance athlete with 52: %+v", got)
	}
	m.IrregularPulse, m.DoctorDefers = true, true
	if got := rulesOf(Judge(BuiltIn(), Male, whole, m)); !slices.Equal(got, []string{"pulse-irregular", "doctor-defers"}) {
		t.Errorf("irregular pulse and doctor: %v", got)
	}
	m = fit()
	m.Values[Weight] = 48.5
	f := Judge(BuiltIn(), Male, whole, m)[0]
	if f.Text.ZH != "体重 48.5，要求 ≥ 50 kg。" || f.Limits != "≥ 50 kg" || f.Value != 48.5 || f.Of != Weight {
		t.Errorf("%+v", f)
	}
}

func TestMissingMeasurements(t *testing.T) {
	got := Missing(BuiltIn(), Female, whole, Measurements{})
	if want := []Quantity{Weight, Systolic, Diastolic, Pulse, Hemoglobin, PlannedVolume}; !slices.Equal(got, want) {
		t.Errorf("whole blood lacks %v, want %v", got, want)
	}
	if got := Missing(BuiltIn(), Male, platelets, fit()); got != nil {
		t.Errorf("everything is measured, yet %v", got)
	}
	if got := Judge(BuiltIn(), Male, whole, Measurements{}); got != nil {
		t.Errorf("nothing measured: %+v", got)
	}
}
