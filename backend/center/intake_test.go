package center

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/sync"
)

// reported is a record of a made-up person; change makes it another one.
func (b *bench) reported(n int, who identity.Person, change ...func(*intake.Record)) intake.Record {
	group := donation.Group{ABO: "A", RhD: "+"}
	r := intake.Record{ID: fmt.Sprintf("R-%04d", n), Person: who, Phone: fmt.Sprintf("010-5550-%04d", n), Group: group,
		Donation: donor.Donation{DIN: donation.DIN(fmt.Sprintf("Z900026%06d", n)), Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddDays(-10), SiteID: "site-1"},
		Result: &result.Result{Qualified: true, Group: group, ReportedOn: b.Today().AddDays(-7),
			Markers: result.Markers{HIV: result.NonReactive, ALT: 20}}}
	for _, edit := range change {
		edit(&r)
	}
	return r
}

func (b *bench) takes(records ...intake.Record) []intake.Outcome {
	b.t.Helper()
	out, err := b.TakeIn(b.t.Context(), site.Miyun, records, Bringer{"device-9", "device"}, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func fatesOf(outcomes []intake.Outcome) string {
	var all []string
	for _, o := range outcomes {
		all = append(all, strings.TrimSpace(string(o.Fate)+" "+o.Code))
	}
	return strings.Join(all, ",")
}

func (b *bench) found(who identity.Person) donor.Donor {
	b.t.Helper()
	d, err := b.store.DonorByKey(b.t.Context(), screening.Key(b.gateKey(), who.Document))
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

func (b *bench) history(id string) []donor.Donation {
	b.t.Helper()
	all, err := b.store.DonationsOf(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// isHeld tells whether the gate list holds somebody back.
func (b *bench) isHeld(who identity.Person) bool {
	b.t.Helper()
	e, ok, err := b.store.Entry(b.t.Context(), screening.Key(b.gateKey(), who.Document))
	if err != nil {
		b.t.Fatal(err)
	}
	return ok && len(e.Holds) > 0
}

func TestRecordsAreAppliedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		first, second := donorOf("001"), donorOf("002")
		batch := []intake.Record{b.reported(1, first), b.reported(2, second), b.reported(1, first),
			b.reported(3, first, func(r *intake.Record) {
				r.Donation.On = b.Today().AddDays(-400)
				r.Donation.SiteID = "site-2"
				r.Phone = ""
			})}
		if got := fatesOf(b.takes(batch...)); got != "applied,applied,already_applied,applied" {
			t.Fatal(got)
		}
		if got := fatesOf(b.takes(batch...)); got != "already_applied,already_applied,already_applied,already_applied" {
			t.Error(got)
		}
		d := b.found(first)
		if d.StationID != "miyun" || d.SiteID != "site-1" || d.Phone != "010-5550-0001" || d.ABO != "A" || d.RhD != "+" || len(b.history(d.ID)) != 2 {
			t.Errorf("%+v with %d donations", d, len(b.history(d.ID)))
		}
		found, err := b.store.Results(t.Context(), []string{b.history(d.ID)[0].ID})
		if err != nil || len(found) != 1 {
			t.Errorf("%v, %v", found, err)
		}
		if !b.isHeld(first) || !b.isHeld(second) {
			t.Error("who gave ten days ago is not held back")
		}
		told, err := b.store.Changed(t.Context(), "site-1", 0, 10)
		if err != nil || len(told) != 2 || told[0].Noun != sync.Donor {
			t.Errorf("the kiosks of the site hear %v, %v", told, err)
		}
		applied := 0
		for _, e := range b.entries() {
			if e.Action == "intake.apply" {
				applied++
				if e.Who != "device-9" || e.Role != "device" || e.Object.ID != "miyun" || e.After != `{"already_applied":1,"applied":3}` {
					t.Errorf("%+v", e)
				}
			}
		}
		if applied != 1 {
			t.Errorf("%d entries in the audit log", applied)
		}
	})
}

func TestRecordsThatContradict(t *testing.T) {
	b := newBench(t)
	who, other := donorOf("001"), donorOf("002")
	b.takes(b.reported(1, who))
	for name, c := range map[string]struct {
		r    intake.Record
		want string
	}{
		"a number twice":       {b.reported(2, other, func(r *intake.Record) { r.Donation.DIN = "Z900026000001" }), "refused intake.din_taken"},
		"another ABO group":    {b.reported(3, who, func(r *intake.Record) { r.Group.ABO = "B" }), "refused intake.group_differs"},
		"another RhD":          {b.reported(4, who, func(r *intake.Record) { r.Group.RhD = "-" }), "refused intake.group_differs"},
		"the result is gone":   {b.reported(1, who, func(r *intake.Record) { r.Result = nil }), "refused intake.result_withdrawn"},
		"no group is no other": {b.reported(5, who, func(r *intake.Record) { r.Group, r.Result = donation.Group{}, nil }), "applied"},
	} {
		if got := fatesOf(b.takes(c.r)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if d := b.found(who); len(b.history(d.ID)) != 2 || d.ABO != "A" {
		t.Errorf("%+v", d)
	}
	b.wantEntry("device-9", "device", "intake.group_differs", b.found(who).ID, "site-1") // it tells something of a donor
	// One refused record leaves the others alone.
	if got := fatesOf(b.takes(b.reported(6, other), b.reported(7, other, func(r *intake.Record) { r.Group.ABO = "O" }))); got != "applied,refused intake.group_differs" {
		t.Error(got)
	}
}

// What a correction replaces is kept, and the donation may turn out to be another's.
func TestCorrections(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who, right := donorOf("001"), donorOf("002")
		b.takes(b.reported(1, who))
		wrong := b.found(who)
		id := b.history(wrong.ID)[0].ID
		fix := b.reported(1, right, func(r *intake.Record) {
			r.Donation.VolumeML, r.Donation.DIN, r.Group.ABO = 200, "Z900026000009", "B"
			r.Result.Qualified, r.Result.Markers.HIV = false, result.Reactive
		})
		if got := fatesOf(b.takes(fix)); got != "corrected" {
			t.Fatal(got)
		}
		if got := fatesOf(b.takes(fix)); got != "already_applied" {
			t.Error(got)
		}
		now := b.history(b.found(right).ID)
		if len(now) != 1 || now[0].ID != id || now[0].VolumeML != 200 || now[0].DIN != "Z900026000009" || len(b.history(wrong.ID)) != 0 {
			t.Errorf("%+v, and %+v of the other", now, b.history(wrong.ID))
		}
		if b.isHeld(who) || !b.isHeld(right) {
			t.Error("the wrong one is held back")
		}
		old, err := b.store.SupersededOf(t.Context(), id)
		if err != nil || len(old) != 1 || old[0].Person.Name != who.Name || old[0].Donation.VolumeML != 400 || old[0].By != "device-9" ||
			!old[0].Result.Qualified || old[0].Result.Markers.HIV != result.NonReactive {
			t.Errorf("%+v, %v", old, err)
		}
		values, err := b.store.Markers(t.Context(), result.LeaveToKeep(), id)
		if err != nil || values.HIV != result.Reactive {
			t.Error("the values of today are not the corrected ones", err)
		}
		said := func(e audit.Entry) bool { return e.Action == "donation.correct" && e.Object.ID == id }
		i := slices.IndexFunc(b.entries(), said)
		if i < 0 || !strings.Contains(b.entries()[i].Before, `"VolumeML":400`) || strings.Contains(b.entries()[i].Before, "Z900026") {
			t.Errorf("the audit log: %d", i)
		}
		// The old number is free again.
		if got := fatesOf(b.takes(b.reported(1, who, func(r *intake.Record) { r.ID = "R-new" }))); got != "applied" {
			t.Error(got)
		}
	})
}

// What a correction says of a person is so; what it told of somebody else is not theirs.
func TestCorrectionsOfPeople(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		wrong, right, groupB := donorOf("001"), donorOf("002"), func(r *intake.Record) { r.Group.ABO, r.Result.Group.ABO = "B", "B" }
		b.takes(b.reported(1, wrong))
		named := wrong
		named.Name = "测试更正"
		if got := fatesOf(b.takes(b.reported(1, named))); got != "corrected" || b.found(wrong).Person.Name != named.Name {
			t.Errorf("%s, and the name is %q", got, b.found(wrong).Person.Name)
		}
		b.takes(b.reported(1, right))
		if d := b.found(wrong); d.ABO != "" || d.RhD != "" || d.Phone != "" {
			t.Errorf("left with who never gave: %q %q %q", d.ABO, d.RhD, d.Phone)
		}
		if got := fatesOf(b.takes(b.reported(2, wrong, groupB))); got != "applied" || b.found(wrong).ABO != "B" {
			t.Errorf("their own donation: %s", got)
		}
		if got := fatesOf(b.takes(b.reported(1, wrong))); got != "refused intake.group_differs" || b.found(wrong).ABO != "B" {
			t.Errorf("one of another group: %s, and theirs is %q", got, b.found(wrong).ABO)
		}
		// What remains says what there was before.
		b.takes(b.reported(3, right, func(r *intake.Record) { r.Donation.On, r.Donation.SiteID = b.Today().AddDays(-300), "site-2" }))
		b.takes(b.reported(1, donorOf("003")))
		if d := b.found(right); d.ABO != "A" || d.Phone != "" || d.SiteID != "site-2" {
			t.Errorf("with one donation left: %q, phone %q, %q", d.ABO, d.Phone, d.SiteID)
		}
	})
}

