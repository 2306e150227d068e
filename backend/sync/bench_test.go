package sync_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// BenchmarkDrain is a center that takes 10,000 check-ins over in batches of 500,
// as after a long time without a line: each with its visit, answers and mark in
// the feed. Everything is on the disk when a batch is answered.
func BenchmarkDrain(b *testing.B) {
	const operations, batch = 10_000, 500
	made := make([]outbox.Operation, operations)
	for i := range made {
		made[i] = storetest.Operation(b, i)
	}
	made = storetest.Chain(made...)
	ctx := context.Background()
	for b.Loop() {
		b.StopTimer()
		center, err := store.Open(ctx, store.Options{URL: filepath.Join(b.TempDir(), "center.db"), Keyring: storetest.Keyring(b)})
		if err != nil {
			b.Fatal(err)
		}
		if err := center.InsertDevice(ctx, storetest.Device(1)); err != nil {
			b.Fatal(err)
		}
		receiver := newReceiver(center)
		b.StartTimer()
		for first := 0; first < operations; first += batch {
			out, err := receiver.Push(ctx, storetest.DeviceID, sync.PushRequest{Protocol: sync.Protocol, Operations: made[first : first+batch]})
			if err != nil || len(out.Answers) != batch || out.Answers[batch-1].Fate != outbox.Applied {
				b.Fatalf("%d answers, %v", len(out.Answers), err)
			}
		}
		b.StopTimer()
		if err := center.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(operations*b.N)/b.Elapsed().Seconds(), "ops/s")
}

// newReceiver is the center's end with the appliers a center has.
func newReceiver(s *store.Store) *sync.Receiver {
	apply := func(ctx context.Context, from device.Device, op outbox.Operation) (marks []sync.Mark, err error) {
		visits := visit.Applier{Store: s, Examine: func(_ context.Context, v visit.Visit) (visit.Visit, error) { return v, nil },
			Changed: func(_ context.Context, v visit.Visit) error {
				marks = append(marks, sync.Mark{Scope: v.SiteID, Noun: sync.Visit, ID: v.ID})
				return nil
			}}
		err = visits.Apply(ctx, from.ID, from.SiteID, op)
		return marks, err
	}
	return &sync.Receiver{Ledger: s, Now: func() time.Time { return storetest.At }, Wake: func() {}, Log: slog.New(slog.DiscardHandler),
		Appliers: map[outbox.Kind]sync.Apply{outbox.VisitCheckedIn: apply, outbox.VisitDeferred: apply}}
}
