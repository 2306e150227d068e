package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// Applied is the center's memory of one operation.
type Applied struct {
	ID       string
	DeviceID string
	Seq      int64
	Hash     []byte
	Fate     outbox.Fate
	Code     string
	At       time.Time
}

// Ledger remembers every operation for ever. Methods take part in the
// transaction that ctx carries.
type Ledger interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// LockDevice returns the device and keeps other pushes of it waiting.
	LockDevice(ctx context.Context, id string) (device.Device, error)
	SaveDevice(ctx context.Context, d device.Device) error
	// SaveCondition is device.Store's.
	SaveCondition(ctx context.Context, id string, at time.Time, c device.Condition) error
	// AppliedOperations returns what is remembered of the ids, by id.
	AppliedOperations(ctx context.Context, ids []string) (map[string]Applied, error)
	InsertApplied(ctx context.Context, all ...Applied) error
	// MarkChanged is Feed's.
	MarkChanged(ctx context.Context, marks ...Mark) error
	Parking
	Failures
}

// Failures counts operations that fail inside the center, over all its instances.
type Failures interface {
	// FailedOperations returns how often operations failed, by id; without those that never did.
	FailedOperations(ctx context.Context, ids []string) (map[string]int, error)
	// CountFailure adds one and returns how often the operation failed now.
	CountFailure(ctx context.Context, deviceID, id string, at time.Time) (int, error)
	// IsOwnFailure tells whether err is the database's own: unreachable, full, busy, damaged.
	// No operation is to blame for it.
	IsOwnFailure(err error) bool
}

// Apply carries out one kind of operation, inside a savepoint, and says what others
// must hear of; the batch tells the feed once, at its end. A fault of kind Invalid,
// Forbidden, Conflict, NotFound or TooLarge refuses the operation; any other error
// undoes the whole batch, which the device then sends again. An operation that
// fails so too often is parked.
type Apply func(ctx context.Context, from device.Device, op outbox.Operation) ([]Mark, error)

// Receiver is the center's end of a push.
type Receiver struct {
	Ledger   Ledger
	Appliers map[outbox.Kind]Apply
	// Preparers take the place of appliers for kinds that cost more than the database does.
	Preparers map[outbox.Kind]Prepare
	Now       func() time.Time
	Wake      func() // something may have changed for pullers
	Log       *slog.Logger
}

// MaxOperations bounds a batch; see PushRequest.
const MaxOperations = 2000

// maxAttempts is how often one operation may fail inside the center before it is
// parked: what follows it must not wait for us for ever.
const maxAttempts = 3

// Push prepares a batch and carries it out; see Prepared.Push.
func (r *Receiver) Push(ctx context.Context, deviceID string, in PushRequest) (PushResponse, error) {
	return r.Prepare(in).Push(ctx, deviceID)
}

// Push applies a batch in one transaction and answers a fate for each operation.
func (p Prepared) Push(ctx context.Context, deviceID string) (PushResponse, error) {
	r, in := p.receiver, p.in
	if in.Protocol < MinProtocol {
		return PushResponse{}, fault.New(fault.Outdated, "sync.protocol_too_old").
			With("protocol", in.Protocol).With("needed", MinProtocol)
	}
	if len(in.Operations) > MaxOperations {
		return PushResponse{}, fault.New(fault.TooLarge, "sync.batch_too_large").With("max", MaxOperations)
	}
	for {
		out, err := p.push(ctx, deviceID)
		if err == nil {
			if len(out.Answers) > 0 {
				r.Wake()
			}
			return out, nil
		}
		if again, countErr := r.noteFailure(ctx, deviceID, err); !again {
			return PushResponse{}, fmt.Errorf("push of %d operations: %w", len(in.Operations), errors.Join(err, countErr))
		}
	}
}

func (p Prepared) push(ctx context.Context, deviceID string) (PushResponse, error) {
	r, in := p.receiver, p.in
	out := PushResponse{Protocol: Protocol, Now: r.Now().UTC()}
	return out, r.Ledger.InTx(ctx, func(ctx context.Context) error {
		from, err := r.Ledger.LockDevice(ctx, deviceID)
		if err != nil {
			return err
		}
		if from.Status != device.Active { // since the call was let in
			return fault.New(fault.Unauthorized, "token.revoked")
		}
		if out.Late, err = r.late(ctx, deviceID, in.Heard); err != nil {
			return err
		}
		b := batch{Receiver: r, from: &from}
		if out.Answers, out.ResendFrom, err = b.answer(ctx, p.ready); err != nil {
			return err
		}
		if out.ResendFrom == 0 && in.LastSeq > from.LastSeq && len(in.Operations) == 0 {
			// Nothing is waiting there, and yet it has made more than we know: we were restored.
			out.ResendFrom = from.LastSeq + 1
		}
		from.LastSeen, from.Version, from.Protocol = out.Now, in.Version, in.Protocol
		from.Pending, from.Dead = max(in.Pending-int64(len(out.Answers)), 0), in.Dead
		from.SetAside = in.SetAside
		if err := r.Ledger.SaveDevice(ctx, from); err != nil {
			return err
		}
		if in.Condition != nil {
			if err := r.Ledger.SaveCondition(ctx, deviceID, out.Now, *in.Condition); err != nil {
				return err
			}
		}
		return r.Ledger.MarkChanged(ctx, b.marks...) // last, for everybody's scopes are locked from here on
	})
}

// failure is an operation that failed inside the center.
type failure struct {
	op    outbox.Operation
	cause error
}

func (f *failure) Error() string { return fmt.Sprintf("apply %s: %v", f.op.Kind, f.cause) }
func (f *failure) Unwrap() error { return f.cause }