// Labels that were swapped come right in one batch; a number somebody keeps is taken.
func TestSwappedNumbers(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		record := func(n, din int) intake.Record {
			return b.reported(n, donorOf(fmt.Sprintf("00%d", n)), func(r *intake.Record) { r.Donation.DIN = donation.DIN(fmt.Sprintf("Z900026%06d", din)) })
		}
		b.takes(record(1, 1), record(2, 2), record(3, 3), record(4, 4))
		for _, c := range []struct {
			what  string
			batch []intake.Record
			want  string
		}{
			{"two", []intake.Record{record(1, 2), record(2, 1)}, "corrected,corrected"},
			{"three in a ring", []intake.Record{record(1, 1), record(2, 3), record(3, 2)}, "corrected,corrected,corrected"},
			{"one that is kept", []intake.Record{record(1, 4), record(2, 1)}, "refused intake.din_taken,refused intake.din_taken"},
			{"one that two want", []intake.Record{record(1, 5), record(2, 1), record(4, 5)}, "corrected,corrected,refused intake.din_taken"},
		} {
			if got := fatesOf(b.takes(c.batch...)); got != c.want {
				t.Errorf("%s: %s, want %s", c.what, got, c.want)
			}
		}
		has := map[donation.DIN]bool{}
		for n := 1; n <= 4; n++ {
			for _, g := range b.history(b.found(donorOf(fmt.Sprintf("00%d", n))).ID) {
				if has[g.DIN] {
					t.Errorf("%s is there twice", g.DIN)
				}
				has[g.DIN] = true
			}
		}
	})
}

