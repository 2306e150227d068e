package sync_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

func (c *center) replay(t testing.TB) sync.Replayed {
	t.Helper()
	all, err := c.receiver.ReplayParked(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// try pushes and returns the fates, or the code of what went wrong.
func (c *center) try(ops ...outbox.Operation) []string {
	out, err := c.receiver.Push(context.Background(), storetest.DeviceID, sync.PushRequest{Protocol: 1, Operations: ops})
	if err != nil {
		return []string{fault.CodeOf(err)}
	}
	return fates(out.Answers)
}

func TestUnknownIsParkedWholeAndAppliedAfterAnUpdate(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		newer := storetest.Operation(t, 1)
		newer.Version = outbox.PayloadVersion + 1
		newer.Payload = json.RawMessage(`{"field":"of a later program","n":[1,2.50]}`)
		ops := storetest.Chain(newer, of(t, unknown, 1), storetest.Operation(t, 3), of(t, "test.never", 1))
		want := []string{"parked", "parked", "applied", "parked"}
		equal(t, "fates", fates(c.push(t, ops...).Answers), want)
		want[2] = "already_applied"
		equal(t, "again", fates(c.push(t, ops...).Answers), want)
		equal(t, "nothing was learnt", c.replay(t), sync.Replayed{})

		var seen []outbox.Operation
		c.receiver.Appliers[unknown] = func(_ context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
			equal(t, "device", from.ID, storetest.DeviceID)
			seen = append(seen, op)
			return nil, nil
		}
		equal(t, "replayed", c.replay(t), sync.Replayed{Settled: 1})
		equal(t, "as it was sent", seen, []outbox.Operation{ops[1]})
		equal(t, "fates now", fates(c.push(t, ops...).Answers), []string{"parked", "already_applied", "already_applied", "parked"})
		equal(t, "replayed once", c.replay(t), sync.Replayed{})
	})
}

// An operation the center fails at does not keep those behind it for ever. It is
// parked after its third attempt, whichever instance it meets, and tried again later.
func TestWhatFailsTooOftenIsParked(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		var log bytes.Buffer
		first := storetest.Operation(t, 1).Follow(0, nil)
		bad := of(t, failing, 1).Follow(1, first.Hash)
		worse := of(t, panicking, 1).Follow(2, bad.Hash)
		last := storetest.Operation(t, 4).Follow(3, worse.Hash)
		ops := []outbox.Operation{first, bad, worse, last}
		undone := []string{"internal"}
		equal(t, "first attempt", c.try(ops...), undone)
		equal(t, "second", c.try(ops...), undone)
		equal(t, "nothing is written", c.visits(t), []string{})
		c.receiver = centerOn(c.Store).receiver // another instance
		c.receiver.Log = slog.New(slog.NewTextHandler(&log, nil))
		equal(t, "third, and the next one's first", c.try(ops...), undone)
		equal(t, "the next one's second", c.try(ops...), undone)
		want := []string{"applied", "parked:operation.failed", "parked:operation.failed", "applied"}
		equal(t, "all", c.try(ops...), want)
		equal(t, "visits", c.visits(t), []string{"visit-000001", "visit-000004"})
		want[0], want[3] = "already_applied", "already_applied"
		equal(t, "again", c.try(ops...), want)
		counts, err := c.CountParked(t.Context())
		equal(t, "parked", []any{counts, err}, []any{map[string]int64{"operation.failed": 2}, nil})
		if text := log.String(); strings.Count(text, "parked=true") != 2 || !strings.Contains(text, bad.ID) || strings.Contains(text, "测试") {
			t.Errorf("the log says %s", text)
		}

		equal(t, "not mended yet", c.replay(t), sync.Replayed{Failed: 2})
		c.receiver.Appliers[panicking] = c.receiver.Appliers[refusing]
		equal(t, "one mended", c.replay(t), sync.Replayed{Settled: 1, Failed: 1})
		want[2] = "refused:test.refused"
		equal(t, "fates", c.try(ops...), want)
	})
}

