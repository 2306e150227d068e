package result

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

var given = calendar.MustParse("2026-11-20")

func TestWhatADonorIsShown(t *testing.T) {
	group := donation.Group{ABO: "AB", RhD: "-"}
	good, bad := &Result{Qualified: true, Group: group}, &Result{Group: group, Markers: Markers{HIV: Reactive}}
	early := Shown{State: NotYet, From: given.AddDays(3)}
	for name, c := range map[string]struct {
		day  int
		r    *Result
		want Shown
	}{
		"the same day":             {0, good, early},
		"before it was given":      {-1, good, early},
		"day 2, qualified":         {2, good, early},
		"day 2, not qualified":     {2, bad, early},
		"day 2, nothing reported":  {2, nil, early},
		"day 3, nothing reported":  {3, nil, Shown{State: Awaited}},
		"day 3, qualified":         {3, good, Shown{State: Qualified, Group: group}},
		"years later":              {4000, good, Shown{State: Qualified, Group: group}},
		"day 3, not qualified":     {3, bad, Shown{State: Contact}},
		"a contradiction is safer": {3, &Result{Qualified: true, Markers: Markers{HCV: Undetermined}}, Shown{State: Contact}},
	} {
		if got := show(given, given.AddDays(c.day), c.r); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// lengthOf is how long an answer is, and what it says without its filler.
func lengthOf(t *rapid.T, said Shown) (length int, text string) {
	whole, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	said.Filler = ""
	bare, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return len(whole), string(bare)
}

// Whatever failed, the answer is the same bytes, and before day 3 everybody's is.
func TestOneAnswerWhateverFailed(t *testing.T) {
	readings := rapid.SampledFrom([]Reading{NotTold, NonReactive, Reactive, Undetermined})
	rapid.Check(t, func(t *rapid.T) {
		r := Result{DonationID: "donation-1", Qualified: rapid.Bool().Draw(t, "qualified"), ReportedOn: given.AddDays(rapid.IntRange(0, 9).Draw(t, "reported")),
			Group: donation.Group{ABO: rapid.SampledFrom([]string{"", "A", "B", "AB", "O"}).Draw(t, "abo"), RhD: rapid.SampledFrom([]string{"", "+", "-"}).Draw(t, "rhd")},
			Markers: Markers{readings.Draw(t, "hiv"), readings.Draw(t, "hbv"), readings.Draw(t, "hcv"), readings.Draw(t, "syphilis"),
				float64(rapid.IntRange(0, 500).Draw(t, "alt"))}}
		day := rapid.IntRange(0, 9).Draw(t, "day")
		length, said := lengthOf(t, Show(given, given.AddDays(day), &r))
		if length != shownLength {
			t.Errorf("day %d of %+v: %d bytes", day, r, length)
		}
		switch {
		case day < ShownAfter && said != `{"state":"not_yet","from":"2026-11-23","filler":""}`,
			day >= ShownAfter && (!r.Qualified || r.Markers.IsReactive()) && said != `{"state":"contact","filler":""}`,
			day >= ShownAfter && r.Qualified && !r.Markers.IsReactive() && !strings.HasPrefix(said, `{"state":"qualified"`):
			t.Errorf("day %d of %+v: %s", day, r, said)
		}
	})
}

func TestMarkersAreNotPrinted(t *testing.T) {
	r := Result{Markers: Markers{HIV: Reactive, ALT: 77}}
	for _, said := range []string{fmt.Sprint(r), fmt.Sprintf("%+v", r), fmt.Sprintf("%#v", r), fmt.Sprint(&r.Markers)} {
		if strings.Contains(said, string(Reactive)) || strings.Contains(said, "77") {
			t.Errorf("printed: %s", said)
		}
	}
}