// Somebody whose phone is told later is compared then.
func TestThePhoneComesLater(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		card := donorOf("001")
		permit := with(card, identity.TaiwanTravelPermit, "12345678")
		same, none := func(r *intake.Record) { r.Phone = "010-5550-7777" }, func(r *intake.Record) { r.Phone = "" }
		b.takes(b.reported(1, card, none))
		b.takes(b.reported(2, permit, same))
		b.takes(b.reported(3, card, same, func(r *intake.Record) { r.Donation.On, r.Result = b.Today().AddDays(-2), nil }))
		pairs, err := b.openPairs()
		if err != nil || len(pairs) != 1 || pairs[0].DonorID != b.found(card).ID || pairs[0].OtherID != b.found(permit).ID {
			t.Fatalf("%+v, %v", pairs, err)
		}
		if err := b.merge(pairs[0].ID); err != nil {
			t.Fatal(err)
		}
		b.takes(b.reported(3, card, func(r *intake.Record) { r.Donation.On, r.Result = b.Today().AddDays(-2), nil }))
		b.takes(b.reported(3, card, same, func(r *intake.Record) { r.Donation.On, r.Result = b.Today().AddDays(-1), nil }))
		if pairs, err := b.openPairs(); err != nil || len(pairs) != 0 {
			t.Errorf("who is merged is compared: %+v, %v", pairs, err)
		}
	})
}

