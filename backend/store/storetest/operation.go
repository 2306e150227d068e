package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// made appends n operations and returns them as placed.
func made(t *testing.T, s Subject, n int) []outbox.Operation {
	t.Helper()
	ops := make([]outbox.Operation, n)
	for i := range ops {
		ops[i] = got(s.AppendOperation(t.Context(), Operation(t, i+1)))(t)
	}
	return ops
}

func operations(t *testing.T, s Subject) {
	ctx := t.Context()
	ops := made(t, s, 4)
	for i, op := range ops {
		equal(t, "place", op.Seq, int64(i+1))
		if !op.Verify() {
			t.Errorf("operation %d does not verify", op.Seq)
		}
	}
	kept := got(s.PendingOperations(ctx, 0, 100))(t)
	for i, op := range kept {
		if !op.Verify() || i > 0 && string(op.Prev) != string(kept[i-1].Hash) {
			t.Errorf("read back, operation %d does not follow the one before it", op.Seq)
		}
		equal(t, "id", op.ID, ops[i].ID)
		equal(t, "payload", string(op.Payload), string(ops[i].Payload))
		equal(t, "time", op.DeviceTime, ops[i].DeviceTime)
	}
	equal(t, "all of them", len(kept), 4)
	equal(t, "after the second, one", seqs(got(s.PendingOperations(ctx, 2, 1))(t)), []int64{3})
	equal(t, "from the second", seqs(got(s.OperationsFrom(ctx, 2, 2))(t)), []int64{2, 3})
	if _, err := s.AppendOperation(ctx, Operation(t, 1)); err == nil {
		t.Error("an id is used twice")
	}
	// A clock may tell nanoseconds; the hash covers them.
	fine := Operation(t, 9)
	fine.DeviceTime = At.Add(789 * time.Nanosecond)
	placed := got(s.AppendOperation(ctx, fine))(t)
	equal(t, "after a refused one, no gap", placed.Seq, int64(5))
	if last := got(s.OperationsFrom(ctx, 5, 1))(t); !last[0].Verify() {
		t.Error("nanoseconds are lost")
	}
}

func seqs(ops []outbox.Operation) []int64 {
	all := make([]int64, len(ops))
	for i, op := range ops {
		all[i] = op.Seq
	}
	return all
}

func answer(op outbox.Operation, fate outbox.Fate, code string) outbox.Answer {
	return outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: fate, Code: code}
}

