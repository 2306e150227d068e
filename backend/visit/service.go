package visit

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/v1"

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
	// Doubts names what of a visit does not match what the center knows; nil for none.
	Doubts func(v Visit) []Doubt
	// Examine looks at a visit before it is kept: what does not match what the center
	// knows is noted as a doubt, never a reason to refuse somebody who was there.
	Examine func(ctx context.Context, v Visit) (Visit, error)
	// Changed tells the rest of the center within the same transaction: the
	// appointment is used, the site's other kiosks hear of the visit.
	Changed func(ctx context.Context, v Visit) error
}

// Prepared is the visit of an operation that was read, checked and sealed.
type Prepared struct {
	applier Applier
	visit   Visit
	insert  func(ctx context.Context, v Visit) error
	wrong   error // what is wrong with it, whoever sent it
	sealing error
}

// Prepare does what needs no database: it reads the visit, looks for doubts about it
// and seals it.
func (a Applier) Prepare(op outbox.Operation) Prepared {
	p := Prepared{applier: a}
	if err := json.Unmarshal(op.Payload, &p.visit); err != nil {
		p.wrong = fault.Wrap(err, fault.Invalid, "visit.malformed")
		return p
	}
	if p.wrong = p.visit.check(op.Kind); p.wrong != nil {
		return p
	}
	p.visit.DuplicateOf, p.visit.Doubts = "", nil // the center's to say
	if a.Doubts != nil {
		p.visit.Doubts = a.Doubts(p.visit)
	}
	p.insert, p.sealing = a.Store.PrepareVisit(p.visit)
	return p
}

// Apply records the visit of an operation; see Prepared.Apply.
func (a Applier) Apply(ctx context.Context, deviceID, siteID string, op outbox.Operation) error {
	return a.Prepare(op).Apply(ctx, deviceID, siteID)
}

// Apply records the visit. A person who was checked in twice by
// devices that could not hear each other keeps both records: the later arrival is
// marked as a duplicate of the earlier, whichever was heard of first, so that
// nothing anybody said is lost. It may be called again when the transaction around it
// was undone. Faults: "visit.malformed", "visit.foreign_device".
func (p Prepared) Apply(ctx context.Context, deviceID, siteID string) error {
	if p.wrong != nil {
		return p.wrong
	}
	if p.visit.DeviceID != deviceID || p.visit.SiteID != siteID {
		return fault.New(fault.Forbidden, "visit.foreign_device")
	}
	v, err := p.applier.Examine(ctx, p.visit)
	if err == nil {
		err = p.sealing
	}
	if err != nil {
		return err
	}
	err = p.insert(ctx, v)
	if errors.Is(err, fault.New(fault.Conflict, "visit.already_checked_in")) {
		return p.again(ctx, v)
	}
	if err != nil {
		return err
	}
	return p.applier.Changed(ctx, v)
}

// again keeps a second check-in of a person on a day beside the first. Of three that
// arrive at once each must see what the one before it left: the one that waits is
// locked.
func (p Prepared) again(ctx context.Context, v Visit) error {
	a := p.applier
	other, ok, err := a.Store.LockWaitingVisit(ctx, v.DonorKey, v.Day)
	if err != nil {
		return err
	}
	if !ok { // it changed meanwhile; no reason to refuse what the device will send again
		return fault.New(fault.Unavailable, "store.busy")
	}
	if !v.before(other) {
		v.Outcome, v.DuplicateOf = Duplicate, other.ID
		if err := p.insert(ctx, v); err != nil {
			return err
		}
		return a.Changed(ctx, v)
	}
	if err := a.Store.MarkDuplicate(ctx, other.ID, v.ID); err != nil {
		return err
	}
	if err := p.insert(ctx, v); err != nil {
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
