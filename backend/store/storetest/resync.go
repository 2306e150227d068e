package storetest

import (
	"errors"
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// seen is what the center names while everything is pulled again.
func seen(noun sync.Noun, id string) sync.Change { return sync.Change{Noun: noun, ID: id} }

func notice(n int) appointment.Appointment {
	a := Appointment(n).Notice([]byte("test key"))
	return a.Kept()
}

// resynced is a kiosk that has two of everything that is pulled, and visits of all kinds.
type resynced struct{ foreign, own, elder, other, sentAway, arrival, kept visit.Visit }

func newResynced(t *testing.T, s Subject) resynced {
	ctx := t.Context()
	k := resynced{Visit(1), Visit(2), Visit(3), Visit(4), Visit(5), Visit(6).Arrival().Kept(), Visit(7).Arrival().Kept()}
	k.foreign.DeviceID, k.foreign.Screening, k.other.DeviceID, k.other.Screening = "another", nil, "another", nil
	k.own.DeviceID, k.own.Outcome, k.own.Screening = DeviceID, visit.Deferred, nil
	k.elder.DeviceID, k.elder.Screening = "this one, enrolled before", Screening(3)
	k.sentAway.DeviceID, k.sentAway.Outcome, k.sentAway.Screening = k.elder.DeviceID, visit.Deferred, nil
	for n, id := range []string{"a", "b"} {
		must(t, s.SaveSite(ctx, aSite(id)))
		must(t, s.SavePack(ctx, pack.Pack{ID: "p", Version: id, Kind: pack.Selection, From: calendar.New(2026, time.January, 1), Content: []byte("x")}))
		must(t, s.SaveEntry(ctx, screening.Entry{Key: DonorKey(n + 1)}))
		must(t, s.SaveAppointment(ctx, Appointment(n+1)))
		must(t, s.SaveAppointment(ctx, notice(n+11)))
		must(t, s.SavePass(ctx, Pass(n+1, At)))
		must(t, s.SaveDonor(ctx, Donor(n+1)))
		must(t, s.SaveQuarantined(ctx, sync.Quarantined{Noun: sync.Site, ID: id, Code: "x.y", LastAt: At}))
	}
	for _, v := range []visit.Visit{k.foreign, k.other, k.arrival, k.kept} {
		must(t, s.SaveForeignVisit(ctx, v))
	}
	for _, v := range []visit.Visit{k.own, k.elder, k.sentAway} {
		must(t, s.InsertVisit(ctx, v))
	}
	got(s.AppendOperation(ctx, Operation(t, 1)))(t)
	return k
}

// Of everything two are there, and the center still has the second.
func swept(t *testing.T, s Subject) {
	equal(t, "nothing is there yet", got(s.HoldsNothing(t.Context()))(t), true)
	ctx, k := t.Context(), newResynced(t, s)
	equal(t, "something is there", got(s.HoldsNothing(ctx))(t), false)
	must(t, s.ForgetSeen(ctx))
	must(t, s.MarkSeen(ctx, nil))
	page := []sync.Change{seen(sync.Site, "b"), seen(sync.Pack, "p|b"), seen(sync.Gate, DonorKey(2)), seen(sync.Appointment, Appointment(2).ID),
		seen(sync.Notice, Appointment(12).ID), seen(sync.Pass, Pass(2, At).ID), seen(sync.Donor, Donor(2).ID), seen(sync.Visit, k.other.ID),
		seen(sync.Arrival, visit.ArrivalID(DonorKey(7), Today)),
		{Noun: sync.Site, ID: "a", Deleted: true}}
	must(t, s.MarkSeen(ctx, page))
	must(t, s.MarkSeen(ctx, page)) // a page that comes twice
	must(t, s.SweepUnseen(ctx, DeviceID))
	secondIsThere(t, s)
	for v, there := range map[string]bool{k.foreign.ID: false, k.other.ID: true, k.own.ID: true, k.elder.ID: true,
		k.sentAway.ID: true, k.arrival.ID: false, k.kept.ID: true} {
		_, err := s.Visit(ctx, v)
		equal(t, "visit "+v, err == nil, there)
	}

	many := make([]sync.Change, 2500)
	for i := range many {
		many[i] = seen(sync.Gate, DonorKey(i))
	}
	must(t, s.MarkSeen(ctx, many))
	must(t, s.ForgetSeen(ctx))
	must(t, s.SweepUnseen(ctx, DeviceID))
	equal(t, "nothing was seen", len(got(s.Sites(ctx))(t)), 0)
}

// secondIsThere looks for the second of everything that is pulled, and that the first is gone.
func secondIsThere(t *testing.T, s Subject) {
	t.Helper()
	ctx := t.Context()
	equal(t, "sites", len(got(s.Sites(ctx))(t)), 1)
	equal(t, "packs", got(s.Packs(ctx))(t)[0].Version, "b")
	for n, there := range map[int]bool{1: false, 2: true} {
		_, found, err := s.Entry(ctx, DonorKey(n))
		equal(t, "gate entry", []any{found, err}, []any{there, nil})
		for what, err := range map[string]error{
			"appointment": errOf(s.Appointment(ctx, Appointment(n).ID)), "notice": errOf(s.Appointment(ctx, notice(n+10).ID)),
			"pass": errOf(s.Pass(ctx, Pass(n, At).ID)), "donor": errOf(s.Donor(ctx, Donor(n).ID)),
		} {
			equal(t, what, fault.CodeOf(err) == "", there)
		}
	}
	equal(t, "operations", got(s.CountOperations(ctx, outbox.Pending))(t), int64(1))
	equal(t, "set aside", got(s.Quarantined(ctx, 10))(t), []sync.Quarantined{{Noun: sync.Site, ID: "b", Code: "x.y", Attempts: 1, LastAt: At}})
}

func errOf[T any](_ T, err error) error { return err }

func quarantined(t *testing.T, s Subject) {
	ctx := t.Context()
	first := sync.Quarantined{Noun: sync.Donor, ID: "a", Code: "store.constraint", LastAt: At}
	must(t, s.SaveQuarantined(ctx, first))
	must(t, s.SaveQuarantined(ctx, sync.Quarantined{Noun: sync.Pass, ID: "a", Code: "x.y", LastAt: At.Add(time.Second)}))
	equal(t, "new", got(s.NewlyQuarantined(ctx, "store.constraint"))(t), true)
	first.LastAt = At.Add(time.Minute)
	must(t, s.SaveQuarantined(ctx, first))
	equal(t, "not new any more", got(s.NewlyQuarantined(ctx, "store.constraint"))(t), false)
	equal(t, "count", got(s.CountQuarantined(ctx))(t), int64(2))
	first.Attempts = 2
	equal(t, "the latest", got(s.Quarantined(ctx, 1))(t), []sync.Quarantined{first})
	must(t, s.ReleaseQuarantined(ctx, sync.Donor, "a"))
	must(t, s.ReleaseQuarantined(ctx, sync.Donor, "never there"))
	equal(t, "left", got(s.CountQuarantined(ctx))(t), int64(1))
}

// What contradicts another row says so, and is no refusal of what was asked.
func contradicted(t *testing.T, s Subject) {
	ctx := t.Context()
	must(t, s.SaveDonor(ctx, Donor(1)))
	same := Donor(2)
	same.Key = Donor(1).Key
	err := s.SaveDonor(ctx, same)
	f, _ := errors.AsType[*fault.Fault](err)
	if f == nil || f.Code != "store.constraint" || f.Kind != fault.Internal {
		t.Errorf("two donors for one person: %v", err)
	}
}
