package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
)

func applied(n int) sync.Applied {
	return sync.Applied{ID: fmt.Sprintf("operation-%06d", n), DeviceID: DeviceID, Seq: int64(n), Hash: []byte{byte(n), 0, 255},
		Fate: outbox.Applied, At: At}
}

func ledger(t *testing.T, s Subject) {
	ctx := t.Context()
	equal(t, "empty", got(s.AppliedOperations(ctx, nil))(t), map[string]sync.Applied{})
	must(t, s.InsertApplied(ctx))
	many := make([]sync.Applied, 1201) // more than one statement takes
	for i := range many {
		many[i] = applied(i)
	}
	many[3].Fate, many[3].Code = outbox.Refused, "visit.malformed"
	must(t, s.InsertApplied(ctx, many...))
	ids := make([]string, 2000)
	for i := range ids {
		ids[i] = fmt.Sprintf("operation-%06d", i)
	}
	known := got(s.AppliedOperations(ctx, ids))(t)
	equal(t, "all that are known", len(known), 1201)
	equal(t, "as remembered", known[many[3].ID], many[3])
	equal(t, "only what was asked for", got(s.AppliedOperations(ctx, []string{"none", many[7].ID}))(t),
		map[string]sync.Applied{many[7].ID: many[7]})
	if err := s.InsertApplied(ctx, applied(5000), applied(7)); err == nil {
		t.Error("an operation is remembered twice")
	}
	equal(t, "nothing of a failed batch", got(s.AppliedOperations(ctx, []string{applied(5000).ID}))(t), map[string]sync.Applied{})

	settled := applied(8)
	settled.Fate, settled.Code, settled.Hash = outbox.Refused, "x.y", nil
	must(t, s.SettleApplied(ctx, settled))
	settled.Hash = []byte{}
	equal(t, "settled anew", got(s.AppliedOperations(ctx, []string{settled.ID}))(t)[settled.ID], settled)
}

func parked(t *testing.T, s Subject) {
	ctx := t.Context()
	newer := Operation(t, 2).Follow(1, []byte{1})
	newer.Kind, newer.Version, newer.Payload = "gift.chosen", 7, json.RawMessage(`{"future":"测试王𬭎","n":[1,2]}`)
	first := Operation(t, 1).Follow(0, nil)
	must(t, s.ParkOperation(ctx, "device-2", first))
	must(t, s.ParkOperation(ctx, DeviceID, newer))
	must(t, s.ParkOperation(ctx, DeviceID, newer)) // a repeat is the same
	waits := func(deviceID string, op outbox.Operation) sync.Applied {
		return sync.Applied{ID: op.ID, DeviceID: deviceID, Seq: op.Seq, Hash: op.Hash, Fate: outbox.Parked, At: At}
	}
	must(t, s.InsertApplied(ctx, waits("device-2", first), waits(DeviceID, newer)))
	kept := got(s.ParkedOperations(ctx, sync.ParkedOperation{}, 10))(t)
	if len(kept) != 2 || kept[0].DeviceID != DeviceID || kept[1].DeviceID != "device-2" {
		t.Fatalf("parked: %+v", kept)
	}
	equal(t, "whole", kept[0].Operation, newer)
	equal(t, "no more than asked for", len(got(s.ParkedOperations(ctx, sync.ParkedOperation{}, 1))(t)), 1)
	equal(t, "behind one", got(s.ParkedOperations(ctx, kept[0], 10))(t), kept[1:])
	must(t, s.UnparkOperation(ctx, newer.ID))
	equal(t, "one left", len(got(s.ParkedOperations(ctx, sync.ParkedOperation{}, 10))(t)), 1)
}

