package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/policy"
	"lianxin/backend/visit"
)

// published is a visit as the store gives it back: without the self-exclusion.
func published(v visit.Visit) visit.Visit {
	if v.Screening != nil {
		sc := *v.Screening
		sc.Exclusion = ""
		v.Screening = &sc
	}
	return v
}

// sameDocument compares what is sent of a visit with the visit.
func sameDocument(t *testing.T, s Subject, id string) {
	t.Helper()
	want := got(s.Visit(t.Context(), id))(t)
	closed := got(s.ClosedVisit(t.Context(), id))(t)
	equal(t, "site", closed.SiteID(), want.SiteID)
	var members, others any
	text := got(closed.Document())(t)
	equal(t, "document is JSON", json.Valid(text), true)
	must(t, json.Unmarshal(text, &members))
	must(t, json.Unmarshal(got(json.Marshal(want))(t), &others))
	equal(t, "members", members, others)
}

// listed is a visit as a list has it.
func listed(v visit.Visit) visit.Listed {
	one := visit.Listed{Visit: v}
	if v.Screening != nil {
		one.Findings = len(v.Screening.Findings)
	}
	one.Screening = nil
	return one
}

func visitRoundTrip(t *testing.T, s Subject) {
	want := Visit(1)
	must(t, s.InsertVisit(t.Context(), want))
	equal(t, "visit", got(s.Visit(t.Context(), want.ID))(t), published(want))
	sameDocument(t, s, want.ID)
	waiting, ok, err := s.WaitingVisit(t.Context(), want.DonorKey, Today)
	must(t, err)
	if !ok {
		t.Fatal("the person does not wait")
	}
	equal(t, "waiting visit", waiting, published(want))
	_, err = s.Visit(t.Context(), "nobody")
	refused(t, "unknown visit", err, "visit.not_found")
	_, err = s.ClosedVisit(t.Context(), "nobody")
	refused(t, "unknown visit", err, "visit.not_found")
	gone := Visit(2)
	gone.Screening = nil
	must(t, s.InsertVisit(t.Context(), gone))
	sameDocument(t, s, gone.ID)
	if _, ok, err := s.WaitingVisit(t.Context(), want.DonorKey, Today.AddDays(1)); ok || err != nil {
		t.Errorf("waits tomorrow too: %v", err)
	}
}

func visitDeferred(t *testing.T, s Subject) {
	want := Visit(1)
	want.Outcome, want.Ticket, want.TicketNumber, want.Screening = visit.Deferred, "", 0, nil
	want.Person, want.AppointmentID, want.ClockOffset, want.At = identity.Person{}, "", 0, time.Time{}
	want.Verdict = policy.Verdict{}
	must(t, s.InsertVisit(t.Context(), want))
	equal(t, "visit", got(s.Visit(t.Context(), want.ID))(t), want)
	again := want
	again.ID = "visit-again"
	must(t, s.InsertVisit(t.Context(), again)) // deferred people may ask as often as they like
	refused(t, "same id", s.InsertVisit(t.Context(), want), "visit.exists")
}

func visitOnce(t *testing.T, s Subject) {
	first, second := Visit(1), Visit(2)
	second.DonorKey = first.DonorKey
	must(t, s.InsertVisit(t.Context(), first))
	refused(t, "second check-in", s.InsertVisit(t.Context(), second), "visit.already_checked_in")
	_, err := s.Visit(t.Context(), second.ID)
	refused(t, "nothing of the second", err, "visit.not_found")

	second.Outcome, second.DuplicateOf = visit.Duplicate, first.ID
	must(t, s.InsertVisit(t.Context(), second))
	tomorrow := Visit(3)
	tomorrow.DonorKey, tomorrow.Day = first.DonorKey, Today.AddDays(1)
	must(t, s.InsertVisit(t.Context(), tomorrow))
}

// A refused visit inside a larger transaction must not take it along, also where
// a failed statement aborts everything.
func visitOnceInside(t *testing.T, s Subject) {
	first, second, third := Visit(1), Visit(2), Visit(3)
	second.DonorKey = first.DonorKey
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		if err := s.InsertVisit(ctx, first); err != nil {
			return err
		}
		refused(t, "second check-in", s.InsertVisit(ctx, second), "visit.already_checked_in")
		if _, err := s.Visit(ctx, first.ID); err != nil {
			return errors.Join(errors.New("the transaction does not go on"), err)
		}
		return s.InsertVisit(ctx, third)
	}))
	equal(t, "who is there", len(got(s.ListVisits(t.Context(), Site, Today))(t)), 2)
	_, err := s.Visit(t.Context(), second.ID)
	refused(t, "nothing of the second", err, "visit.not_found")
}

// Of two who would make the one that waits a duplicate, the second sees what the
// first made of it.
func visitLocked(t *testing.T, s Subject) {
	later, earlier := Visit(2), Visit(1)
	earlier.DonorKey = later.DonorKey
	must(t, s.InsertVisit(t.Context(), later))
	second := make(chan visit.Visit, 1)
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		found, ok, err := s.LockWaitingVisit(ctx, later.DonorKey, Today)
		must(t, err)
		equal(t, "who waits", found.ID, later.ID)
		equal(t, "somebody waits", ok, true)
		go func() {
			defer close(second)
			err := s.InTx(t.Context(), func(ctx context.Context) error {
				found, _, err := s.LockWaitingVisit(ctx, later.DonorKey, Today)
				second <- found
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}()
		return errors.Join(s.MarkDuplicate(ctx, later.ID, earlier.ID), s.InsertVisit(ctx, earlier))
	}))
	equal(t, "who waits now", (<-second).ID, earlier.ID)
	<-second // its transaction has ended
	_, ok, err := s.LockWaitingVisit(t.Context(), "nobody", Today)
	must(t, err)
	equal(t, "nobody waits", ok, false)
}

