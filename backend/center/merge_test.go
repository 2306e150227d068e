package center

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	gosync "sync"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/point"
	"lianxin/backend/redemption"
	"lianxin/backend/relief"
	"lianxin/backend/screening"
	"lianxin/backend/staff"
)

// openPairs are the pairs nobody has decided, as the center's own machine lists them.
func (b *bench) openPairs() ([]donor.Merge, error) {
	return b.Merges(b.t.Context(), donor.MergeQuery{Statuses: []donor.MergeStatus{donor.MergeOpen}, Limit: 10}, "terminal")
}

func (b *bench) decides(id string, d donor.Decision) error {
	_, err := b.DecideMerge(b.t.Context(), id, d, caller("terminal"))
	return err
}

func (b *bench) merge(id string) error { return b.decides(id, donor.Decision{Status: donor.Merged}) }

func (b *bench) unmerge(id string) error {
	return b.decides(id, donor.Decision{Status: donor.MergeUndone, Reason: "two people came"})
}

func (b *bench) keepApart(id string) error {
	return b.decides(id, donor.Decision{Status: donor.NotTheSame})
}

// suspects puts two donors on the list.
func (b *bench) suspects(id string, one, other donor.Donor) {
	b.t.Helper()
	if err := b.store.Suspect(b.t.Context(), donor.Merge{ID: id, DonorID: one.ID, OtherID: other.ID, Reason: donor.SamePerson, Status: donor.MergeOpen, FoundAt: b.clock()}); err != nil {
		b.t.Fatal(err)
	}
}

// twice is one person under two documents: 400 mL and 60 points at one station, 200 mL ten
// days ago, 40 points and a deferral at the other.
func (b *bench) twice() (one, other donor.Donor) {
	b.t.Helper()
	card := donorOf("901")
	permit := with(card, identity.TaiwanTravelPermit, "12345678")
	for i, at := range []struct {
		p       identity.Person
		station string
		ml      int
		ago     int
		more    int64 // points beside the 20 of the donation
	}{{card, "beijing", 400, 300, 40}, {permit, "miyun", 200, 10, 20}} {
		d := donor.Donor{ID: b.config.NewID(), StationID: at.station, Key: screening.Key(b.gateKey(), at.p.Document), Person: at.p, Phone: "199 0000 4321", ABO: "O", RhD: "+"}
		given := donor.Donation{ID: b.config.NewID(), DonorID: d.ID, SiteID: "site-1", DIN: donation.DIN(fmt.Sprintf("Z900026%06d", 700001+i)),
			Product: donation.WholeBlood, VolumeML: at.ml, On: b.Today().AddDays(-at.ago)}
		var held []donor.Deferral
		if i == 1 {
			held = []donor.Deferral{{ID: b.config.NewID(), DonorID: d.ID, RuleID: "dental", From: b.Today(), Until: b.Today().AddDays(400)}}
		}
		credit := point.Credit{DonorID: d.ID, Cause: d.ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: at.more}}}
		for _, err := range []error{b.SaveDonor(b.t.Context(), d, []donor.Donation{given}, held), b.ledger().Give(b.t.Context(), b.clock(), credit)} {
			if err != nil {
				b.t.Fatal(err)
			}
		}
		one, other = other, d
	}
	b.suspects("pair", one, other)
	return one, other
}

// freeML is how much blood a donor has free, in mL.
func (b *bench) freeML(d donor.Donor) int64 {
	b.t.Helper()
	q := relief.Question{On: b.Today(), Donors: []relief.Related{{DonorID: d.ID, Relation: relief.Self}}, Bill: relief.Bill{Lines: []relief.Line{
		{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: 900_000, On: b.Today(), AmountFen: 990_000}}}}
	a, err := b.Relief().Assess(b.t.Context(), q)
	if err != nil {
		b.t.Fatal(err)
	}
	return a.Totals.CoveredML
}

// standing is what is so of a donor that a merge may change.
type standing struct {
	Donations, Deferrals int
	Points, FreeML       int64
	Held                 bool
}