// noteFailure counts the operation that undid a batch and tells whether the batch
// is worth another attempt, in which the operation is parked.
func (r *Receiver) noteFailure(ctx context.Context, deviceID string, err error) (again bool, _ error) {
	f, ok := errors.AsType[*failure](err)
	if !ok || ctx.Err() != nil || r.Ledger.IsOwnFailure(err) {
		return false, nil
	}
	attempts, countErr := r.Ledger.CountFailure(ctx, deviceID, f.op.ID, r.Now())
	if countErr != nil {
		return false, countErr
	}
	r.Log.ErrorContext(ctx, "operation failed inside the center", "operation", f.op.ID, "kind", f.op.Kind,
		"attempt", attempts, "parked", attempts >= maxAttempts, "error", f.cause)
	return attempts >= maxAttempts, nil
}

// batch is one push that is being carried out.
type batch struct {
	*Receiver
	from     *device.Device
	failures map[string]int // of its operations
	marks    []Mark
}

func (b *batch) answer(ctx context.Context, ops []ready) ([]outbox.Answer, int64, error) {
	ids := make([]string, len(ops))
	for i, op := range ops {
		ids[i] = op.ID
	}
	known, err := b.Ledger.AppliedOperations(ctx, ids)
	if err == nil {
		b.failures, err = b.Ledger.FailedOperations(ctx, ids)
	}
	if err != nil {
		return nil, 0, err
	}
	from := b.from
	answers := make([]outbox.Answer, 0, len(ops))
	settled := make([]Applied, 0, len(ops))
	var resendFrom int64
	for _, op := range ops {
		if prior, ok := known[op.ID]; ok {
			answers = append(answers, again(prior, op))
			if op.Seq == from.LastSeq+1 {
				// New at this place all the same: a log that goes on under a new enrolment,
				// or an id used twice. What follows must not look like a gap.
				from.LastSeq, from.LastHash = op.Seq, op.Hash
			}
			continue
		}
		if op.Seq > from.LastSeq+1 {
			// A gap: this center was restored from a backup, or a batch was lost.
			resendFrom = from.LastSeq + 1
			break
		}
		a, err := b.settle(ctx, op)
		if err != nil {
			return nil, 0, err
		}
		if a.Code != codeSeqReused {
			known[op.ID] = a
			settled = append(settled, a)
		}
		answers = append(answers, outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: a.Fate, Code: a.Code})
	}
	return answers, resendFrom, b.Ledger.InsertApplied(ctx, settled...)
}

const (
	codeSeqReused = "operation.seq_reused"
	codeHash      = "operation.hash"
	codeForgotten = "operation.forgotten" // the device kept it as long as it had to, and this center lost it
	codeFailed    = "operation.failed"    // parked: it failed inside the center too often
)

// again answers an operation that came before: the same answer for ever, unless
// the same id now stands for something else.
func again(prior Applied, op ready) outbox.Answer {
	a := outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: prior.Fate, Code: prior.Code}
	switch {
	case !bytes.Equal(prior.Hash, op.Hash) || prior.Code != codeHash && !op.Forgotten() && !op.holds:
		a.Fate, a.Code = outbox.Refused, "operation.id_reused"
	case prior.Fate == outbox.Applied:
		a.Fate = outbox.AlreadyApplied
	}
	return a
}

// settle carries out a new operation and says what to remember of it.
func (b *batch) settle(ctx context.Context, op ready) (Applied, error) {
	from := b.from
	a := Applied{ID: op.ID, DeviceID: from.ID, Seq: op.Seq, Hash: op.Hash, Fate: outbox.Applied, At: b.Now()}
	if op.Seq <= from.LastSeq {
		// Another operation already stands at this place; two disks share one key.
		a.Fate, a.Code = outbox.Refused, codeSeqReused
		return a, nil
	}
	switch {
	case !op.holds && op.Forgotten():
		a.Fate, a.Code = outbox.Refused, codeForgotten
	case !op.holds:
		a.Fate, a.Code = outbox.Refused, codeHash
	case !bytes.Equal(op.Prev, from.LastHash):
		a.Fate, a.Code = outbox.Refused, "operation.chain_broken"
	case op.apply == nil:
		a.Fate = outbox.Parked
	case b.failures[op.ID] >= maxAttempts:
		a.Fate, a.Code = outbox.Parked, codeFailed
	default:
		var marks []Mark
		var err error
		if a.Fate, a.Code, marks, err = b.apply(ctx, *from, op); err != nil {
			return a, err
		}
		b.marks = append(b.marks, marks...)
	}
	from.LastSeq, from.LastHash = op.Seq, op.Hash
	if a.Fate == outbox.Parked {
		return a, b.Ledger.ParkOperation(ctx, from.ID, op.Operation)
	}
	return a, nil
}

// apply runs the applier in a savepoint.
func (r *Receiver) apply(ctx context.Context, from device.Device, op ready) (fate outbox.Fate, code string, marks []Mark, err error) {
	err = r.Ledger.InTx(ctx, func(ctx context.Context) (err error) {
		defer func() {
			// What one operation trips over must not come back as a dead connection for ever.
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		marks, err = op.apply(ctx, from, op.Operation)
		return err
	})
	if err == nil {
		return outbox.Applied, "", marks, nil
	}
	switch f := fault.From(err); f.Kind {
	case fault.Invalid, fault.Forbidden, fault.Conflict, fault.NotFound, fault.TooLarge:
		return outbox.Refused, f.Code, nil, nil
	}
	return "", "", nil, &failure{op.Operation, err}
}
