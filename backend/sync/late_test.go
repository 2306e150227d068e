package sync_test

import (
	"context"
	"testing"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
)

// A parked operation that is refused later becomes a dead letter at its kiosk, and
// the center stops telling once the kiosk has written it down.
func TestLateRefusalBecomesADeadLetter(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	k.make(t, unknown)
	k.make(t, unknown)
	k.checkIn(t)
	k.drain(t)
	equal(t, "parked", k.count(t, outbox.Parked), 2)
	c.receiver.Appliers[unknown] = func(_ context.Context, _ device.Device, op outbox.Operation) ([]sync.Mark, error) {
		if op.Seq == 1 {
			return nil, fault.New(fault.Conflict, "test.refused")
		}
		return nil, nil
	}
	c.replay(t)
	k.drain(t)
	equal(t, "dead and applied", []int{k.count(t, outbox.Refused), k.count(t, outbox.Applied), k.count(t, outbox.Parked)}, []int{1, 2, 0})
	letters, err := k.DeadLetters(t.Context(), 9)
	if err != nil || len(letters) != 1 || letters[0].Code != "test.refused" || letters[0].Seq != 1 {
		t.Errorf("dead letters %+v, %v", letters, err)
	}
	untold, err := c.UntoldFates(t.Context(), c.device(t).ID, 9)
	equal(t, "heard", []any{len(untold), err}, []any{0, nil})

	// Told again, as by a center that missed the acknowledgement: nothing changes.
	again := []outbox.Answer{{ID: letters[0].ID, Seq: 1, Fate: outbox.Applied}, {ID: "never was", Seq: 99, Fate: outbox.Refused}}
	if err := k.RecordLate(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	equal(t, "still one", k.count(t, outbox.Refused), 1)
}
