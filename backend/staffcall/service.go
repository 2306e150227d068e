package staffcall

import (
	"context"
	"encoding/json"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// Recorder writes calls on a device, each with its operation.
type Recorder struct {
	Store interface {
		Store
		InTx(ctx context.Context, do func(ctx context.Context) error) error
	}
	Log   outbox.Log
	Now   func() time.Time // the device's clock, as it says
	NewID func() string
}

// Record writes a call as it stands now.
func (r Recorder) Record(ctx context.Context, c Call) error {
	kind := outbox.StaffCallRaised
	if !c.ClearedAt.IsZero() {
		kind = outbox.StaffCallCleared
	}
	op, err := outbox.New(r.NewID(), kind, r.Now(), c)
	if err != nil {
		return err
	}
	return r.Store.InTx(ctx, func(ctx context.Context) error {
		if err := r.Store.SaveCall(ctx, c); err != nil {
			return err
		}
		_, err := r.Log.AppendOperation(ctx, op)
		return err
	})
}

// Applier applies calls that devices recorded, at the center.
type Applier struct {
	Store interface {
		Store
		// LockCall is Call, and keeps others who answer the call waiting.
		LockCall(ctx context.Context, id string) (Call, error)
	}
}

// Apply records the call of an operation. A device speaks for its own calls only.
// Faults: "staff_call.malformed", "staff_call.foreign_device".
func (a Applier) Apply(ctx context.Context, deviceID, siteID string, op outbox.Operation) error {
	var c Call
	if err := json.Unmarshal(op.Payload, &c); err != nil || c.ID == "" || c.RaisedAt.IsZero() {
		return fault.Wrap(err, fault.Invalid, "staff_call.malformed")
	}
	if c.DeviceID != deviceID || c.SiteID != siteID {
		return fault.New(fault.Forbidden, "staff_call.foreign_device")
	}
	known, err := a.Store.LockCall(ctx, c.ID)
	if err == nil && known.DeviceID != deviceID {
		return fault.New(fault.Forbidden, "staff_call.foreign_device")
	}
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return err
	}
	// What staff at the center did about it stays; the device does not know of it.
	c.AcknowledgedAt, c.AcknowledgedBy = known.AcknowledgedAt, known.AcknowledgedBy
	if err == nil && !known.IsOpen() {
		c.ClearedAt, c.ClearedBy = known.ClearedAt, known.ClearedBy
	}
	return a.Store.SaveCall(ctx, c)
}
