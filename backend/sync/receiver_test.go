package sync_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	gosync "sync"
	"sync/atomic"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestEveryOperationIsAppliedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := checkIns(t, 5)
		equal(t, "first", fates(c.push(t, ops[:3]...).Answers), []string{"applied", "applied", "applied"})
		equal(t, "again", fates(c.push(t, ops[:3]...).Answers), []string{"already_applied", "already_applied", "already_applied"})
		equal(t, "overlapping", fates(c.push(t, ops[1:]...).Answers), []string{"already_applied", "already_applied", "applied", "applied"})
		equal(t, "twice in one push", fates(c.push(t, ops[4], ops[4]).Answers), []string{"already_applied", "already_applied"})
		equal(t, "visits", len(c.visits(t)), 5)

		c.receiver = centerOn(c.Store).receiver // a restart forgets nothing
		equal(t, "for ever", fates(c.push(t, ops[0]).Answers), []string{"already_applied"})
	})
}

func TestOneBatchFromManySides(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		c.receiver.Wake = func() {}
		ops := checkIns(t, 20)
		var pushing gosync.WaitGroup
		var applied atomic.Int32
		for range 4 {
			pushing.Go(func() {
				out, err := c.receiver.Push(t.Context(), storetest.DeviceID, sync.PushRequest{Protocol: 1, Operations: ops})
				if err != nil {
					t.Error(err)
				}
				for _, a := range out.Answers {
					if a.Fate == outbox.Applied {
						applied.Add(1)
					}
				}
			})
		}
		pushing.Wait()
		equal(t, "operations applied", applied.Load(), int32(20))
		equal(t, "visits", len(c.visits(t)), 20)
	})
}

// forged returns op with another payload under the same id, chained as it should be.
func forged(t testing.TB, op outbox.Operation, n int) outbox.Operation {
	t.Helper()
	other := storetest.Operation(t, n)
	other.ID = op.ID
	return other.Follow(op.Seq-1, op.Prev)
}