func fates(t *testing.T, s Subject) {
	ctx, ops := t.Context(), made(t, s, 5)
	must(t, s.RecordFates(ctx, []outbox.Answer{answer(ops[0], outbox.Applied, ""), answer(ops[1], outbox.Refused, "visit.malformed"),
		answer(ops[2], outbox.Parked, ""), answer(ops[3], outbox.Refused, "operation.hash")}))
	equal(t, "pending", seqs(got(s.PendingOperations(ctx, 0, 10))(t)), []int64{5})
	for fate, want := range map[outbox.Fate]int64{outbox.Pending: 1, outbox.Applied: 1, outbox.Refused: 2, outbox.Parked: 1, outbox.AlreadyApplied: 0} {
		equal(t, string(fate), got(s.CountOperations(ctx, fate))(t), want)
	}
	letters := got(s.DeadLetters(ctx, 10))(t)
	if len(letters) != 2 || letters[0].Seq != 4 || letters[1].Seq != 2 {
		t.Fatalf("dead letters, newest first: %+v", letters)
	}
	equal(t, "reason", letters[1].Code, "visit.malformed")
	equal(t, "fate", letters[1].Fate, outbox.Refused)
	equal(t, "content", string(letters[1].Payload), string(ops[1].Payload))
	equal(t, "no more than asked for", len(got(s.DeadLetters(ctx, 1))(t)), 1)

	// An answer for what this device never made: nothing of the batch is written.
	for name, wrong := range map[string]outbox.Answer{
		"another id": {ID: "nobody's", Seq: 5, Fate: outbox.Applied}, "another place": {ID: ops[4].ID, Seq: 6, Fate: outbox.Applied},
	} {
		if err := s.RecordFates(ctx, []outbox.Answer{answer(ops[4], outbox.Applied, ""), wrong}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	equal(t, "still pending", got(s.CountOperations(ctx, outbox.Pending))(t), int64(1))
}

// What somebody dealt with stays in the log, and is not counted any more.
func settled(t *testing.T, s Subject) {
	ctx, ops := t.Context(), made(t, s, 3)
	must(t, s.RecordFates(ctx, []outbox.Answer{answer(ops[0], outbox.Refused, "x.y"), answer(ops[1], outbox.Refused, "x.y"), answer(ops[2], outbox.Applied, "")}))
	must(t, s.SettleLetter(ctx, ops[0].ID, "1024", At))
	equal(t, "counted", got(s.CountOperations(ctx, outbox.Refused))(t), int64(1))
	equal(t, "open", placesOf(got(s.DeadLetters(ctx, 10))(t)), []int64{2})
	kept := got(s.SettledLetters(ctx, 10))(t)
	equal(t, "kept", placesOf(kept), []int64{1})
	equal(t, "who", kept[0].SettledBy, "1024")
	equal(t, "when", kept[0].SettledAt, At)
	equal(t, "content", string(kept[0].Payload), string(ops[0].Payload))
	for name, id := range map[string]string{"twice": ops[0].ID, "applied": ops[2].ID, "nobody's": "x"} {
		if err := s.SettleLetter(ctx, id, "other", At); fault.CodeOf(err) != "letter.not_found" {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.ReopenOperations(ctx, 1)) // a restored center asks again, and refuses again
	must(t, s.RecordFates(ctx, []outbox.Answer{answer(ops[0], outbox.Refused, "x.y")}))
	equal(t, "to be looked at again", placesOf(got(s.DeadLetters(ctx, 10))(t)), []int64{1})
}

func placesOf(entries []outbox.Entry) []int64 {
	all := make([]int64, len(entries))
	for i, e := range entries {
		all[i] = e.Seq
	}
	return all
}

// A center that came back from a backup lost its refusals too; were those not
// sent again, it would wait for them for ever.
func reopened(t *testing.T, s Subject) {
	ctx, ops := t.Context(), made(t, s, 4)
	must(t, s.RecordFates(ctx, []outbox.Answer{answer(ops[0], outbox.Applied, ""), answer(ops[1], outbox.Applied, ""),
		answer(ops[2], outbox.Refused, "x.y"), answer(ops[3], outbox.Applied, "")}))
	must(t, s.SettleLetter(ctx, ops[2].ID, "m-1", At))
	must(t, s.ReopenOperations(ctx, 2))
	equal(t, "counted as waiting", got(s.CountOperations(ctx, outbox.Pending))(t), int64(3))
	equal(t, "pending again", seqs(got(s.PendingOperations(ctx, 0, 10))(t)), []int64{2, 3, 4})
	equal(t, "dead letters", len(got(s.DeadLetters(ctx, 10))(t)), 0)

	undone := errors.New("undone")
	err := s.InTx(ctx, func(ctx context.Context) error { return errors.Join(s.ReopenOperations(ctx, 1), undone) })
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	equal(t, "takes part in the transaction", got(s.CountOperations(ctx, outbox.Applied))(t), int64(1))

	must(t, s.RecordFates(ctx, []outbox.Answer{answer(ops[2], outbox.Refused, "x.z")}))
	again := got(s.DeadLetters(ctx, 10))(t)
	if len(again) != 1 || again[0].ID != ops[2].ID || again[0].SettledBy != "" {
		t.Errorf("refused again: %+v", again)
	}
	must(t, s.SettleLetter(ctx, ops[2].ID, "m-1", At))
	equal(t, "dealt with again", got(s.CountOperations(ctx, outbox.Refused))(t), int64(0))
}