func visitsAt(t *testing.T, s Subject) {
	elsewhere, yesterday := Visit(4), Visit(5)
	elsewhere.SiteID, yesterday.Day = "other-site", Today.AddDays(-1)
	for _, v := range []visit.Visit{Visit(3), Visit(1), elsewhere, yesterday, Visit(2)} {
		must(t, s.InsertVisit(t.Context(), v))
	}
	equal(t, "order of arrival", got(s.VisitsAt(t.Context(), Site, Today))(t),
		[]visit.Visit{published(Visit(1)), published(Visit(2)), published(Visit(3))})
	equal(t, "nobody", got(s.VisitsAt(t.Context(), "no-site", Today))(t), []visit.Visit{})
	equal(t, "listed", got(s.ListVisits(t.Context(), Site, Today))(t), []visit.Listed{listed(Visit(1)), listed(Visit(2)), listed(Visit(3))})
	equal(t, "nobody is listed", got(s.ListVisits(t.Context(), "no-site", Today))(t), []visit.Listed{})
}

// Clocks of two devices may be hours apart; people came in one order all the same.
func visitsByCorrectedClock(t *testing.T, s Subject) {
	second, first, third := Visit(1), Visit(2), Visit(3)
	first.At, first.ClockOffset = At.Add(2*time.Hour), -3*time.Hour // arrived an hour before At
	second.At, second.ClockOffset = At, 0
	third.At, third.ClockOffset = At.Add(-2*time.Hour), 3*time.Hour // and an hour after
	for _, v := range []visit.Visit{second, first, third} {
		must(t, s.InsertVisit(t.Context(), v))
	}
	equal(t, "order of arrival", got(s.VisitsAt(t.Context(), Site, Today))(t), []visit.Visit{published(first), published(second), published(third)})
	for until, want := range map[time.Time]int64{first.Arrived().Add(-time.Microsecond): 0, first.Arrived(): 1, second.Arrived(): 2, third.Arrived(): 3} {
		equal(t, "arrivals until "+until.String(), got(s.CountArrivals(t.Context(), Site, Today, first.Arrived().Add(-time.Hour), until))(t), want)
	}
	equal(t, "arrivals after the second", got(s.CountArrivals(t.Context(), Site, Today, second.Arrived(), third.Arrived()))(t), int64(1))
}

func visitForeign(t *testing.T, s Subject) {
	here, there := Visit(1), Visit(2)
	there.DonorKey, there.DeviceID, there.Screening = here.DonorKey, "device-2", nil
	must(t, s.InsertVisit(t.Context(), here))
	must(t, s.SaveForeignVisit(t.Context(), there))
	_, err := s.Visit(t.Context(), there.ID)
	refused(t, "this device's own check-in stands", err, "visit.not_found")

	other := Visit(3)
	other.DeviceID, other.Screening = "device-2", nil
	must(t, s.SaveForeignVisit(t.Context(), other))
	must(t, s.SaveForeignVisit(t.Context(), other))
	equal(t, "foreign visit", got(s.Visit(t.Context(), other.ID))(t), other)
	again := Visit(4)
	again.DonorKey = other.DonorKey
	refused(t, "checked in elsewhere", s.InsertVisit(t.Context(), again), "visit.already_checked_in")
}

func ticketNumbers(t *testing.T, s Subject) {
	next := func(device string, days int) int {
		t.Helper()
		return got(s.NextTicketNumber(t.Context(), device, Today.AddDays(days)))(t)
	}
	equal(t, "first", next(DeviceID, 0), 1)
	must(t, s.InsertVisit(t.Context(), Visit(7)))
	equal(t, "after number 7", next(DeviceID, 0), 8)
	equal(t, "tomorrow", next(DeviceID, 1), 1)
	equal(t, "another kiosk", next("device-2", 0), 1)
}

// The private choice is read back by no method of visits, and neither its row
// nor its size tells which it was.
func exclusionApart(t *testing.T, s Subject) {
	sizes := map[consent.SelfExclusion]int{}
	for n, choice := range []consent.SelfExclusion{consent.Use, consent.Discard} {
		v := Visit(n)
		v.Screening.Exclusion = choice
		must(t, s.InsertVisit(t.Context(), v))
		for name, read := range map[string]visit.Visit{
			"Visit": got(s.Visit(t.Context(), v.ID))(t), "VisitsAt": got(s.VisitsAt(t.Context(), Site, Today))(t)[n],
		} {
			if read.Screening.Exclusion != "" {
				t.Errorf("%s gives the self-exclusion back", name)
			}
		}
		sizes[choice] = sealedSize(t, s, "self_exclusions", v.ID)
		sizes["rest of "+choice] = sealedSize(t, s, "screenings", v.ID)
	}
	if sizes[consent.Use] == 0 || sizes[consent.Use] != sizes[consent.Discard] {
		t.Errorf("the choices are sealed in %d and %d bytes", sizes[consent.Use], sizes[consent.Discard])
	}
	if sizes["rest of "+consent.Use] != sizes["rest of "+consent.Discard] {
		t.Error("the size of the rest of the screening tells the choice")
	}
	if v := Visit(0); v.Screening.Exclusion != consent.Use {
		t.Error("inserting changed the caller's visit")
	}
}

func sealedSize(t *testing.T, s Subject, table, visitID string) int {
	t.Helper()
	var size int
	must(t, s.Raw.QueryRowContext(t.Context(), "SELECT length(sealed) FROM "+table+" WHERE visit_id = '"+visitID+"'").Scan(&size))
	return size
}
