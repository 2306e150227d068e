package storetest

import (
	"context"
	"fmt"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

func late(t *testing.T, s Subject) {
	ctx := t.Context()
	must(t, s.InsertApplied(ctx, applied(1), applied(2), applied(3)))
	equal(t, "told at once", len(got(s.UntoldFates(ctx, DeviceID, 9))(t)), 0)
	var want []outbox.Answer
	for n := 3; n > 0; n-- {
		a := applied(n)
		a.DeviceID, a.Seq, a.Fate, a.Code = DeviceID, int64(n), outbox.Refused, "x.y"
		must(t, s.SettleApplied(ctx, a))
		want = append([]outbox.Answer{{ID: a.ID, Seq: a.Seq, Fate: a.Fate, Code: a.Code}}, want...)
	}
	equal(t, "in order", got(s.UntoldFates(ctx, DeviceID, 9))(t), want)
	equal(t, "no more than asked for", got(s.UntoldFates(ctx, DeviceID, 1))(t), want[:1])
	equal(t, "to its own device", len(got(s.UntoldFates(ctx, "device-2", 9))(t)), 0)
	must(t, s.FatesHeard(ctx, "device-2", []string{want[0].ID}))
	must(t, s.FatesHeard(ctx, DeviceID, nil))
	must(t, s.FatesHeard(ctx, DeviceID, []string{want[0].ID, want[2].ID, "none"}))
	equal(t, "until heard", got(s.UntoldFates(ctx, DeviceID, 9))(t), want[1:2])

	// The machine is another device now, and then a third; a stranger is neither.
	before := ""
	for n := 1; n < 5; n++ {
		d := Device(n)
		if d.Predecessor = before; n == 4 {
			d.Predecessor = ""
		}
		must(t, s.InsertDevice(ctx, d))
		before = d.ID
	}
	equal(t, "after two enrolments", got(s.UntoldFates(ctx, Device(3).ID, 9))(t), want[1:2])
	equal(t, "to a stranger", len(got(s.UntoldFates(ctx, Device(4).ID, 9))(t)), 0)
	must(t, s.FatesHeard(ctx, Device(4).ID, []string{want[1].ID}))
	equal(t, "a stranger does not hear for it", len(got(s.UntoldFates(ctx, DeviceID, 9))(t)), 1)
	must(t, s.FatesHeard(ctx, Device(3).ID, []string{want[1].ID}))
	equal(t, "heard by what it is now", len(got(s.UntoldFates(ctx, DeviceID, 9))(t)), 0)
}

func failing(t *testing.T, s Subject) {
	ctx := t.Context()
	for want := 1; want < 4; want++ {
		equal(t, "failures", got(s.CountFailure(ctx, DeviceID, "operation-1", At))(t), want)
	}
	got(s.CountFailure(ctx, DeviceID, "operation-2", At))(t)
	equal(t, "by id", got(s.FailedOperations(ctx, []string{"operation-1", "none"}))(t), map[string]int{"operation-1": 3})
	equal(t, "of none", got(s.FailedOperations(ctx, nil))(t), map[string]int{})
	must(t, s.UnparkOperation(ctx, "operation-1"))
	equal(t, "forgotten with the parking", got(s.FailedOperations(ctx, []string{"operation-1", "operation-2"}))(t), map[string]int{"operation-2": 1})

	if s.IsOwnFailure(s.InsertApplied(ctx, applied(1), applied(1))) {
		t.Error("an id that is taken counts as a failure of the database")
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.SaveSite(gone, aSite("x")); !s.IsOwnFailure(err) {
		t.Errorf("a caller that has gone is the operation's fault: %v", err)
	}
}

// jobs: of several at once each sees what the one before it wrote.
func jobs(t *testing.T, s Subject) {
	ctx := t.Context()
	equal(t, "never ran", got(s.Job(ctx, "count"))(t), store.Job{})
	var working gosync.WaitGroup
	for range 8 {
		working.Go(func() {
			err := s.InTx(ctx, func(ctx context.Context) error {
				j, err := s.LockJob(ctx, "count")
				if err != nil {
					return err
				}
				j.Seen++
				return s.SaveJob(ctx, j)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	j := got(s.Job(ctx, "count"))(t)
	equal(t, "counted by eight", j, store.Job{Name: "count", Seen: 8})
	j = store.Job{Name: "count", Holder: "instance-1", HeldUntil: At, Day: Today, Input: 7, Place: "donor-9", Seen: 9, Changed: 2, StartedAt: At, FinishedAt: At.Add(time.Second)}
	must(t, s.SaveJob(ctx, j))
	equal(t, "as written", got(s.Job(ctx, "count"))(t), j)
	equal(t, "after yesterday", got(s.AnyJobAfter(ctx, Today.AddDays(-1)))(t), true)
	equal(t, "after today", got(s.AnyJobAfter(ctx, Today))(t), false)
	must(t, s.BringJobsBack(ctx, At, Today))
	equal(t, "of today", got(s.Job(ctx, "count"))(t), j)
	must(t, s.BringJobsBack(ctx, At.AddDate(0, 0, -40), Today.AddDays(-40)))
	j.HeldUntil, j.Day = At.AddDate(0, 0, -40), Today.AddDays(-41)
	equal(t, "of a clock that was ahead", got(s.Job(ctx, "count"))(t), j)
}

func pastNotices(t *testing.T, s Subject) {
	ctx := t.Context()
	old, today := Appointment(1), Appointment(2)
	old.Day = Today.AddDays(-3)
	must(t, s.SaveAppointment(ctx, old))
	must(t, s.SaveAppointment(ctx, today))
	oldVisit := Visit(1)
	oldVisit.Day = old.Day
	must(t, s.InsertVisit(ctx, oldVisit))
	must(t, s.InsertVisit(ctx, Visit(2)))
	notice := func(noun sync.Noun, id string) sync.Mark { return sync.Mark{Scope: sync.Notices, Noun: noun, ID: id} }
	gone, stays := visit.ArrivalID(oldVisit.DonorKey, oldVisit.Day), visit.ArrivalID(Visit(2).DonorKey, Visit(2).Day)
	own := sync.Mark{Scope: Site, Noun: sync.Visit, ID: oldVisit.ID}
	must(t, s.MarkChanged(ctx, own, notice(sync.Notice, old.ID), notice(sync.Arrival, gone), notice(sync.Notice, today.ID), notice(sync.Arrival, stays)))
	equal(t, "newest of a noun", got(s.LastChange(ctx, sync.Notices, sync.Notice))(t), int64(3))
	equal(t, "of none", got(s.LastChange(ctx, sync.Notices, sync.Pack))(t), int64(0))
	must(t, s.ForgetNotices(ctx, Today.AddDays(-1)))
	var left []string
	for _, p := range got(s.Changed(ctx, sync.Notices, 0, 9))(t) {
		left = append(left, p.ID)
	}
	equal(t, "left", left, []string{today.ID, stays})
	bookings, arrivals, err := s.ToCome(ctx, Today)
	if err != nil || len(arrivals) != 1 || visit.ArrivalID(arrivals[0].DonorKey, arrivals[0].Day) != stays {
		t.Errorf("to come: %+v, %v", arrivals, err)
	}
	equal(t, "bookings to come", bookings, []string{today.ID})
	bookings, arrivals, err = s.ToCome(ctx, old.Day)
	if err != nil || len(bookings) != 2 || len(arrivals) != 2 {
		t.Errorf("from an earlier day: %v, %+v, %v", bookings, arrivals, err)
	}
	equal(t, "the site's own stay", len(got(s.Changed(ctx, Site, 0, 9))(t)), 1)
}

func donorsInParts(t *testing.T, s Subject) {
	ctx := t.Context()
	var want, all []donor.Donor
	for n := range 7 {
		want = append(want, Donor(n))
		must(t, s.SaveDonor(ctx, Donor(6-n)))
	}
	for after := ""; ; {
		part := got(s.DonorsAfter(ctx, after, 3))(t)
		if all = append(all, part...); len(part) < 3 {
			break
		}
		after = part[2].ID
	}
	equal(t, "donors", all, want)
	must(t, s.InsertDonation(ctx, donor.Donation{ID: "d1", DonorID: Donor(1).ID, On: Today}))
	must(t, s.InsertDonation(ctx, donor.Donation{ID: "d2", DonorID: Donor(1).ID, On: Today.AddDays(1)}))
	must(t, s.InsertDeferral(ctx, donor.Deferral{ID: "f1", DonorID: Donor(2).ID, RuleID: "r"}))
	ids := []string{Donor(1).ID, Donor(2).ID, "none"}
	donations, deferrals := got(s.DonationsOfAll(ctx, ids))(t), got(s.DeferralsOfAll(ctx, ids))(t)
	equal(t, "donations", []any{len(donations), donations[Donor(1).ID]}, []any{1, got(s.DonationsOf(ctx, Donor(1).ID))(t)})
	equal(t, "deferrals", []any{len(deferrals), deferrals[Donor(2).ID]}, []any{1, got(s.DeferralsOf(ctx, Donor(2).ID))(t)})
}

func duplicates(t *testing.T, s Subject) {
	ctx := t.Context()
	first, second, third := Visit(1), Visit(2), Visit(3)
	second.DonorKey, third.DonorKey = first.DonorKey, first.DonorKey
	first.Doubts = []visit.Doubt{visit.DayImplausible, visit.ConsentUnknown}
	second.Outcome, second.DuplicateOf = visit.Duplicate, first.ID
	must(t, s.InsertVisit(ctx, first))
	must(t, s.InsertVisit(ctx, second))
	equal(t, "doubts", got(s.Visit(ctx, first.ID))(t).Doubts, first.Doubts)
	must(t, s.InTx(ctx, func(ctx context.Context) error {
		must(t, s.MarkDuplicate(ctx, first.ID, third.ID))
		return s.InsertVisit(ctx, third)
	}))
	var all []string
	for _, v := range got(s.VisitsAt(ctx, Site, Today))(t) {
		all = append(all, fmt.Sprintf("%s %s of %s", v.ID, v.Outcome, v.DuplicateOf))
	}
	equal(t, "visits", strings.Join(all, ", "),
		"visit-000001 duplicate of visit-000003, visit-000002 duplicate of visit-000003, visit-000003 waiting of ")
	refused(t, "nobody", s.MarkDuplicate(ctx, "none", third.ID), "visit.not_found")

	must(t, s.DeleteForeignVisit(ctx, third.ID, DeviceID))
	equal(t, "its own stays", got(s.Visit(ctx, third.ID))(t).Outcome, visit.Waiting)
	foreign := Visit(9)
	foreign.DeviceID, foreign.Screening = "device-2", nil
	must(t, s.SaveForeignVisit(ctx, foreign))
	must(t, s.DeleteForeignVisit(ctx, foreign.ID, DeviceID))
	_, err := s.Visit(ctx, foreign.ID)
	refused(t, "another's goes", err, "visit.not_found")
}