func TestWhatDoesNotFitIsRefusedAndTheRestGoesOn(t *testing.T) {
	ops := checkIns(t, 4)
	relinked := func(op outbox.Operation, prev []byte) outbox.Operation { return op.Follow(op.Seq-1, prev) }
	altered := ops[1]
	altered.Payload = json.RawMessage(`{"id":"visit-evil"}`)
	late := storetest.Operation(t, 9).Follow(1, ops[0].Hash) // another second operation
	refused := of(t, refusing, 1).Follow(1, ops[0].Hash)
	malformed := of(t, outbox.VisitCheckedIn, 1).Follow(1, ops[0].Hash)
	reused := forged(t, ops[0], 9)
	reusedNext := storetest.Operation(t, 9)
	reusedNext.ID = ops[0].ID
	reusedNext = reusedNext.Follow(1, ops[0].Hash)
	forgotten := ops[1]
	forgotten.Payload = json.RawMessage("null")
	after := func(op outbox.Operation) outbox.Operation { return storetest.Operation(t, 3).Follow(2, op.Hash) }
	for name, c := range map[string]struct {
		push   []outbox.Operation
		want   []string
		visits []string
	}{
		"content altered":     {[]outbox.Operation{ops[0], altered, relinked(ops[2], altered.Hash)}, []string{"applied", "refused:operation.hash", "applied"}, []string{"visit-000001", "visit-000003"}},
		"forgotten there":     {[]outbox.Operation{ops[0], forgotten, ops[2]}, []string{"applied", "refused:operation.forgotten", "applied"}, []string{"visit-000001", "visit-000003"}},
		"chain broken":        {[]outbox.Operation{ops[0], relinked(ops[1], []byte("other")), ops[2]}, []string{"applied", "refused:operation.chain_broken", "refused:operation.chain_broken"}, []string{"visit-000001"}},
		"chain mends itself":  {[]outbox.Operation{ops[0], relinked(ops[1], nil), relinked(ops[2], relinked(ops[1], nil).Hash)}, []string{"applied", "refused:operation.chain_broken", "applied"}, []string{"visit-000001", "visit-000003"}},
		"id for another":      {[]outbox.Operation{ops[0], reused, ops[1]}, []string{"applied", "refused:operation.id_reused", "applied"}, []string{"visit-000001", "visit-000002"}},
		"id used again later": {[]outbox.Operation{ops[0], reusedNext, after(reusedNext)}, []string{"applied", "refused:operation.id_reused", "applied"}, []string{"visit-000001", "visit-000003"}},
		"place for another":   {[]outbox.Operation{ops[0], ops[1], late, ops[2]}, []string{"applied", "applied", "refused:operation.seq_reused", "applied"}, []string{"visit-000001", "visit-000002", "visit-000003"}},
		"place zero":          {[]outbox.Operation{storetest.Operation(t, 9).Follow(-1, nil), ops[0]}, []string{"refused:operation.seq_reused", "applied"}, []string{"visit-000001"}},
		"refused by its noun": {[]outbox.Operation{ops[0], refused, after(refused)}, []string{"applied", "refused:test.refused", "applied"}, []string{"visit-000001", "visit-000003"}},
		"cannot be read":      {[]outbox.Operation{ops[0], malformed, after(malformed)}, []string{"applied", "refused:visit.malformed", "applied"}, []string{"visit-000001", "visit-000003"}},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, center *center) {
				out := center.push(t, c.push...)
				equal(t, "fates", fates(out.Answers), c.want)
				equal(t, "nothing to send again", out.ResendFrom, int64(0))
				equal(t, "visits", center.visits(t), c.visits)
				open, err := center.OpenCalls(t.Context(), storetest.Site)
				if err != nil || len(open) != 0 {
					t.Errorf("a refused operation left something behind: %v, %v", open, err)
				}
				again := fates(center.push(t, c.push...).Answers)
				for i, fate := range again {
					if want := c.want[i]; fate != want && !(want == "applied" && fate == "already_applied") {
						t.Errorf("answer %d is %s at the second time, was %s", i, fate, want)
					}
				}
				equal(t, "visits after a repeat", center.visits(t), c.visits)
			})
		})
	}
}

// An error of the center itself undoes the whole batch, and the device's copy of
// it can be sent again.
func TestFailureInsideTheCenterUndoesTheBatch(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		first := storetest.Operation(t, 1).Follow(0, nil)
		second := of(t, failing, 1).Follow(1, first.Hash)
		_, err := c.receiver.Push(t.Context(), storetest.DeviceID, sync.PushRequest{Protocol: 1, Operations: []outbox.Operation{first, second}})
		if !errors.Is(err, errFailing) || fault.CodeOf(err) != "internal" {
			t.Fatalf("%v", err)
		}
		equal(t, "visits", c.visits(t), []string{})
		equal(t, "place", c.device(t).LastSeq, int64(0))
		equal(t, "woken", c.woken, 0)
		c.receiver.Appliers[failing] = c.receiver.Appliers[refusing]
		equal(t, "after it was mended", fates(c.push(t, first, second).Answers), []string{"applied", "refused:test.refused"})
	})
}

func TestGapIsAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := checkIns(t, 6)
		out := c.push(t, ops[0], ops[1], ops[3], ops[4])
		equal(t, "fates", fates(out.Answers), []string{"applied", "applied"})
		equal(t, "from", out.ResendFrom, int64(3))
		out = c.push(t, ops[4])
		equal(t, "none", fates(out.Answers), []string{})
		equal(t, "from", out.ResendFrom, int64(3))
		equal(t, "woken once", c.woken, 1)
		out = c.push(t, ops[2:]...)
		equal(t, "closed", fates(out.Answers), []string{"applied", "applied", "applied", "applied"})
		equal(t, "nothing more", out.ResendFrom, int64(0))
	})
}