// A database that is away, full or busy is no operation's fault.
func TestFailuresOfTheDatabaseDoNotCount(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		op := of(t, failing, 1).Follow(0, nil)
		for name, err := range map[string]error{
			"full": fault.New(fault.Unavailable, "store.full"), "gone": fmt.Errorf("insert: %w", context.DeadlineExceeded),
		} {
			c.receiver.Appliers[failing] = func(context.Context, device.Device, outbox.Operation) ([]sync.Mark, error) { return nil, err }
			for range 5 {
				if got := c.try(op); got[0] != fault.CodeOf(err) {
					t.Errorf("%s: %v", name, got)
				}
			}
		}
		failed, err := c.FailedOperations(t.Context(), []string{op.ID})
		equal(t, "counted", []any{failed, err}, []any{map[string]int{}, nil})
	})
}

// Two instances replay at once: each parked operation is carried out once, and what
// one has applied the other does not overwrite.
func TestReplayFromTwoSides(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := make([]outbox.Operation, 12)
		for i := range ops {
			ops[i] = of(t, unknown, i+1)
		}
		ops = storetest.Chain(ops...)
		c.push(t, ops...)
		var carried atomic.Int32
		var replaying gosync.WaitGroup
		var settled atomic.Int32
		for range 3 {
			other := centerOn(c.Store)
			other.receiver.Wake = func() {}
			other.receiver.Appliers[unknown] = func(context.Context, device.Device, outbox.Operation) ([]sync.Mark, error) {
				if carried.Add(1) > 12 { // a second time is refused, as the noun would
					return nil, fault.New(fault.Conflict, "test.exists")
				}
				return nil, nil
			}
			replaying.Go(func() {
				all, err := other.receiver.ReplayParked(context.Background())
				if err != nil {
					t.Error(err)
				}
				settled.Add(int32(all.Settled))
			})
		}
		replaying.Wait()
		equal(t, "carried out and settled", []int32{carried.Load(), settled.Load()}, []int32{12, 12})
		for _, fate := range c.try(ops...) {
			equal(t, "fate", fate, "already_applied")
		}
	})
}

// What becomes of a parked operation is told with every push until the device says
// that it heard.
func TestLateAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := storetest.Chain(of(t, unknown, 1), of(t, unknown, 2), storetest.Operation(t, 3))
		equal(t, "at first", fates(c.push(t, ops...).Answers), []string{"parked", "parked", "applied"})
		equal(t, "nothing late", len(c.push(t).Late), 0)
		c.receiver.Appliers[unknown] = func(_ context.Context, _ device.Device, op outbox.Operation) ([]sync.Mark, error) {
			if op.Seq == 1 {
				return nil, fault.New(fault.Conflict, "test.refused")
			}
			return []sync.Mark{{Scope: "here", Noun: sync.Visit, ID: "late"}}, nil
		}
		c.replay(t)
		placed, err := c.Changed(t.Context(), "here", 0, 5)
		equal(t, "others hear of it", []any{len(placed), err}, []any{1, nil})
		for range 2 {
			late := c.push(t).Late
			equal(t, "late", fates(late), []string{"refused:test.refused", "applied"})
			equal(t, "of which", []int64{late[0].Seq, late[1].Seq}, []int64{1, 2})
		}
		hear := func(ids ...string) []outbox.Answer {
			out, err := c.receiver.Push(t.Context(), storetest.DeviceID, sync.PushRequest{Protocol: 1, Heard: ids})
			if err != nil {
				t.Fatal(err)
			}
			return out.Late
		}
		equal(t, "one heard", fates(hear(ops[0].ID, "never was")), []string{"applied"})
		equal(t, "both heard", len(hear(ops[1].ID)), 0)
		equal(t, "for good", len(c.push(t).Late), 0)
	})
}

// What the database says while parked operations are replayed ends the replay; it
// is tried again.
func TestReplayWithoutADatabase(t *testing.T) {
	c := sqliteCenter(t)
	c.push(t, storetest.Chain(of(t, unknown, 1), of(t, unknown, 2))...)
	c.receiver.Appliers[unknown] = func(context.Context, device.Device, outbox.Operation) ([]sync.Mark, error) {
		return nil, fault.New(fault.Unavailable, "store.full")
	}
	if all, err := c.receiver.ReplayParked(t.Context()); fault.CodeOf(err) != "store.full" || all != (sync.Replayed{}) {
		t.Errorf("%+v, %v", all, err)
	}
	c.receiver.Appliers[unknown] = c.receiver.Appliers[refusing]
	equal(t, "later", c.replay(t), sync.Replayed{Settled: 2})
}
