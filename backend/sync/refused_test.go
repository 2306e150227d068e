package sync_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// What the center promised to keep and refuses after all stays whole at the center,
// and the machine hears of it although it is another device by now: its old self
// never asks again.
func TestWhatIsRefusedAfterItWasParkedIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		var log bytes.Buffer
		c.receiver.Log = slog.New(slog.NewTextHandler(&log, nil))
		later := c.receiver.Appliers[outbox.VisitDeferred]
		delete(c.receiver.Appliers, outbox.VisitCheckedIn)
		ops := checkIns(t, 2)
		equal(t, "at first", fates(c.push(t, ops...).Answers), []string{"parked", "parked"})

		before := c.device(t)
		next := storetest.Device(2)
		next.Predecessor, next.LastSeq, next.LastHash = before.ID, before.LastSeq, before.LastHash
		before.Status = device.Revoked
		if err := errors.Join(c.SaveDevice(t.Context(), before), c.InsertDevice(t.Context(), next)); err != nil {
			t.Fatal(err)
		}
		c.receiver.Appliers[outbox.VisitCheckedIn] = func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
			if op.Seq == 1 {
				return nil, fault.New(fault.Invalid, "visit.malformed")
			}
			return later(ctx, from, op)
		}
		equal(t, "replayed", c.replay(t), sync.Replayed{Settled: 2})
		equal(t, "and once only", c.replay(t), sync.Replayed{})
		kept, err := c.RefusedOperations(t.Context(), 9)
		equal(t, "kept whole", []any{kept, err}, []any{[]sync.RefusedOperation{{DeviceID: before.ID, Operation: ops[0], Code: "visit.malformed", At: now()}}, nil})
		if text := log.String(); !strings.Contains(text, ops[0].ID) || !strings.Contains(text, "code=visit.malformed") || strings.Contains(text, "测试") {
			t.Errorf("the log says %s", text)
		}

		say := func(heard ...string) []string {
			out, err := c.receiver.Push(t.Context(), next.ID, sync.PushRequest{Protocol: sync.Protocol, Heard: heard})
			if err != nil {
				t.Fatal(err)
			}
			return fates(out.Late)
		}
		equal(t, "the machine hears", say(), []string{"refused:visit.malformed", "applied"})
		equal(t, "until it says so", say(ops[0].ID), []string{"applied"})
		equal(t, "of both", say(ops[1].ID), []string{})
	})
}

// A device is revoked after its push was let in and before its turn comes: nothing of
// it is carried out any more, and its successor's log is not moved from under it.
func TestPushOfADeviceThatIsRevokedMeanwhile(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := checkIns(t, 2)
		c.push(t, ops[0])
		from := c.device(t)
		from.Status = device.Revoked
		if err := c.SaveDevice(t.Context(), from); err != nil {
			t.Fatal(err)
		}
		equal(t, "refused", c.try(ops[1]), []string{"token.revoked"})
		equal(t, "nothing is written", []any{c.visits(t), c.device(t).LastSeq}, []any{[]string{"visit-000001"}, int64(1)})
	})
}
