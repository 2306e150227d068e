package sync_test

import (
	"context"
	gosync "sync"
	"testing"

	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// Everything is prepared before the database is asked, once, and carried out in order.
func TestAPushIsPreparedBeforeItsTurn(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		var mu gosync.Mutex
		prepared, applied, apply := map[string]int{}, []string(nil), c.receiver.Appliers[outbox.VisitCheckedIn]
		c.receiver.Preparers = map[outbox.Kind]sync.Prepare{outbox.VisitCheckedIn: func(op outbox.Operation) sync.Apply {
			mu.Lock()
			defer mu.Unlock()
			prepared[op.ID]++
			return func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
				applied = append(applied, op.ID)
				return apply(ctx, from, op)
			}
		}}
		ops := checkIns(t, 30)
		ready := c.receiver.Prepare(sync.PushRequest{Protocol: sync.Protocol, Operations: ops})
		equal(t, "prepared", len(prepared), len(ops))
		equal(t, "applied before its turn", applied, []string(nil))
		out, err := ready.Push(t.Context(), storetest.DeviceID)
		if err != nil {
			t.Fatal(err)
		}
		for i, op := range ops {
			if prepared[op.ID] != 1 || applied[i] != op.ID || out.Answers[i].ID != op.ID {
				t.Errorf("operation %d was prepared %d times; in its place %s was applied", i, prepared[op.ID], applied[i])
			}
		}
		equal(t, "visits", len(c.visits(t)), len(ops))
	})
}

// What preparing trips over is a failure of that one operation: it is parked after three
// attempts, and what follows it goes on.
func TestAPanicWhilePreparingIsTheOperationsOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		c.receiver.Preparers = map[outbox.Kind]sync.Prepare{panicking: func(outbox.Operation) sync.Apply { panic("test panic") }}
		ops := checkIns(t, 1)
		bad := of(t, panicking, 2).Follow(1, ops[0].Hash)
		ops = append(ops, bad, storetest.Operation(t, 3).Follow(2, bad.Hash))
		for range 2 {
			equal(t, "fails as a whole", c.try(ops...), []string{"internal"})
		}
		equal(t, "parked", c.try(ops...), []string{"applied", "parked:operation.failed", "applied"})
	})
}