// What is refused after it was parked is kept whole until somebody says it is dealt with.
func refusedLater(t *testing.T, s Subject) {
	ctx := t.Context()
	var want []sync.RefusedOperation
	for n := 1; n < 4; n++ {
		op := Operation(t, n).Follow(int64(n-1), nil)
		a := sync.Applied{ID: op.ID, DeviceID: DeviceID, Seq: op.Seq, Hash: op.Hash, Fate: outbox.Parked, At: At}
		must(t, s.ParkOperation(ctx, DeviceID, op))
		must(t, s.InsertApplied(ctx, a))
		if n == 3 {
			break // it waits
		}
		a.Fate, a.Code, a.At = outbox.Refused, "x.y", At.Add(time.Duration(n)*time.Hour)
		must(t, s.SettleApplied(ctx, a))
		want = append([]sync.RefusedOperation{{DeviceID: DeviceID, Operation: op, Code: a.Code, At: a.At}}, want...)
	}
	equal(t, "refused", got(s.RefusedOperations(ctx, 9))(t), want)
	equal(t, "no more than asked for", got(s.RefusedOperations(ctx, 1))(t), want[:1])
	equal(t, "counted", got(s.CountRefused(ctx))(t), int64(2))
	equal(t, "still waiting", got(s.CountParked(ctx))(t), map[string]int64{"": 1})
	equal(t, "which", len(got(s.ParkedOperations(ctx, sync.ParkedOperation{}, 9))(t)), 1)
	refused(t, "one that waits", s.ForgetRefused(ctx, Operation(t, 3).ID), "operation.not_refused")
	must(t, s.ForgetRefused(ctx, want[0].Operation.ID))
	refused(t, "twice", s.ForgetRefused(ctx, want[0].Operation.ID), "operation.not_refused")
	equal(t, "left", got(s.RefusedOperations(ctx, 9))(t), want[1:])
	equal(t, "its fate stays", got(s.AppliedOperations(ctx, []string{want[0].Operation.ID}))(t)[want[0].Operation.ID].Code, "x.y")
}

func devices(t *testing.T, s Subject) {
	ctx, want := t.Context(), Device(1)
	want.LastHash = []byte{}
	must(t, s.InsertDevice(ctx, want))
	equal(t, "device", got(s.Device(ctx, want.ID))(t), want)
	sameKey, sameLetter := Device(2), Device(3)
	sameKey.PublicKey, sameLetter.Letter = want.PublicKey, want.Letter
	for name, d := range map[string]device.Device{"same id": want, "same key": sameKey, "same letter at the site": sameLetter} {
		refused(t, name, s.InsertDevice(ctx, d), "device.exists")
	}
	want.Status, want.LastSeen, want.Version, want.Protocol = device.Revoked, At, "1.2.3", 1
	want.Pending, want.Dead, want.SetAside, want.LastSeq, want.LastHash = 3, 1, 2, 1<<40, []byte{0, 255}
	must(t, s.SaveDevice(ctx, want))
	equal(t, "saved", got(s.Device(ctx, want.ID))(t), want)
	must(t, s.InsertDevice(ctx, sameLetter)) // a revoked device's letter is free
	equal(t, "by site and letter", len(got(s.Devices(ctx))(t)), 2)
	_, err := s.Device(ctx, "none")
	refused(t, "unknown", err, "device.not_found")
	_, err = s.LockDevice(ctx, "none")
	refused(t, "unknown, locked", err, "device.not_found")
}

// Everybody reads, adds one and writes: without the lock some of the additions
// would be lost.
func deviceLocked(t *testing.T, s Subject) {
	const callers, each = 5, 10
	must(t, s.InsertDevice(t.Context(), Device(1)))
	var all gosync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				err := s.InTx(t.Context(), func(ctx context.Context) error {
					d, err := s.LockDevice(ctx, DeviceID)
					if err != nil {
						return err
					}
					d.LastSeq++
					d.LastSeen = At.Add(time.Duration(d.LastSeq))
					return s.SaveDevice(ctx, d)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	equal(t, "additions", got(s.Device(t.Context(), DeviceID))(t).LastSeq, int64(callers*each))
}
