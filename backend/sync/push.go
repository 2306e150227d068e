package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// batchSize and batchBytes bound what one push carries. A long signature makes a
// large operation, and a push the center finds too large would stay so for ever.
const (
	batchSize  = 500
	readAtOnce = 25        // operations of a batch; how many fit is known when they are open
	batchBytes = 512 << 10 // a slow uplink carries it within the center's patience
	mostBytes  = 2 << 20   // on a line and to a center that have shown to be quick
)

// brisk is how long a push may take for the next one to be twice as large; one that takes
// five times as long is followed by a small one.
const brisk = time.Second

// pushAll sends everything that has no fate yet, batch by batch.
func (r *Replica) pushAll(ctx context.Context) error {
	var resent int64
	ops, err := r.waiting(ctx, 0, r.room)
	for err == nil {
		var more bool
		var resendFrom int64
		if ops, more, resendFrom, err = r.pushBatch(ctx, ops); err != nil {
			return err
		}
		if resendFrom > 0 && resendFrom <= resent {
			// It was sent and is asked for again: trying at once would turn in a circle.
			return fault.New(fault.Unavailable, "sync.no_answer")
		}
		if resent = max(resent, resendFrom); !more {
			return nil
		}
		if ops == nil {
			ops, err = r.waiting(ctx, 0, r.room)
		}
	}
	return err
}

// pushBatch sends operations and writes the answers down. While they are under way those
// after them are read; next is nil when they are not what has to be sent now.
func (r *Replica) pushBatch(ctx context.Context, ops []outbox.Operation) (next []outbox.Operation, more bool, resendFrom int64, err error) {
	request := PushRequest{Protocol: cmp.Or(r.Protocol, Protocol), Version: r.Version, SentAt: r.Clock.wall().UTC(), Operations: ops, Heard: r.late}
	if request.Pending, err = r.Store.CountOperations(ctx, outbox.Pending); err != nil {
		return nil, false, 0, err
	}
	if request.Dead, err = r.Store.CountOperations(ctx, outbox.Refused); err != nil {
		return nil, false, 0, err
	}
	if request.SetAside, err = r.Store.CountQuarantined(ctx); err != nil {
		return nil, false, 0, err
	}
	if request.LastSeq, err = r.Store.LastSeq(ctx); err != nil {
		return nil, false, 0, err
	}
	request.Condition = r.condition(len(ops) == 0)
	room := r.room
	ahead := r.readAhead(ctx, request)
	out, err := r.send(ctx, request)
	next = <-ahead
	if err != nil {
		return nil, false, 0, err
	}
	more = request.Pending > int64(len(ops)) || out.ResendFrom > 0 || len(out.Late) > 0 // to say that they were heard
	if out.ResendFrom > 0 || len(out.Answers) != len(ops) || r.room < room {
		next = nil // some of these come first, or fewer at a time
	}
	return next, more, out.ResendFrom, nil
}

// condition is how this device is, nil when the center knows. A sign of life says it
// always: the center may have been restored since.
func (r *Replica) condition(always bool) *device.Condition {
	if r.Condition == nil {
		return nil
	}
	now := r.Condition()
	if !always && r.said != nil && r.said.Equal(now) {
		return nil
	}
	return &now
}

// send is one exchange: when it returns without an error its answers are on the disk.
func (r *Replica) send(ctx context.Context, request PushRequest) (PushResponse, error) {
	ops := request.Operations
	began := r.Clock.passed()
	out, err := r.Center.Push(ctx, request)
	took := r.Clock.passed() - began
	switch {
	case err != nil || took > 5*brisk:
		r.room = batchBytes
	case took < brisk:
		r.room = min(2*max(r.room, batchBytes), mostBytes)
	}
	if err != nil {
		return out, err
	}
	if request.Condition != nil {
		r.said = request.Condition
	}
	at := r.heard(out.Now, took, false)
	return out, r.settle(ctx, ops, out, at)
}

// readAhead reads what comes after a request, if there is anything; opening it takes about
// as long as the center takes. What cannot be read now is read again when it is its turn.
func (r *Replica) readAhead(ctx context.Context, request PushRequest) <-chan []outbox.Operation {
	ahead := make(chan []outbox.Operation, 1)
	n := len(request.Operations)
	if n == 0 || request.Pending <= int64(n) {
		ahead <- nil
		return ahead
	}
	room := r.room // before this push changes it
	go func() {
		next, err := r.waiting(ctx, request.Operations[n-1].Seq, room)
		if err != nil || len(next) == 0 {
			next = nil
		}
		ahead <- next
	}()
	return ahead
}

// waiting reads the first operations after one that go into one push of so many bytes, one
// at least if there is any.
func (r *Replica) waiting(ctx context.Context, after int64, room int) (ops []outbox.Operation, err error) {
	size := 0
	for len(ops) < batchSize {
		page, err := r.Store.PendingOperations(ctx, after, readAtOnce)
		if err != nil {
			return nil, err
		}
		for _, op := range page {
			if size += len(op.Payload); size > max(room, batchBytes) && len(ops) > 0 {
				return ops, nil
			}
			ops, after = append(ops, op), op.Seq
		}
		if len(page) < readAtOnce {
			break
		}
	}
	return ops, nil
}

// settle writes the center's answers down. With a fate nobody knows an operation would
// neither wait nor be anywhere: who says so is no center.
func (r *Replica) settle(ctx context.Context, ops []outbox.Operation, out PushResponse, at time.Time) error {
	if slices.ContainsFunc(slices.Concat(out.Answers, out.Late), func(a outbox.Answer) bool { return !a.Fate.IsAnswer() }) {
		return notACenter(errors.New("a fate nobody knows"))
	}
	err := r.Store.InTx(ctx, func(ctx context.Context) error {
		if err := r.Store.SaveSetting(ctx, clockSetting, r.Clock.remember()); err != nil {
			return err
		}
		if err := r.Store.RecordLate(ctx, out.Late); err != nil {
			return err
		}
		if err := r.Store.RecordFates(ctx, out.Answers); err != nil || out.ResendFrom == 0 {
			return err
		}
		return r.reopen(ctx, out.ResendFrom)
	})
	if err != nil {
		return fmt.Errorf("record the center's answers: %w", err)
	}
	r.late = r.late[:0:0]
	for _, a := range out.Late {
		r.late = append(r.late, a.ID)
	}
	r.mu.Lock()
	r.progress.LastPush = at
	r.mu.Unlock()
	if len(out.Late) > 0 {
		r.Changed()
	}
	if len(ops) == 0 {
		return nil
	}
	if len(out.Answers) == 0 && out.ResendFrom == 0 {
		return fault.New(fault.Unavailable, "sync.no_answer")
	}
	r.Changed()
	return nil
}

// reopen makes ready to send again what the center lost. When this device has
// not got it either, trying at once would turn in a circle.
func (r *Replica) reopen(ctx context.Context, seq int64) error {
	if err := r.Store.ReopenOperations(ctx, seq); err != nil {
		return err
	}
	next, err := r.Store.PendingOperations(ctx, 0, 1)
	if err == nil && (len(next) == 0 || next[0].Seq != seq) {
		err = fault.New(fault.Conflict, "sync.operations_missing").With("from", seq)
	}
	return err
}
