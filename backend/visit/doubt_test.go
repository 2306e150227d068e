package visit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// Three check-ins of one person on one day end the same, in whatever order the
// center hears of them: the earliest by corrected time waits, the others are its duplicates.
func TestTheEarliestArrivalCounts(t *testing.T) {
	made := make([]visit.Visit, 3)
	for n := range made {
		made[n] = storetest.Visit(n)
		made[n].DonorKey = storetest.DonorKey(0)
	}
	// By its own clock the last one was first; that clock was an hour behind.
	made[2].At, made[2].ClockOffset = made[0].At.Add(-30*time.Minute), time.Hour
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			f, told := newStore(t), []visit.Visit(nil)
			a := applier(f, &told)
			for _, n := range order {
				if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, made[n])); err != nil {
					t.Fatal(err)
				}
			}
			for n, v := range made {
				wantOutcome, wantOf := visit.Duplicate, made[0].ID
				if n == 0 {
					wantOutcome, wantOf = visit.Waiting, ""
				}
				kept, err := f.Visit(t.Context(), v.ID)
				if err != nil || kept.Outcome != wantOutcome || kept.DuplicateOf != wantOf || kept.Screening == nil {
					t.Errorf("visit %d is %s of %q, %v", n, kept.Outcome, kept.DuplicateOf, err)
				}
				last := slices.IndexFunc(told, func(x visit.Visit) bool { return x.ID == v.ID && x.Outcome == wantOutcome })
				if last < 0 {
					t.Errorf("nobody is told that visit %d is %s", n, wantOutcome)
				}
			}
		})
	}
}

func TestAtTheSameInstantTheIDDecides(t *testing.T) {
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		f, told := newStore(t), []visit.Visit(nil)
		for _, n := range order {
			v := storetest.Visit(n)
			v.DonorKey, v.At = storetest.DonorKey(0), storetest.At
			if err := apply(t, f, applier(f, &told), operation(t, outbox.VisitCheckedIn, v)); err != nil {
				t.Fatal(err)
			}
		}
		if v, err := f.Visit(t.Context(), storetest.Visit(1).ID); err != nil || v.Outcome != visit.Waiting {
			t.Errorf("in order %v the first is %s, %v", order, v.Outcome, err)
		}
	}
}

// signedVisit is a check-in with a consent as a person signs it.
func signedVisit(t *testing.T) visit.Visit {
	t.Helper()
	v := storetest.Visit(1)
	text, err := consent.Current(storetest.Today)
	if err != nil {
		t.Fatal(err)
	}
	v.Screening.Consent, err = consent.Sign(text, consent.Signing{VisitID: v.ID, Version: text.Version, Language: lang.English,
		ScrolledIn: lang.English, Strokes: v.Screening.Consent.Strokes, SignedAt: storetest.At})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDoubts(t *testing.T) {
	texts, err := consent.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	known := visit.Known{Consents: texts, Now: storetest.At.Add(time.Minute),
		Questionnaire: func(canonical string) bool { return canonical == "urn:test:questionnaire|1" },
		Rules:         func(version string) bool { return version == "2026.1" }}
	deferred := func(v *visit.Visit) { v.Outcome, v.Screening = visit.Deferred, nil }
	ahead := func(days int) func(v *visit.Visit) {
		return func(v *visit.Visit) { v.Day, v.At = v.Day.AddDays(days), v.At.AddDate(0, 0, days) }
	}
	for name, c := range map[string]struct {
		change func(v *visit.Visit)
		want   []visit.Doubt
	}{
		"none":                    {func(*visit.Visit) {}, nil},
		"a deferral has no paper": {deferred, nil},
		"another text":            {func(v *visit.Visit) { v.Screening.Consent.Version = "1999.1" }, []visit.Doubt{visit.ConsentUnknown}},
		"another digest":          {func(v *visit.Visit) { v.Screening.Consent.Digest = "11" }, []visit.Doubt{visit.ConsentAltered}},
		"signed for another":      {func(v *visit.Visit) { v.ID = "visit-x" }, []visit.Doubt{visit.ConsentAltered}},
		"no signature":            {func(v *visit.Visit) { v.Screening.Consent.Strokes = nil }, []visit.Doubt{visit.ConsentAltered}},
		"another language":        {func(v *visit.Visit) { v.Screening.Consent.Language = "fr" }, []visit.Doubt{visit.ConsentAltered}},
		"another form":            {func(v *visit.Visit) { v.Screening.Questionnaire = "urn:test:questionnaire|9" }, []visit.Doubt{visit.QuestionnaireUnknown}},
		"other rules":             {func(v *visit.Visit) { v.Screening.PackVersion = "1999.1" }, []visit.Doubt{visit.RulesUnknown}},
		"62 days ago":             {ahead(-62), nil},
		"63 days ago":             {ahead(-63), []visit.Doubt{visit.DayImplausible}},
		"tomorrow":                {ahead(1), nil},
		"two days ahead":          {ahead(2), []visit.Doubt{visit.DayImplausible}},
		"a day nobody can mean":   {func(v *visit.Visit) { v.Day = v.Day.AddYears(10) }, []visit.Doubt{visit.DayImplausible}},
		"a clock that is known":   {func(v *visit.Visit) { v.At, v.ClockOffset = v.At.AddDate(5, 0, 0), -v.At.AddDate(5, 0, 0).Sub(v.At) }, nil},
		"a clock that is not":     {func(v *visit.Visit) { v.At = v.At.AddDate(5, 0, 0) }, []visit.Doubt{visit.DayImplausible}},
		"everything": {func(v *visit.Visit) {
			v.Screening = &visit.Screening{}
			v.Day = v.Day.AddYears(-1)
		}, []visit.Doubt{visit.ConsentUnknown, visit.QuestionnaireUnknown, visit.RulesUnknown, visit.DayImplausible}},
	} {
		v := signedVisit(t)
		c.change(&v)
		if got := known.DoubtsAbout(v); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What the center doubts is its own to say: a device cannot say that nothing is
// doubted, nor whose duplicate a visit is.
func TestApplyTakesNoDoubtsFromADevice(t *testing.T) {
	f := newStore(t)
	a := visit.Applier{Store: f, Changed: func(context.Context, visit.Visit) error { return nil },
		Examine: func(_ context.Context, v visit.Visit) (visit.Visit, error) {
			v.Doubts = append(v.Doubts, visit.ConsentUnknown)
			return v, nil
		}}
	v := storetest.Visit(1)
	v.Doubts, v.DuplicateOf = []visit.Doubt{"made.up"}, "visit-x"
	if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, v)); err != nil {
		t.Fatal(err)
	}
	kept, err := f.Visit(t.Context(), v.ID)
	if err != nil || !slices.Equal(kept.Doubts, []visit.Doubt{visit.ConsentUnknown}) || kept.DuplicateOf != "" {
		t.Errorf("doubts %v, duplicate of %q, %v", kept.Doubts, kept.DuplicateOf, err)
	}
	a.Examine = func(context.Context, visit.Visit) (visit.Visit, error) {
		return visit.Visit{}, fault.New(fault.Unavailable, "store.full")
	}
	second := storetest.Visit(2)
	if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, second)); fault.CodeOf(err) != "store.full" {
		t.Errorf("%v", err)
	}
}
