package sync

import (
	"bytes"
	"context"
	"fmt"
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
	// AppliedOperations returns what is remembered of the ids, by id.
	AppliedOperations(ctx context.Context, ids []string) (map[string]Applied, error)
	InsertApplied(ctx context.Context, all ...Applied) error
	// ParkOperation keeps an operation whole that this program does not understand yet.
	ParkOperation(ctx context.Context, deviceID string, op outbox.Operation) error
	// ParkedOperations returns up to limit parked operations, oldest first, with their devices.
	ParkedOperations(ctx context.Context, limit int) ([]ParkedOperation, error)
	UnparkOperation(ctx context.Context, id string) error
	SettleApplied(ctx context.Context, a Applied) error
}

// ParkedOperation is an operation of a newer device that waits for an update of the center.
type ParkedOperation struct {
	DeviceID  string
	Operation outbox.Operation
}

// Apply carries out one kind of operation, inside a savepoint. A fault of kind
// Invalid, Forbidden, Conflict, NotFound or TooLarge refuses the operation; any other
// error undoes the whole batch, which the device then sends again.
type Apply func(ctx context.Context, from device.Device, op outbox.Operation) error

// Receiver is the center's end of a push.
type Receiver struct {
	Ledger   Ledger
	Appliers map[outbox.Kind]Apply
	Now      func() time.Time
	Wake     func() // something may have changed for pullers
}

// maxOperations bounds a batch; see PushRequest.
const maxOperations = 2000

// Push applies a batch in one transaction and answers a fate for each operation.
func (r *Receiver) Push(ctx context.Context, deviceID string, in PushRequest) (PushResponse, error) {
	if in.Protocol < MinProtocol {
		return PushResponse{}, fault.New(fault.Outdated, "sync.protocol_too_old").
			With("protocol", in.Protocol).With("needed", MinProtocol)
	}
	if len(in.Operations) > maxOperations {
		return PushResponse{}, fault.New(fault.TooLarge, "sync.batch_too_large").With("max", maxOperations)
	}
	out := PushResponse{Protocol: Protocol, Now: r.Now().UTC()}
	err := r.Ledger.InTx(ctx, func(ctx context.Context) error {
		from, err := r.Ledger.LockDevice(ctx, deviceID)
		if err != nil {
			return err
		}
		if out.Answers, out.ResendFrom, err = r.answer(ctx, &from, in.Operations); err != nil {
			return err
		}
		if out.ResendFrom == 0 && in.LastSeq > from.LastSeq && len(in.Operations) == 0 {
			// Nothing is waiting there, and yet it has made more than we know: we were restored.
			out.ResendFrom = from.LastSeq + 1
		}
		from.LastSeen, from.Version, from.Protocol = out.Now, in.Version, in.Protocol
		from.Pending, from.Dead = max(in.Pending-int64(len(out.Answers)), 0), in.Dead
		return r.Ledger.SaveDevice(ctx, from)
	})
	if err != nil {
		return PushResponse{}, fmt.Errorf("push of %d operations: %w", len(in.Operations), err)
	}
	if len(out.Answers) > 0 {
		r.Wake()
	}
	return out, nil
}

func (r *Receiver) answer(ctx context.Context, from *device.Device, ops []outbox.Operation) ([]outbox.Answer, int64, error) {
	ids := make([]string, len(ops))
	for i, op := range ops {
		ids[i] = op.ID
	}
	known, err := r.Ledger.AppliedOperations(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
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
		a, err := r.settle(ctx, from, op)
		if err != nil {
			return nil, 0, err
		}
		if a.Code != codeSeqReused {
			known[op.ID] = a
			settled = append(settled, a)
		}
		answers = append(answers, outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: a.Fate, Code: a.Code})
	}
	return answers, resendFrom, r.Ledger.InsertApplied(ctx, settled...)
}

const (
	codeSeqReused = "operation.seq_reused"
	codeHash      = "operation.hash"
)

// again answers an operation that came before: the same answer for ever, unless
// the same id now stands for something else.
func again(prior Applied, op outbox.Operation) outbox.Answer {
	a := outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: prior.Fate, Code: prior.Code}
	switch {
	case !bytes.Equal(prior.Hash, op.Hash) || prior.Code != codeHash && !op.Verify():
		a.Fate, a.Code = outbox.Refused, "operation.id_reused"
	case prior.Fate == outbox.Applied:
		a.Fate = outbox.AlreadyApplied
	}
	return a
}

// settle carries out a new operation and says what to remember of it.
func (r *Receiver) settle(ctx context.Context, from *device.Device, op outbox.Operation) (Applied, error) {
	a := Applied{ID: op.ID, DeviceID: from.ID, Seq: op.Seq, Hash: op.Hash, Fate: outbox.Applied, At: r.Now()}
	if op.Seq <= from.LastSeq {
		// Another operation already stands at this place; two disks share one key.
		a.Fate, a.Code = outbox.Refused, codeSeqReused
		return a, nil
	}
	switch {
	case !op.Verify():
		a.Fate, a.Code = outbox.Refused, codeHash
	case !bytes.Equal(op.Prev, from.LastHash):
		a.Fate, a.Code = outbox.Refused, "operation.chain_broken"
	default:
		var err error
		if a.Fate, a.Code, err = r.apply(ctx, *from, op); err != nil {
			return a, err
		}
	}
	from.LastSeq, from.LastHash = op.Seq, op.Hash
	return a, nil
}

// apply runs the applier in a savepoint.
func (r *Receiver) apply(ctx context.Context, from device.Device, op outbox.Operation) (outbox.Fate, string, error) {
	do, ok := r.Appliers[op.Kind]
	if !ok || op.Version > outbox.PayloadVersion {
		return outbox.Parked, "", r.Ledger.ParkOperation(ctx, from.ID, op)
	}
	err := r.Ledger.InTx(ctx, func(ctx context.Context) error { return do(ctx, from, op) })
	if err == nil {
		return outbox.Applied, "", nil
	}
	switch f := fault.From(err); f.Kind {
	case fault.Invalid, fault.Forbidden, fault.Conflict, fault.NotFound, fault.TooLarge:
		return outbox.Refused, f.Code, nil
	}
	return "", "", fmt.Errorf("apply %s: %w", op.Kind, err)
}

// ReplayParked applies what an older version of this center could only keep.
// It is called once after start.
func (r *Receiver) ReplayParked(ctx context.Context) (done int, err error) {
	parked, err := r.Ledger.ParkedOperations(ctx, 10_000)
	if err != nil {
		return 0, err
	}
	for _, p := range parked {
		if _, ok := r.Appliers[p.Operation.Kind]; !ok || p.Operation.Version > outbox.PayloadVersion {
			continue
		}
		err := r.Ledger.InTx(ctx, func(ctx context.Context) error {
			from, err := r.Ledger.LockDevice(ctx, p.DeviceID)
			if err != nil {
				return err
			}
			a := Applied{ID: p.Operation.ID, DeviceID: p.DeviceID, Seq: p.Operation.Seq, Hash: p.Operation.Hash, At: r.Now()}
			if a.Fate, a.Code, err = r.apply(ctx, from, p.Operation); err != nil {
				return err
			}
			if err := r.Ledger.SettleApplied(ctx, a); err != nil {
				return err
			}
			return r.Ledger.UnparkOperation(ctx, a.ID)
		})
		if err != nil {
			return done, fmt.Errorf("replay parked operation %s: %w", p.Operation.ID, err)
		}
		done++
	}
	return done, nil
}
