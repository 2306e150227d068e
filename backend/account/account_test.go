package account

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/redemption"
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

	redeemed []redemption.Redemption
	asked    []correction.Request
}

func (r records) DonationsOf(context.Context, string) ([]donor.Donation, error) { return r.given, nil }

func (r records) Results(_ context.Context, ids []string) (map[string]result.Result, error) {
	return r.results, nil
}

func (r records) Entry(_ context.Context, key string) (screening.Entry, bool, error) {
	return screening.Entry{Key: key, Holds: r.holds}, len(r.holds) > 0, nil
}

func (r records) Together(_ context.Context, ids []string) ([]string, error) { return ids, nil }

func (r records) RedemptionsOf(context.Context, []string, int) ([]redemption.Redemption, error) {
	return r.redeemed, nil
}

func (r records) GiftsByIDs(context.Context, []string) (map[string]gift.Listed, error) {
	g := gift.Sample().Gifts[0]
	return map[string]gift.Listed{g.ID: {Gift: g}}, nil
}

func (r records) CorrectionsOfDonor(context.Context, string, int) ([]correction.Request, error) {
	return r.asked, nil
}

func (r records) Lots(context.Context, point.Account) ([]point.Lot, error) { return r.lots, nil }

func (r records) Lines(_ context.Context, _ string, limit int, _ ...point.Account) ([]point.Line, error) {
	return r.lines[:min(limit, len(r.lines))], nil
}

var rules = Rules{Selection: policy.BuiltIn(), Honours: award.BuiltIn(), Points: point.BuiltIn()}

func read(t *testing.T, r records) Account {
	t.Helper()
	d := donor.Donor{ID: "donor-1", Key: "key", Person: identity.Person{Born: day("1980-01-01"), Sex: identity.Male}}
	a, err := Reader{Records: r, Ledger: point.Ledger{Store: r}, Redeeming: redeeming}.Read(t.Context(), d, rules, day("2026-11-23"))
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
		lots:    []point.Lot{{Expires: day("2026-11-23"), Amount: 7}, {Expires: day("2027-01-01"), Amount: 5}, {Amount: 40}},
		lines:   []point.Line{{Entry: point.Entry{Kind: point.Awarded, Rule: "per-donation", At: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)}, Amount: 20, Balance: 45}},
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

// The statement says which gift points went to, and that they wait for a yes only while they do.
func TestTheStatementSaysWhatBecameOfPoints(t *testing.T) {
	g := gift.Sample().Gifts[0]
	made := func(id string, status redemption.Status) redemption.Redemption {
		return redemption.Redemption{ID: id, GiftID: g.ID, Status: status}
	}
	went := func(kind point.Kind, cause string) point.Line {
		return point.Line{Entry: point.Entry{Kind: kind, Cause: cause}}
	}
	a := read(t, records{
		redeemed: []redemption.Redemption{made("now", redemption.Held), made("theirs", redemption.PickedUp), made("back", redemption.Cancelled)},
		lines:    []point.Line{went(point.Held, "now"), went(point.Held, "theirs"), went(point.Held, "back"), went(point.Returned, "back"), went(point.Held, "long ago")},
	})
	want := []PointsLine{{Kind: point.Held, Title: g.Name}, {Kind: point.Spent, Title: g.Name}, {Kind: point.Spent, Title: g.Name}, {Kind: point.Returned, Title: g.Name}, {Kind: point.Spent}}
	for i, line := range a.Points.Lines {
		if line.Kind != want[i].Kind || line.Title != want[i].Title {
			t.Errorf("line %d: %s %q, want %s %q", i, line.Kind, line.Title.EN, want[i].Kind, want[i].Title.EN)
		}
	}
}

var redeeming = redemption.Service{Rules: func(calendar.Date) (*point.Pack, error) { return point.BuiltIn(), nil }}

func TestWhatWasRedeemedSaysWhetherItMayBeTakenBack(t *testing.T) {
	confirmed := time.Date(2026, 11, 9, 4, 0, 0, 0, time.UTC)
	g := gift.Sample().Gifts[0]
	a := read(t, records{redeemed: []redemption.Redemption{
		{ID: "new", GiftID: g.ID, Status: redemption.Confirmed, ConfirmedAt: confirmed.AddDate(0, 0, 3)},
		{ID: "last day", GiftID: g.ID, Status: redemption.Confirmed, ConfirmedAt: confirmed},
		{ID: "late", GiftID: g.ID, Status: redemption.Confirmed, ConfirmedAt: confirmed.AddDate(0, 0, -1)},
		{ID: "taken", GiftID: g.ID, Status: redemption.PickedUp, ConfirmedAt: confirmed.AddDate(0, 0, 3)},
		{ID: "held", GiftID: g.ID, Status: redemption.Held},
		{ID: "refused", GiftID: "nowhere", Status: redemption.Refused, Reason: "gift.none_left"},
	}})
	may := map[string]bool{"new": true, "last day": true, "held": true}
	for _, r := range a.Redemptions {
		if r.MayCancel != may[r.ID] {
			t.Errorf("%s may be cancelled: %t, until %s", r.ID, r.MayCancel, r.CancelUntil)
		}
	}
	if first, last := a.Redemptions[0], a.Redemptions[5]; first.Name != g.Name || last.Reason != "gift.none_left" {
		t.Errorf("%+v, %+v", first, last)
	}
}
