package relief

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/ledger"
)

// Granted is the account of the book of volumes where millilitres come from.
const Granted ledger.Account = "granted"

// A source has three accounts, none of which goes below zero; these begin their names.
const (
	available = "available/" // what the rules still leave, as of the last time somebody drew
	reserved  = "reserved/"  // set aside
	used      = "used/"      // confirmed
)

// AvailableOf, ReservedOf and UsedOf are the accounts of a source.
func AvailableOf(s Source) ledger.Account { return ledger.Account(available + s.String()) }

// ReservedOf is what is set aside of a source.
func ReservedOf(s Source) ledger.Account { return ledger.Account(reserved + s.String()) }

// UsedOf is what is used of a source.
func UsedOf(s Source) ledger.Account { return ledger.Account(used + s.String()) }

// What an entry of the book of volumes did.
const (
	KindGranted   ledger.Kind = "granted" // what the rules leave of a source now was set
	KindReserved  ledger.Kind = "reserved"
	KindConfirmed ledger.Kind = "confirmed"
	KindReleased  ledger.Kind = "released"
	KindLapsed    ledger.Kind = "lapsed"
	KindReversed  ledger.Kind = "reversed"
)

// Reserve sets millilitres aside: nobody else has them until they are released. What is
// over counts until Lapse has cleared it away: call that before, and outside of any
// transaction, for it locks other people than these. Faults: those of Assess,
// "relief.order", "relief.id_reused", "relief.changed" with what there is now,
// "relief.nothing_left".
func (s Service) Reserve(ctx context.Context, o Order) (Reservation, error) {
	if err := o.check(); err != nil {
		return Reservation{}, err
	}
	var made Reservation
	err := s.Store.InTx(ctx, func(ctx context.Context) error {
		// Whoever draws on the same people waits here, and then sees what was drawn.
		if err := s.Store.LockDonors(ctx, o.Question.donorIDs()); err != nil {
			return err
		}
		known, err := s.Store.Reservation(ctx, o.ID)
		switch {
		case err == nil && !known.isFor(o):
			return fault.New(fault.Conflict, "relief.id_reused")
		case err == nil:
			made = known
			return nil
		case fault.CodeOf(err) != "relief.reservation_not_found":
			return err
		}
		a, drawn, err := s.assess(ctx, o.Question)
		if err != nil {
			return err
		}
		if err := o.takes(a.Totals); err != nil {
			return err
		}
		made = o.reservation(a)
		return s.setAside(ctx, made, a, drawn)
	})
	return made, err
}

// takes refuses an order that is about something else than there is.
func (o Order) takes(t Totals) error {
	switch {
	case o.Expect != nil && *o.Expect != t:
		return fault.New(fault.Conflict, "relief.changed").With("covered_ml", t.CoveredML).With("payable_fen", t.PayableFen)
	case t.CoveredML == 0:
		return fault.New(fault.Conflict, "relief.nothing_left")
	}
	return nil
}

func (o Order) reservation(a Assessment) Reservation {
	a.Entitlements = slices.DeleteFunc(slices.Clone(a.Entitlements), func(e Entitlement) bool { return e.TakenML == 0 })
	return Reservation{ID: o.ID, For: o.For, Channel: o.Channel, PlaceID: o.PlaceID, State: Reserved, ML: a.Totals.CoveredML,
		PayableFen: a.Totals.PayableFen, DonorIDs: o.Question.donorIDs(), MadeAt: o.At, Until: o.Until, Assessment: a}
}

// setAside posts what an assessment takes. First every source is set to what the rules
// leave of it now, for that changes by the calendar and not by anybody's entry.
func (s Service) setAside(ctx context.Context, r Reservation, a Assessment, drawn map[Source]Drawn) error {
	taken := int64(0)
	grant := ledger.Entry{ID: "grant/" + r.ID, Kind: KindGranted, At: r.MadeAt, Cause: r.ID, Pack: a.Pack + " " + a.Version}
	take := ledger.Entry{ID: reserveID(r.ID), Kind: KindReserved, At: r.MadeAt, Cause: r.ID, Pack: grant.Pack}
	granted := int64(0)
	for _, e := range a.Entitlements {
		if e.TakenML == 0 {
			continue
		}
		taken += e.TakenML
		if more := e.TakenML + e.LeftML - drawn[e.Source].AvailableML; more != 0 {
			granted += more
			grant.Postings = append(grant.Postings, ledger.Posting{Account: AvailableOf(e.Source), Amount: more})
		}
		take.Postings = append(take.Postings, ledger.Posting{Account: AvailableOf(e.Source), Amount: -e.TakenML},
			ledger.Posting{Account: ReservedOf(e.Source), Amount: e.TakenML})
	}
	if taken != r.ML { // what covers a line must be in the book
		return fmt.Errorf("reservation of %d mL takes %d mL of its sources", r.ML, taken)
	}
	if granted != 0 {
		grant.Postings = append(grant.Postings, ledger.Posting{Account: Granted, Amount: -granted})
	}
	for _, e := range []ledger.Entry{grant, take} {
		if len(e.Postings) == 0 {
			continue
		}
		if _, err := s.Store.PostVolumes(ctx, e); err != nil {
			return err
		}
	}
	return s.Store.SaveReservation(ctx, r)
}

