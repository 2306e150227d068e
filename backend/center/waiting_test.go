package center

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/store/pgtest"
	centersync "lianxin/backend/sync"
	"lianxin/backend/token"
)

// BenchmarkWaiting is 500 kiosks that wait for changes, and arrivals that all of
// them must hear of. It counts what goes to the database for it.
func BenchmarkWaiting(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkWaiting(b, newBench(b)) })
	b.Run("postgres", func(b *testing.B) { benchmarkWaiting(b, newBenchOn(b, pgtest.Database(b))) })
}

func benchmarkWaiting(b *testing.B, center *bench) {
	const kiosks = 500
	ctx, cancel := context.WithCancel(b.Context())
	heard := make(chan struct{}, kiosks)
	var running sync.WaitGroup
	defer func() { cancel(); running.Wait() }()
	for i := range kiosks {
		k := newDevice(b, center, i)
		running.Go(func() {
			for cursor := ""; ctx.Err() == nil; {
				out, err := center.Pull(ctx, k.ID, cursor, 25*time.Second)
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					b.Error(err)
					return
				}
				cursor = out.Cursor
				for range out.Changes {
					heard <- struct{}{}
				}
			}
		})
	}
	arrive := func(n int) {
		err := center.changed(ctx, func(context.Context) error { return nil },
			centersync.Mark{Scope: centersync.Notices, Noun: centersync.Arrival, ID: fmt.Sprintf("key%d|2026-11-23", n)})
		if err != nil {
			b.Fatal(err)
		}
		for range kiosks {
			<-heard
		}
	}
	arrive(0)
	var arrivals, arriving, before = 0, time.Duration(0), int64(0)
	before = center.store.Statements()
	began := time.Now()
	for b.Loop() {
		arrivals++
		arrive(arrivals)
	}
	arriving = time.Since(began)
	b.ReportMetric(float64(center.store.Statements()-before)/float64(arrivals), "statements/arrival")
	b.ReportMetric(arriving.Seconds()/float64(arrivals), "s/arrival")
	before, began = center.store.Statements(), time.Now()
	time.Sleep(26 * time.Second) // a full turn of every pull
	b.ReportMetric(float64(center.store.Statements()-before)/time.Since(began).Seconds(), "idle-statements/s")
}

func newDevice(b *testing.B, center *bench, n int) device.Device {
	b.Helper()
	key, err := token.NewKey(center.config.Random)
	if err != nil {
		b.Fatal(err)
	}
	d := device.Device{ID: fmt.Sprintf("kiosk-%03d", n), Name: "test", SiteID: fmt.Sprintf("site-%02d", n%24),
		Letter: fmt.Sprintf("K%d", n), PublicKey: key.Public().Bytes(), Status: device.Active, EnrolledAt: center.clock()}
	if err := center.store.InsertDevice(b.Context(), d); err != nil {
		b.Fatal(err)
	}
	return d
}
