package visit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/screening"
)

// Recorder writes visits on a device: the visit, its paper and its operation in
// one transaction.
type Recorder struct {
	Store  Store
	Log    outbox.Log
	Papers Papers
	NewID  func() string // UUIDv7
}

// Papers keeps what was printed.
type Papers interface {
	// Unprintable names the characters of a text that no paper can show, as "U+XXXXX".
	Unprintable(text string) []string
	Keep(ctx context.Context, v Visit) error
}

// CheckIn gives v its ticket and records it. When the person is already checked
// in today the fault is "visit.already_checked_in" and nothing is written.
func (r Recorder) CheckIn(ctx context.Context, v Visit, letter string) (Visit, error) {
	v.Outcome = Waiting
	err := r.Store.InTx(ctx, func(ctx context.Context) error {
		number, err := r.Store.NextTicketNumber(ctx, v.DeviceID, v.Day)
		if err != nil {
			return err
		}
		v.TicketNumber, v.Ticket = number, fmt.Sprintf("%s%03d", letter, number)
		return r.record(ctx, v, outbox.VisitCheckedIn)
	})
	return v, err
}

// Defer records that a person was told "not today".
func (r Recorder) Defer(ctx context.Context, v Visit) (Visit, error) {
	v.Outcome = Deferred
	err := r.Store.InTx(ctx, func(ctx context.Context) error { return r.record(ctx, v, outbox.VisitDeferred) })
	return v, err
}

func (r Recorder) record(ctx context.Context, v Visit, kind outbox.Kind) error {
	v.Unprintable = r.Papers.Unprintable(v.Person.DisplayName())
	op, err := outbox.New(r.NewID(), kind, v.At, v)
	if err != nil {
		return err
	}
	if err := r.Store.InsertVisit(ctx, v); err != nil {
		return err
	}
	if err := r.Papers.Keep(ctx, v); err != nil {
		return err
	}
	_, err = r.Log.AppendOperation(ctx, op)
	return err
}

// Applier applies visits that devices recorded, at the center.
type Applier struct {
	Store Store
	// Examine looks at a visit before it is kept: what does not match what the center
	// knows is noted as a doubt, never a reason to refuse somebody who was there.
	Examine func(ctx context.Context, v Visit) (Visit, error)
	// Changed tells the rest of the center within the same transaction: the
	// appointment is used, the site's other kiosks hear of the visit.
	Changed func(ctx context.Context, v Visit) error
}

// Apply records the visit of an operation. A person who was checked in twice by
// devices that could not hear each other keeps both records: the later arrival is
// marked as a duplicate of the earlier, whichever was heard of first, so that
// nothing anybody said is lost. Faults:
// "visit.malformed", "visit.foreign_device".
func (a Applier) Apply(ctx context.Context, deviceID, siteID string, op outbox.Operation) error {
	var v Visit
	if err := json.Unmarshal(op.Payload, &v); err != nil {
		return fault.Wrap(err, fault.Invalid, "visit.malformed")
	}
	if err := v.check(op.Kind); err != nil {
		return err
	}
	if v.DeviceID != deviceID || v.SiteID != siteID {
		return fault.New(fault.Forbidden, "visit.foreign_device")
	}
	v.DuplicateOf, v.Doubts = "", nil // the center's to say
	v, err := a.Examine(ctx, v)
	if err != nil {
		return err
	}
	err = a.Store.InsertVisit(ctx, v)
	if errors.Is(err, fault.New(fault.Conflict, "visit.already_checked_in")) {
		return a.again(ctx, v)
	}
	if err != nil {
		return err
	}
	return a.Changed(ctx, v)
}

// again keeps a second check-in of a person on a day beside the first. Of three that
// arrive at once each must see what the one before it left: the one that waits is
// locked.
func (a Applier) again(ctx context.Context, v Visit) error {
	other, ok, err := a.Store.LockWaitingVisit(ctx, v.DonorKey, v.Day)
	if err != nil {
		return err
	}
	if !ok { // it changed meanwhile; no reason to refuse what the device will send again
		return fault.New(fault.Unavailable, "store.busy")
	}
	if !v.before(other) {
		v.Outcome, v.DuplicateOf = Duplicate, other.ID
		if err := a.Store.InsertVisit(ctx, v); err != nil {
			return err
		}
		return a.Changed(ctx, v)
	}
	if err := a.Store.MarkDuplicate(ctx, other.ID, v.ID); err != nil {
		return err
	}
	if err := a.Store.InsertVisit(ctx, v); err != nil {
		return err
	}
	other.Outcome, other.DuplicateOf = Duplicate, v.ID
	return errors.Join(a.Changed(ctx, other), a.Changed(ctx, v))
}

// check refuses a visit that does not hold together.
func (v Visit) check(kind outbox.Kind) error {
	checkIn := kind == outbox.VisitCheckedIn
	f := fault.New(fault.Invalid, "visit.malformed")
	for _, c := range []struct {
		place string
		wrong bool
	}{
		{"payload.id", v.ID == ""},
		{"payload.site_id", v.SiteID == ""},
		{"payload.device_id", v.DeviceID == ""},
		{"payload.day", v.Day.IsZero()},
		{"payload.donor_key", !screening.IsKey(v.DonorKey)},
		{"payload.product", !v.Product.Valid()},
		{"payload.ticket", checkIn && v.Ticket == ""},
		{"payload.screening", checkIn && v.Screening == nil},
		{"payload.outcome", checkIn != (v.Outcome == Waiting) || (kind == outbox.VisitDeferred) != (v.Outcome == Deferred)},
	} {
		if c.wrong {
			f.At(c.place, "visit.malformed", "")
		}
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}
