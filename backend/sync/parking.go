package sync

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/outbox"
)

// ParkedOperation is an operation that waits for an update of the center: a newer
// device made it, or this program fails at it.
type ParkedOperation struct {
	DeviceID  string
	Operation outbox.Operation
}

// RefusedOperation is one that was parked and is refused now. The center has said that
// it keeps it whole, and goes on to until somebody has dealt with it.
type RefusedOperation struct {
	DeviceID  string
	Operation outbox.Operation
	Code      string
	At        time.Time
}

// Parking keeps operations whole that cannot be carried out yet, or turned out never
// to be.
type Parking interface {
	ParkOperation(ctx context.Context, deviceID string, op outbox.Operation) error
	// ParkedOperations returns up to limit operations that wait after one, by device and
	// sequence; none that was refused since.
	ParkedOperations(ctx context.Context, after ParkedOperation, limit int) ([]ParkedOperation, error)
	// UnparkOperation forgets the operation and how often it failed.
	UnparkOperation(ctx context.Context, id string) error
	// SettleApplied changes the fate of a parked operation and notes that its device must hear of it.
	SettleApplied(ctx context.Context, a Applied) error
	// UntoldFates returns up to limit fates the device has not said it heard, oldest
	// operation first: its own, and those of the devices the same machine was before.
	UntoldFates(ctx context.Context, deviceID string, limit int) ([]outbox.Answer, error)
	// FatesHeard notes what the device has heard, of the same operations.
	FatesHeard(ctx context.Context, deviceID string, ids []string) error
}

// maxLate bounds the late answers of one push.
const maxLate = 500

// late takes what the device has heard and returns what it has not.
func (r *Receiver) late(ctx context.Context, deviceID string, heard []string) ([]outbox.Answer, error) {
	if len(heard) > maxLate {
		heard = heard[:maxLate]
	}
	if err := r.Ledger.FatesHeard(ctx, deviceID, heard); err != nil {
		return nil, err
	}
	return r.Ledger.UntoldFates(ctx, deviceID, maxLate)
}

// Replayed counts what became of parked operations.
type Replayed struct {
	Settled int // applied or refused now
	Failed  int // still parked, for they fail inside this center too
}

// replayPage is how many parked operations are in memory at once.
const replayPage = 200

// ReplayParked carries out what an older version of this center could only keep.
// One that fails stays parked and keeps no other from its turn; the error is the
// database's.
func (r *Receiver) ReplayParked(ctx context.Context) (Replayed, error) {
	var all Replayed
	var after ParkedOperation
	for {
		page, err := r.Ledger.ParkedOperations(ctx, after, replayPage)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, p := range page {
			after = p
			op := r.prepare(p.Operation)
			if op.apply == nil {
				continue
			}
			settled, err := r.replay(ctx, p.DeviceID, op)
			switch {
			case err != nil && (ctx.Err() != nil || r.Ledger.IsOwnFailure(err)):
				return all, fmt.Errorf("replay parked operation %s: %w", p.Operation.ID, err)
			case err != nil:
				all.Failed++
				r.Log.ErrorContext(ctx, "parked operation fails again", "operation", p.Operation.ID, "kind", p.Operation.Kind, "error", err)
			case settled:
				all.Settled++
			}
		}
	}
}

// replay carries out one parked operation, unless another instance was faster:
// what it has written is read again under the device's lock. One that is refused
// stays where it is: nobody else may have it any more.
func (r *Receiver) replay(ctx context.Context, deviceID string, op ready) (settled bool, err error) {
	code := ""
	err = r.Ledger.InTx(ctx, func(ctx context.Context) error {
		from, err := r.Ledger.LockDevice(ctx, deviceID)
		if err != nil {
			return err
		}
		known, err := r.Ledger.AppliedOperations(ctx, []string{op.ID})
		if err != nil {
			return err
		}
		a := known[op.ID]
		if a.Fate != outbox.Parked {
			return nil
		}
		var marks []Mark
		if a.Fate, a.Code, marks, err = r.apply(ctx, from, op); err != nil {
			return err
		}
		settled, a.At = true, r.Now()
		if err := r.Ledger.SettleApplied(ctx, a); err != nil {
			return err
		}
		if code = a.Code; a.Fate == outbox.Applied {
			if err := r.Ledger.UnparkOperation(ctx, op.ID); err != nil {
				return err
			}
		}
		return r.Ledger.MarkChanged(ctx, marks...)
	})
	if err == nil && code != "" {
		r.Log.WarnContext(ctx, "parked operation refused", "operation", op.ID, "kind", op.Kind, "device", deviceID, "code", code)
	}
	if settled = settled && err == nil; settled {
		r.Wake()
	}
	return settled, err
}
