package correction

import (
	"context"
	"encoding/json"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// Recorder writes requests on a device. The operation is all there is of one: a
// kiosk keeps nothing else of who asked.
type Recorder struct {
	Store interface {
		InTx(ctx context.Context, do func(ctx context.Context) error) error
	}
	Log   outbox.Log
	Now   func() time.Time // the device's clock, as it says
	NewID func() string
}

// Record puts a request into the device's log.
func (rec Recorder) Record(ctx context.Context, r Request) error {
	if err := r.Check(); err != nil {
		return err
	}
	op, err := outbox.New(rec.NewID(), outbox.CorrectionAsked, rec.Now(), r)
	if err != nil {
		return err
	}
	return rec.Store.InTx(ctx, func(ctx context.Context) error {
		_, err := rec.Log.AppendOperation(ctx, op)
		return err
	})
}

// MostOpen is how many requests of one person may wait at once; more would only
// keep staff from the first ones.
const MostOpen = 20

// Applier takes in at the center what devices recorded.
type Applier struct {
	Store Store
	// Owns tells whether the donation is one of the person whose document has the
	// key, whichever document it was given under.
	Owns func(ctx context.Context, donorKey, donationID string) (bool, error)
}

// Apply records the request of an operation, once: one that says again what still
// waits is dropped. A device speaks for its own only. Faults: "correction.malformed",
// "correction.foreign_device", "correction.not_theirs", "correction.too_many".
func (a Applier) Apply(ctx context.Context, deviceID, siteID string, op outbox.Operation) error {
	var r Request
	if err := json.Unmarshal(op.Payload, &r); err != nil {
		return fault.Wrap(err, fault.Invalid, "correction.malformed")
	}
	if err := r.Check(); err != nil {
		return err
	}
	if r.DeviceID != deviceID || r.SiteID != siteID {
		return fault.New(fault.Forbidden, "correction.foreign_device")
	}
	if r.DonationID != "" {
		theirs, err := a.Owns(ctx, r.DonorKey, r.DonationID)
		if err != nil {
			return err
		}
		if !theirs {
			return fault.New(fault.Forbidden, "correction.not_theirs")
		}
	}
	return a.keep(ctx, r)
}

func (a Applier) keep(ctx context.Context, r Request) error {
	known, err := a.Store.LockCorrection(ctx, r.ID)
	switch {
	case err == nil && known.DeviceID != r.DeviceID:
		return fault.New(fault.Forbidden, "correction.foreign_device")
	case err == nil:
		return nil // told again, and perhaps answered meanwhile
	case fault.From(err).Kind != fault.NotFound:
		return err
	}
	earlier, err := a.Store.CorrectionsOf(ctx, []string{r.DonorKey}, MostOpen)
	if err != nil {
		return err
	}
	open := 0
	for _, e := range earlier {
		if r.Repeats(e) {
			return nil
		}
		if e.State == Open {
			open++
		}
	}
	if open >= MostOpen {
		return fault.New(fault.Conflict, "correction.too_many")
	}
	r.State = Open
	return a.Store.SaveCorrection(ctx, r)
}