// A kiosk that was enrolled anew brings its old log: what the center has of it
// stays, and what comes after is taken.
func TestLogGoesOnUnderANewEnrolment(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		ops := checkIns(t, 4)
		c.push(t, ops[:3]...)
		renewed := storetest.Device(2)
		if err := c.InsertDevice(t.Context(), renewed); err != nil {
			t.Fatal(err)
		}
		next := of(t, refusing, 1).Follow(3, ops[2].Hash)
		push := func(ops ...outbox.Operation) sync.PushResponse {
			out, err := c.receiver.Push(t.Context(), renewed.ID, sync.PushRequest{Protocol: 1, Operations: ops})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		equal(t, "asked for all of it", push(next).ResendFrom, int64(1))
		out := push(append(slices.Clone(ops[:3]), next)...)
		equal(t, "fates", fates(out.Answers), []string{"already_applied", "already_applied", "already_applied", "refused:test.refused"})
		equal(t, "no gap", out.ResendFrom, int64(0))
	})
}

func TestPushSaysHowTheDeviceIs(t *testing.T) {
	c := sqliteCenter(t)
	ops := checkIns(t, 3)
	_, err := c.receiver.Push(t.Context(), storetest.DeviceID, sync.PushRequest{Protocol: 7, Version: "9.9", Pending: 10, Dead: 2, SetAside: 4, Operations: ops})
	if err != nil {
		t.Fatal(err)
	}
	d := c.device(t)
	equal(t, "seen", d.LastSeen, now())
	equal(t, "version and protocol", []any{d.Version, d.Protocol}, []any{"9.9", 7})
	equal(t, "pending, dead and set aside", []int64{d.Pending, d.Dead, d.SetAside}, []int64{7, 2, 4})
	equal(t, "place", []any{d.LastSeq, string(d.LastHash)}, []any{int64(3), string(ops[2].Hash)})
	out := c.push(t)
	equal(t, "an empty push is a sign of life", []any{len(out.Answers), out.ResendFrom, out.Now, c.woken}, []any{0, int64(0), now(), 1})
}

func TestPushIsRefusedAsAWhole(t *testing.T) {
	c := sqliteCenter(t)
	push := func(device string, in sync.PushRequest) error {
		_, err := c.receiver.Push(t.Context(), device, in)
		return err
	}
	for want, err := range map[string]error{
		"sync.protocol_too_old": push(storetest.DeviceID, sync.PushRequest{Protocol: sync.MinProtocol - 1}),
		"device.not_found":      push("nobody", sync.PushRequest{Protocol: 1, Operations: checkIns(t, 1)}),
		"sync.batch_too_large":  push(storetest.DeviceID, sync.PushRequest{Protocol: 1, Operations: make([]outbox.Operation, sync.MaxOperations+1)}),
	} {
		if fault.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	equal(t, "visits", c.visits(t), []string{})
}

// Two kiosks without a line check one person in; both records stay, the later as
// a duplicate of the earlier.
func TestCheckedInTwiceByKiosksThatCouldNotTalk(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		if err := c.InsertDevice(t.Context(), storetest.Device(2)); err != nil {
			t.Fatal(err)
		}
		c.push(t, storetest.Operation(t, 1).Follow(0, nil))
		second := storetest.Visit(2)
		second.DonorKey, second.DeviceID = storetest.Visit(1).DonorKey, "device-2"
		op, err := outbox.New("operation-other", outbox.VisitCheckedIn, second.At, second)
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.receiver.Push(t.Context(), "device-2", sync.PushRequest{Protocol: 1, Operations: storetest.Chain(op, storetest.Operation(t, 3))})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "fates", fates(out.Answers), []string{"applied", "refused:visit.foreign_device"})
		var all []string
		visits, err := c.VisitsAt(t.Context(), storetest.Site, storetest.Today)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range visits {
			all = append(all, outcome(v))
		}
		equal(t, "visits", all, []string{"visit-000001 " + string(visit.Waiting), "visit-000002 " + string(visit.Duplicate)})
		equal(t, "of which", visits[1].DuplicateOf, visits[0].ID)
		if visits[1].Screening == nil {
			t.Error("what the person answered at the second kiosk is lost")
		}
	})
}