func (b *bench) standing(d donor.Donor) standing {
	b.t.Helper()
	held, err := b.store.DeferralsOf(b.t.Context(), d.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	points, _, err := b.Points(b.t.Context(), d.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return standing{len(b.history(d.ID)), len(held), points, b.freeML(d), b.isHeld(d.Person)}
}

// reception lets somebody in and answers their bearer.
func (b *bench) reception(login string, scope staff.Scope) (person, string) {
	b.t.Helper()
	p := b.hire(login, staff.Reception, scope)
	return p, b.bears(b.enter(p))
}

// A desk sees a pair side by side and no more of it than that takes, says that they are one
// person, and takes it back: everything follows, and everything comes back.
func TestAPairIsDecidedAtTheDesk(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		one, other := b.twice()
		who, bearer := b.reception("front.test", staff.Scope{})
		apart := [2]standing{{1, 0, 60, 2000, false}, {1, 1, 40, 1000, true}}
		wantStanding(t, b, "apart", one, other, apart)

		var list api.MergeList
		b.want("the list", "GET", "/merges", bearer, nil, &list, "")
		if len(list.Pairs) != 1 || list.Pairs[0].Donors[0].DonorID != one.ID || list.Pairs[0].IsOne || list.Next != "" {
			t.Fatalf("%+v", list)
		}
		wantNot(t, "the list", list, one.Person.Name, one.Person.Document.Number, other.Person.Document.Number, one.Person.Born.String(), "4321")
		var seen api.MergeOpened
		b.want("one pair", "GET", "/merges/pair", bearer, nil, &seen, "")
		if seen.Alike != (donor.Compared{Name: donor.Same, Born: donor.Same, Sex: donor.Same, Phone: donor.Same, BloodGroup: donor.Same}) ||
			seen.Files[0].Name != one.Person.Name || seen.Files[0].Phone != "*******4321" || seen.Files[1].BloodGroup != "O+" || seen.Files[1].Points != 40 ||
			len(seen.Files[0].Donations) != 1 || seen.Files[0].Donations[0].DIN == seen.Files[1].Donations[0].DIN || seen.Donations != 2 || seen.PointsTogether != 100 {
			t.Errorf("%+v", seen)
		}
		wantNot(t, "the pair", seen, one.Person.Document.Number, other.Person.Document.Number, "1990000")
		b.wantEntry(who.ID, string(staff.Reception), "merge.read", "pair", "")

		decide := map[string]string{"decision": "one_person", "kept": other.ID, "seen": "open"}
		b.want("kept is neither", "POST", "/merges/pair/decide", bearer, map[string]string{"decision": "one_person", "kept": "somebody", "seen": "open"}, nil, "merge.kept_other")
		b.want("one person", "POST", "/merges/pair/decide", bearer, decide, &seen, "")
		if seen.Status != donor.Merged || !seen.IsOne || !seen.Donors[1].Kept || seen.Donors[0].Kept || seen.DecidedBy != who.Name {
			t.Errorf("%+v", seen)
		}
		whole := standing{2, 1, 100, 3000, true}
		wantStanding(t, b, "merged", one, other, [2]standing{whole, whole})
		b.want("decided again", "POST", "/merges/pair/decide", bearer, decide, nil, "merge.decided")
		if e := b.lastEntry("donor.merge"); e.Before != `{"status":"open","first_counted_under":"`+one.ID+`","other_counted_under":"`+other.ID+`"}` ||
			e.After != `{"status":"merged","first_counted_under":"`+other.ID+`","other_counted_under":"`+other.ID+`"}` || e.Who != who.ID {
			t.Errorf("%+v", e)
		}

		b.want("no reason", "POST", "/merges/pair/undo", bearer, map[string]string{"reason": "  "}, nil, "merge.no_reason")
		b.want("undone", "POST", "/merges/pair/undo", bearer, map[string]string{"reason": "测试二人都来了"}, &seen, "")
		if seen.Status != donor.MergeUndone || seen.UndoneFor != "测试二人都来了" || seen.IsOne {
			t.Errorf("%+v", seen)
		}
		wantStanding(t, b, "undone", one, other, apart)
		for _, e := range b.entries() {
			wantNot(t, "the log", e, "测试二人", one.Person.Name, one.Person.Document.Number)
		}
		b.want("what was decided", "GET", "/merges?decided=true", bearer, nil, &list, "")
		if len(list.Pairs) != 1 || list.Pairs[0].Status != donor.MergeUndone || list.Pairs[0].DecidedAt.IsZero() {
			t.Errorf("%+v", list)
		}
	})
}

func wantStanding(t *testing.T, b *bench, when string, one, other donor.Donor, want [2]standing) {
	t.Helper()
	if got := [2]standing{b.standing(one), b.standing(other)}; got != want {
		t.Errorf("%s: %+v, want %+v", when, got, want)
	}
}

func wantNot(t *testing.T, what string, of any, secrets ...string) {
	t.Helper()
	text, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s tells %q: %s", what, secret, text)
		}
	}
}