// A person's documents are theirs alike: a code goes to the phone told with any of them, and
// a certificate has the name of the one that is read.
func TestAnyDocumentOfAPerson(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		phones, k := b.phones(), b.newKiosk("site-1", b.serve())
		card := donorOf("001")
		pass := with(card, identity.TaiwanTravelPermit, "12345678")
		pass.Name = "測試甲乙001"
		b.takes(b.reported(1, pass, func(r *intake.Record) { r.Phone = "" }), b.reported(2, card, func(r *intake.Record) { r.Earlier = &pass.Document; r.Donation.On = b.Today().AddDays(-300) }))
		pairs, err := b.openPairs()
		if err != nil || len(pairs) != 1 || b.found(pass).Phone != "" {
			t.Fatal(pairs, err)
		}
		if err := b.merge(pairs[0].ID); err != nil {
			t.Fatal(err)
		}
		head := b.found(pass)
		if b.found(card).MergedInto == "" {
			head = b.found(card)
		}
		b.asksFor(k, b.found(pass).Key, "Z900026000001")
		b.sendsCodes()
		if len(phones.sent) != 1 {
			t.Errorf("%d codes, head has phone %q", len(phones.sent), head.Phone)
		}
		for _, who := range []identity.Person{card, pass} {
			d := b.found(who)
			ask := api.PaperAsk{Kind: paper.Certificate, Language: lang.Chinese, DonationID: b.history(d.ID)[0].ID, DonorKey: d.Key, Name: who.Name}
			if p, code := b.issues(k, ask); code != "" || p.Donor.Name != who.Name || p.Donor.Document != who.Document.Kind {
				t.Errorf("%q: %+v", code, p.Donor)
			}
			ask.Name = "测试别人"
			if _, code := b.issues(k, ask); code != "paper.name_differs" {
				t.Errorf("somebody else: %q", code)
			}
		}
	})
}

// reportOf is what a laboratory reports by itself of a donation.
func (b *bench) reportOf(n int, change ...func(*intake.Record)) intake.Record {
	whole := b.reported(n, donorOf("001"), change...)
	return intake.Record{Donation: donor.Donation{DIN: whole.Donation.DIN}, Group: whole.Group, Result: whole.Result}
}

// What a laboratory reports later finds its donation by the number on the bag.
func TestAResultComesByItself(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		if err := b.SaveSite(t.Context(), site.Site{ID: "site-1", Station: site.Miyun, District: "110118"}); err != nil {
			t.Fatal(err)
		}
		who, hiv := donorOf("001"), failing(result.Markers{HIV: result.Reactive})
		untested := func(r *intake.Record) { r.Result, r.Group = nil, donation.Group{} }
		// In one batch with its donation, and in a later one.
		if got := fatesOf(b.takes(b.reported(1, who, untested), b.reported(2, donorOf("002"), untested), b.reportOf(2))); got != "applied,applied,applied" {
			t.Fatal(got)
		}
		id := b.history(b.found(who).ID)[0].ID
		points := func() int64 {
			got, _, err := b.ledger().Balance(t.Context(), b.Today(), b.found(who).ID)
			if err != nil {
				t.Fatal(err)
			}
			return int64(got)
		}
		before := points()
		for _, c := range []struct {
			what string
			r    intake.Record
			want string
		}{
			{"good", b.reportOf(1), "applied"},
			{"the same", b.reportOf(1), "already_applied"},
			{"corrected", b.reportOf(1, hiv), "corrected"},
			{"another group", b.reportOf(1, func(r *intake.Record) { r.Group.ABO = "B" }), "refused intake.group_differs"},
			{"before it was given", b.reportOf(1, func(r *intake.Record) { r.Result.ReportedOn = b.Today().AddDays(-11) }), "refused intake.too_early"},
			{"of no donation", b.reportOf(3), "refused intake.din_unknown"},
		} {
			if got := fatesOf(b.takes(c.r)); got != c.want {
				t.Errorf("%s: %s, want %s", c.what, got, c.want)
			}
		}
		values, err := b.store.Markers(t.Context(), result.LeaveToKeep(), id)
		if err != nil || values.HIV != result.Reactive || b.found(who).ABO != "A" || points() != before {
			t.Errorf("%v, group %q, %d points and %d before", err, b.found(who).ABO, points(), before)
		}
		if old, err := b.store.SupersededOf(t.Context(), id); err != nil || len(old) != 1 || !old[0].Result.Qualified || old[0].Result.Markers.HIV != result.NonReactive {
			t.Errorf("what was replaced: %+v, %v", old, err)
		}
		if got := b.listed(id, who); got != "001 open not_qualified " {
			t.Errorf("the list has %q", got)
		}
		// Another station's number is nobody's.
		got, err := b.TakeIn(t.Context(), site.Beijing, []intake.Record{b.reportOf(1)}, AtMachine("terminal"), nil)
		if err != nil || fatesOf(got) != "refused intake.din_unknown" {
			t.Errorf("%s, %v", fatesOf(got), err)
		}
	})
}