func reserveID(id string) string { return "reserve/" + id }

// ending is one way in which a reservation ends.
type ending struct {
	from, to  State
	kind      ledger.Kind
	out, into string                   // accounts
	also      []State                  // where nothing is left to do
	over      string                   // fault otherwise
	reason    string                   // Reversed
	isOver    func(r Reservation) bool // nil: whenever
}

// Confirm says that what was set aside is used. It may come late as long as nobody
// released it. Faults "relief.reservation_not_found", "relief.reservation_over".
func (s Service) Confirm(ctx context.Context, id string, at time.Time) (Reservation, error) {
	return s.end(ctx, id, at, ending{from: Reserved, to: Confirmed, kind: KindConfirmed, out: reserved, into: used, over: "relief.reservation_over"})
}

// Release gives back what was set aside. Faults "relief.reservation_not_found",
// "relief.confirmed": then Reverse takes it back.
func (s Service) Release(ctx context.Context, id string, at time.Time) (Reservation, error) {
	return s.end(ctx, id, at, ending{from: Reserved, to: Released, kind: KindReleased, out: reserved, into: available, also: []State{Lapsed, Reversed}, over: "relief.confirmed"})
}

// Reverse takes back what was confirmed, by an entry of its own. The reason is a code,
// never a sentence about a person. Faults "relief.reservation_not_found", "relief.not_confirmed".
func (s Service) Reverse(ctx context.Context, id, reason string, at time.Time) (Reservation, error) {
	return s.end(ctx, id, at, ending{from: Confirmed, to: Reversed, kind: KindReversed, out: used, into: available, over: "relief.not_confirmed", reason: reason})
}

// Hold keeps others who draw on the same people waiting until the transaction of ctx ends.
// Whoever does several things with different people in one transaction holds all of them
// first: two who take them in turn would wait for each other.
func (s Service) Hold(ctx context.Context, donorIDs ...string) error {
	slices.Sort(donorIDs)
	return s.Store.LockDonors(ctx, slices.Compact(donorIDs))
}

// Lapse releases up to limit reservations whose time has run out, and tells how many
// there were: call it again until there are none. Each is a transaction of its own, so
// it belongs into no other: in one, people would be locked in the order in which
// reservations end, and two would wait for each other.
func (s Service) Lapse(ctx context.Context, now time.Time, limit int) (int, error) {
	ids, err := s.Store.OverReservations(ctx, now, limit)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		_, err := s.end(ctx, id, now, ending{from: Reserved, to: Lapsed, kind: KindLapsed, out: reserved, into: available,
			also: []State{Confirmed, Released, Reversed}, isOver: func(r Reservation) bool { return !r.Until.After(now) }})
		if err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// end ends a reservation. The people are locked first and the reservation then, as
// whoever reserves does it.
func (s Service) end(ctx context.Context, id string, at time.Time, how ending) (Reservation, error) {
	var r Reservation
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		if r, err = s.Store.Reservation(ctx, id); err != nil {
			return err
		}
		if err = s.Store.LockDonors(ctx, r.DonorIDs); err != nil {
			return err
		}
		if r, err = s.Store.LockReservation(ctx, id); err != nil {
			return err
		}
		switch {
		case r.State == how.to || slices.Contains(how.also, r.State) || how.isOver != nil && !how.isOver(r):
			return nil
		case r.State != how.from:
			return fault.New(fault.Conflict, how.over).With("state", string(r.State))
		}
		return s.move(ctx, &r, at, how)
	})
	return r, err
}

// move posts what a reservation took from one kind of account into another.
func (s Service) move(ctx context.Context, r *Reservation, at time.Time, how ending) error {
	taken, err := s.Store.VolumeEntry(ctx, reserveID(r.ID))
	if err != nil {
		return err
	}
	entry := ledger.Entry{ID: string(how.kind) + "/" + r.ID, Kind: how.kind, At: at, Cause: r.ID, Pack: taken.Pack, Reason: how.reason}
	for _, p := range taken.Postings {
		if source, ok := strings.CutPrefix(string(p.Account), reserved); ok {
			entry.Postings = append(entry.Postings, ledger.Posting{Account: ledger.Account(how.out + source), Amount: -p.Amount},
				ledger.Posting{Account: ledger.Account(how.into + source), Amount: p.Amount})
		}
	}
	if _, err := s.Store.PostVolumes(ctx, entry); err != nil {
		return err
	}
	r.State, r.EndedAt, r.Reason = how.to, at, how.reason
	return s.Store.SaveReservation(ctx, *r)
}
