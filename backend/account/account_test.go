package account

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

// records holds one donor's records; ledger methods it does not override are not called.
type records struct {
	point.Store
	given   []donor.Donation
	results map[string]result.Result
	holds   []policy.Hold
	lots    []point.Lot
	lines   []point.Line
}

func (r records) DonationsOf(context.Context, string) ([]donor.Donation, error) { return r.given, nil }

func (r records) Results(_ context.Context, ids []string) (map[string]result.Result, error) {
	return r.results, nil
}

func (r records) Entry(_ context.Context, key string) (screening.Entry, bool, error) {
	return screening.Entry{Key: key, Holds: r.holds}, len(r.holds) > 0, nil
}

func (r records) Lots(context.Context, point.Account) ([]point.Lot, error) { return r.lots, nil }

func (r records) Lines(_ context.Context, _ point.Account, _ string, limit int) ([]point.Line, error) {
	return r.lines[:min(limit, len(r.lines))], nil
}

var rules = Rules{Selection: policy.BuiltIn(), Honours: award.BuiltIn(), Points: point.BuiltIn()}

func read(t *testing.T, r records) Account {
	t.Helper()
	d := donor.Donor{ID: "donor-1", Key: "key", Person: identity.Person{Born: day("1980-01-01"), Sex: identity.Male}}
	a, err := Reader{Records: r, Ledger: point.Ledger{Store: r}}.Read(t.Context(), d, rules, day("2026-11-23"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAccountShowsWhatWasGiven(t *testing.T) {
	history := policy.History{{On: day("2026-11-01"), Product: donation.WholeBlood}}
	a := read(t, records{
		given: []donor.Donation{
			{ID: "3", DIN: "G123426654323", On: day("2026-11-22"), Product: donation.WholeBlood, VolumeML: 400, SiteID: "s1"},
			{ID: "2", DIN: "G123426654322", On: day("2026-11-01"), Product: donation.Apheresis, VolumeML: 500, Units: 2, SiteID: "s2"},
			{ID: "1", DIN: "G123426654321", On: day("2026-01-01"), Product: donation.WholeBlood, VolumeML: 200},
		},
		results: map[string]result.Result{"1": {Qualified: true, Group: donation.Group{ABO: "O", RhD: "+"}}, "3": {Qualified: true}},
		holds:   policy.Holds(policy.BuiltIn(), history, nil, day("2026-11-23")),
		lots:    []point.Lot{{Expires: day("2026-11-23"), Points: 7}, {Expires: day("2027-01-01"), Points: 5}, {Points: 40}},
		lines:   []point.Line{{Entry: point.Entry{Kind: point.Awarded, Rule: "per-donation", At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)}, Points: 20, Balance: 45}},
	})
	var states []result.State
	for _, d := range a.Donations {
		states = append(states, d.Result.State)
	}
	for what, ok := range map[string]bool{
		"results":          len(states) == 3 && states[0] == result.NotYet && states[1] == result.Awaited && states[2] == result.Qualified,
		"sums":             a.WholeBloodML == 600 && a.ApheresisUnits == 2,
		"honours":          a.Honours.Count == 5 && a.Honours.Next.ID == "bronze",
		"next":             len(a.Next) == 2 && a.Next[0].EarliestOn == day("2027-05-01"),
		"points, no lapse": a.Points.Balance == 45 && len(a.Points.Lapsing) == 1 && a.Points.Lapsing[0].Points == 5,
		"statement":        a.Points.Lines[0].Title.EN == "Donation" && a.Points.Lines[0].On == day("2026-11-23"),
		"end of number":    a.Donations[0].DINEnd == "4323",
	} {
		if !ok {
			t.Errorf("%s: %+v", what, a)
		}
	}
}

// What failed cannot be told from what is said, not even by its length.
func TestNothingTellsWhatFailed(t *testing.T) {
	var said []string
	for _, m := range []result.Markers{{}, {HIV: result.Reactive}, {HCV: result.Undetermined}, {ALT: 90}} {
		a := read(t, records{given: []donor.Donation{{ID: "1", DIN: "G123426654321", On: day("2026-11-01"), Product: donation.WholeBlood, VolumeML: 200}},
			results: map[string]result.Result{"1": {Markers: m, Group: donation.Group{ABO: "A", RhD: "+"}}}})
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, string(text))
	}
	for _, s := range said {
		if s != said[0] || strings.Contains(s, "reactive") || !strings.Contains(s, `"state":"contact"`) {
			t.Errorf("one answer differs:\n%s\n%s", s, said[0])
		}
	}
}

// Somebody who never gave is shown an account with nothing in it, and no null.
func TestAnEmptyAccount(t *testing.T) {
	text, err := json.Marshal(read(t, records{}))
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("%s, %v", text, err)
	}
}