func TestAPartThatFailsLeavesNothing(t *testing.T) {
	b := newBench(t)
	failed := errors.New("test: no more")
	_, err := b.TakeIn(t.Context(), site.Miyun, []intake.Record{b.reported(1, donorOf("001"))}, AtMachine("terminal"), func(context.Context, []intake.Outcome) error { return failed })
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if _, err := b.store.DonorByKey(t.Context(), screening.Key(b.gateKey(), donorOf("001").Document)); fault.CodeOf(err) != "donor.not_found" {
		t.Errorf("%v", err)
	}
	if got := fatesOf(b.takes(b.reported(1, donorOf("001")))); got != "applied" {
		t.Error(got)
	}
}

// with gives the same person another document.
func with(p identity.Person, kind identity.Kind, number string) identity.Person {
	p.Document = identity.Document{Kind: kind, Number: number}
	return p
}

func TestTheSamePersonUnderAnotherDocument(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		card := donorOf("001")
		permit := with(card, identity.TaiwanTravelPermit, "12345678")
		renewed := with(card, identity.TaiwanTravelPermit, "87654321")
		same := func(r *intake.Record) { r.Phone = "010-5550-7777" }
		b.takes(b.reported(1, card, same))
		b.takes(b.reported(2, permit, same, func(r *intake.Record) { r.Donation.On = b.Today().AddDays(-300) }))
		b.takes(b.reported(3, renewed, func(r *intake.Record) { r.Earlier = &permit.Document; r.Donation.On = b.Today().AddDays(-250) }))
		b.takes(b.reported(4, donorOf("002"), same)) // a family has one phone
		pairs, err := b.openPairs()
		one, two, three := b.found(card), b.found(permit), b.found(renewed)
		if err != nil || len(pairs) != 2 || pairs[0].DonorID != one.ID || pairs[0].OtherID != two.ID || pairs[0].Reason != donor.SamePerson ||
			pairs[1].DonorID != two.ID || pairs[1].OtherID != three.ID || pairs[1].Reason != donor.EarlierDocument {
			t.Fatalf("%+v, %v", pairs, err)
		}
		if len(b.history(one.ID)) != 1 || b.isHeld(permit) {
			t.Error("they were merged by themselves")
		}
		must := func(what string, err error, code string) {
			t.Helper()
			if fault.CodeOf(err) != code {
				t.Errorf("%s: %v, want %q", what, err, code)
			}
		}
		must("merge", b.merge(pairs[0].ID), "")
		must("merge the third", b.merge(pairs[1].ID), "")
		must("again", b.merge(pairs[0].ID), "merge.decided")
		for _, d := range []donor.Donor{one, two, three} {
			if len(b.history(d.ID)) != 3 {
				t.Errorf("%d donations, want all three", len(b.history(d.ID)))
			}
		}
		if !b.isHeld(card) || !b.isHeld(permit) || !b.isHeld(renewed) {
			t.Error("who gave ten days ago may give again with another document")
		}
		must("undo", b.unmerge(pairs[0].ID), "")
		must("undo again", b.unmerge(pairs[0].ID), "merge.not_merged")
		// The third stays with the second, whose document it was said to be.
		for id, want := range map[string]int{one.ID: 1, two.ID: 2, three.ID: 2} {
			if got := len(b.history(id)); got != want {
				t.Errorf("%d donations, want %d", got, want)
			}
		}
		if !b.isHeld(card) || b.isHeld(permit) || b.isHeld(renewed) {
			t.Error("the gate list still counts them together")
		}
		must("keep apart", b.keepApart(pairs[0].ID), "")
		must("nobody", b.merge("nowhere"), "merge.not_found")
		b.wantEntry("terminal", atMachine, "donor.unmerge", pairs[0].ID, "")
	})
}

// The day of a donation turns out to be before there were points, and then after all not.
func TestADonationCorrectedToBeforePointsGivesNone(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who := donorOf("001")
		b.takes(b.reported(1, who))
		for _, c := range []struct {
			year int
			want int64
		}{{2009, 0}, {2025, 20}, {2009, 0}} {
			b.takes(b.reported(1, who, func(r *intake.Record) {
				r.Donation.On, r.Result.ReportedOn = calendar.New(c.year, 5, 1), calendar.New(c.year, 5, 4)
			}))
			if has := b.points(b.found(who).ID); has != c.want {
				t.Errorf("%d points for a donation of %d, want %d", has, c.year, c.want)
			}
		}
	})
}