// What a person used while they were counted as one stays used when they are two again,
// each of what was theirs: a gift, and millilitres of a claim.
func TestWhatWasUsedAsOnePersonStaysUsed(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 5)
		one, other := b.twice()
		_, bearer := b.reception("front.test", staff.Scope{})
		b.want("one person", "POST", "/merges/pair/decide", bearer, map[string]string{"decision": "one_person", "kept": one.ID, "seen": "open"}, nil, "")

		ask := wants(other, g, "site-1")

		for _, step := range []struct {
			path string
			in   any
		}{{"/hold", ask}, {"/confirm", redemption.Of{ID: ask.ID, DonorKey: other.Key}}} {
			if _, code := k.told(step.path, step.in); code != "" {
				t.Fatal(step.path, code)
			}
		}
		q := relief.Question{On: b.Today(), Donors: []relief.Related{{DonorID: other.ID, Relation: relief.Self}}, Bill: relief.Bill{Lines: []relief.Line{
			{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: 250_000, On: b.Today(), AmountFen: 275_000}}}}
		now := b.clock()
		order := relief.Order{ID: b.config.NewID(), For: "claim-1", Channel: relief.Reimbursed, PlaceID: "110105", Question: q, At: now, Until: now.AddDate(0, 0, 1)}
		if _, err := b.Relief().Reserve(t.Context(), order); err != nil {
			t.Fatal(err)
		}
		if points, free := b.points(one.ID), b.freeML(one); points != 100-g.Points || free != 500 {
			t.Errorf("as one person: %d points, %d mL", points, free)
		}
		b.want("undone", "POST", "/merges/pair/undo", bearer, map[string]string{"reason": "two people"}, nil, "")
		if mine, theirs := b.freeML(one), b.freeML(other); mine+theirs != 500 || mine > 2000 || theirs > 1000 {
			t.Errorf("of 3000 mL 2500 are set aside; there are %d and %d", mine, theirs)
		}
		if mine, theirs := b.points(one.ID), b.points(other.ID); mine != 60 || theirs != 40-g.Points {
			t.Errorf("who redeemed has %d, and the other one %d", theirs, mine)
		}
		if _, err := b.Relief().Release(t.Context(), order.ID, b.clock()); err != nil {
			t.Fatal(err)
		}
		if mine, theirs := b.freeML(one), b.freeML(other); mine != 2000 || theirs != 1000 {
			t.Errorf("when the claim is withdrawn: %d and %d mL", mine, theirs)
		}
		b.fits()
	})
}

// Papers of a donation that name somebody who is not its donor after all are not genuine any
// more when a merge is undone; those that name its donor stay what they were.
func TestAMergeUndoneTakesPapersBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		one, other := b.twice()
		asks := func(kind paper.Kind, of, by donor.Donor) paper.Paper {
			t.Helper()
			p, code := b.issues(k, api.PaperAsk{Kind: kind, Language: lang.Chinese, DonationID: b.ownHistory(of)[0].ID, DonorKey: by.Key, Name: by.Person.Name})
			if code != "" {
				t.Fatal(code)
			}
			return p
		}
		own := asks(paper.Certificate, one, one)
		if err := b.merge("pair"); err != nil {
			t.Fatal(err)
		}
		strange := []paper.Paper{asks(paper.Certificate, other, one), asks(paper.ResultSlip, other, one)}
		if err := b.unmerge("pair"); err != nil {
			t.Fatal(err)
		}
		if !b.isGenuine(paper.Claim{Code: own.Code}) {
			t.Error("a paper that names the donor is taken back")
		}
		for _, p := range strange {
			if b.isGenuine(paper.Claim{Code: p.Code}) {
				t.Errorf("the %s of somebody else's donation is genuine", p.Kind)
			}
		}
	})
}

// ownHistory is what is recorded as one donor's.
func (b *bench) ownHistory(d donor.Donor) []donor.Donation {
	b.t.Helper()
	return ownDonations(map[string][]donor.Donation{d.ID: b.history(d.ID)}, d.ID)
}

// Of two who decide the same pair at the same moment one does, and the other is told.
func TestTwoDecideAPairAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.twice()
		_, first := b.reception("front.test", staff.Scope{})
		_, second := b.reception("other.test", staff.Scope{})
		decisions := []string{"one_person", "two_people"}
		codes := make([]string, 2)
		var both gosync.WaitGroup
		for i, bearer := range []string{first, second} {
			both.Go(func() {
				_, codes[i] = b.ask("POST", "/merges/pair/decide", bearer, map[string]string{"decision": decisions[i], "seen": "open"}, nil)
			})
		}
		both.Wait()
		won := slices.Index(codes, "")
		if won < 0 || codes[1-won] != "merge.decided" {
			t.Fatalf("%q", codes)
		}
		m, err := b.store.Merge(t.Context(), "pair")
		if want := []donor.MergeStatus{donor.Merged, donor.NotTheSame}[won]; err != nil || m.Status != want {
			t.Errorf("%+v, %v, want %s", m, err, want)
		}
		written := 0
		for _, e := range b.entries() {
			if e.Object.ID == "pair" {
				written++
			}
		}
		if written != 1 {
			t.Errorf("%d decisions are written down", written)
		}
	})
}

// Who has limits sees no pair: its two are of two stations.
func TestAPairIsNotThereForWhoHasLimits(t *testing.T) {
	b := newBench(t)
	b.twice()
	_, limited := b.reception("miyun.test", staff.Scope{Stations: []string{"miyun"}})
	var list api.MergeList
	b.want("the list", "GET", "/merges", limited, nil, &list, "")
	if len(list.Pairs) != 0 {
		t.Errorf("%+v", list)
	}
	b.want("a pair", "GET", "/merges/pair", limited, nil, nil, "merge.not_found")
	b.want("a decision", "POST", "/merges/pair/decide", limited, map[string]string{"decision": "two_people", "seen": "open"}, nil, "merge.not_found")
	b.want("undoing", "POST", "/merges/pair/undo", limited, map[string]string{"reason": "x"}, nil, "merge.not_found")
	clerk := b.bears(b.enter(b.hire("clerk.test", staff.DistrictClerk, staff.Scope{})))
	b.want("a clerk", "GET", "/merges", clerk, nil, nil, "token.scope")
}
