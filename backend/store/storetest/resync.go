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

// Of everything two are there, and the center still has the second.
func swept(t *testing.T, s Subject) {
	ctx := t.Context()
	from := calendar.New(2026, time.January, 1)
	foreign, own, elder, other := Visit(1), Visit(2), Visit(3), Visit(4)
	foreign.DeviceID, foreign.Screening, other.DeviceID, other.Screening = "another", nil, "another", nil
	own.DeviceID, own.Outcome, own.Screening = DeviceID, visit.Deferred, nil
	elder.DeviceID, elder.Screening = "this one, enrolled before", Screening(3)
	sentAway := Visit(5)
	sentAway.DeviceID, sentAway.Outcome, sentAway.Screening = elder.DeviceID, visit.Deferred, nil
	arrivals := map[int]visit.Visit{6: Visit(6).Arrival().Kept(), 7: Visit(7).Arrival().Kept()}
	for n := 1; n <= 2; n++ {
		id := []string{"", "a", "b"}[n]
		must(t, s.SaveSite(ctx, aSite(id)))
		must(t, s.SavePack(ctx, pack.Pack{ID: "p", Version: id, Kind: pack.Selection, From: from, Content: []byte("x")}))
		must(t, s.SaveEntry(ctx, screening.Entry{Key: DonorKey(n)}))
		must(t, s.SaveAppointment(ctx, Appointment(n)))
		must(t, s.SaveAppointment(ctx, notice(n+10)))
		must(t, s.SavePass(ctx, Pass(n, At)))
		must(t, s.SaveDonor(ctx, Donor(n)))
		must(t, s.SaveQuarantined(ctx, sync.Quarantined{Noun: sync.Site, ID: id, Code: "x.y", LastAt: At}))
	}
	must(t, s.SaveForeignVisit(ctx, foreign))
	must(t, s.SaveForeignVisit(ctx, other))
	must(t, s.InsertVisit(ctx, own))
	must(t, s.InsertVisit(ctx, elder))
	must(t, s.InsertVisit(ctx, sentAway))
	must(t, s.SaveForeignVisit(ctx, arrivals[6]))
	must(t, s.SaveForeignVisit(ctx, arrivals[7]))
	op := Operation(t, 1)
	got(s.AppendOperation(ctx, op))(t)

	must(t, s.ForgetSeen(ctx))
	must(t, s.MarkSeen(ctx, nil))
	page := []sync.Change{seen(sync.Site, "b"), seen(sync.Pack, "p|b"), seen(sync.Gate, DonorKey(2)), seen(sync.Appointment, Appointment(2).ID),
		seen(sync.Notice, Appointment(12).ID), seen(sync.Pass, Pass(2, At).ID), seen(sync.Donor, Donor(2).ID), seen(sync.Visit, other.ID),
		seen(sync.Arrival, visit.ArrivalID(DonorKey(7), Today)),
		{Noun: sync.Site, ID: "a", Deleted: true}}
	must(t, s.MarkSeen(ctx, page))
	must(t, s.MarkSeen(ctx, page)) // a page that comes twice
	must(t, s.SweepUnseen(ctx, DeviceID))

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
	for v, there := range map[string]bool{foreign.ID: false, other.ID: true, own.ID: true, elder.ID: true,
		sentAway.ID: true, arrivals[6].ID: false, arrivals[7].ID: true} {
		_, err := s.Visit(ctx, v)
		equal(t, "visit "+v, err == nil, there)
	}
	equal(t, "operations", got(s.CountOperations(ctx, outbox.Pending))(t), int64(1))
	equal(t, "set aside", got(s.Quarantined(ctx, 10))(t), []sync.Quarantined{{Noun: sync.Site, ID: "b", Code: "x.y", Attempts: 1, LastAt: At}})

	many := make([]sync.Change, 2500)
	for i := range many {
		many[i] = seen(sync.Gate, DonorKey(i))
	}
	must(t, s.MarkSeen(ctx, many))
	must(t, s.ForgetSeen(ctx))
	must(t, s.SweepUnseen(ctx, DeviceID))
	equal(t, "nothing was seen", len(got(s.Sites(ctx))(t)), 0)
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
