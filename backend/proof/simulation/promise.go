package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// Heal makes every line good and every clock right, and lets everybody exchange
// until nothing is on its way any more.
func (w *World) Heal(ctx context.Context) error {
	for _, k := range w.kiosks {
		k.line.heal()
		k.line.held = nil
		k.off = 0
		if err := k.restart(ctx); err != nil {
			return err
		}
	}
	w.say("all is healed")
	for range 60 {
		w.now = w.now.Add(11 * time.Minute)
		if err := w.center.Upkeep(ctx); err != nil {
			return err
		}
		quiet := true
		for _, k := range w.kiosks {
			before := k.Status().Progress.Cursor
			if err := errors.Join(k.push(ctx), k.pull(ctx)); err != nil {
				return err
			}
			pending, err := k.Store().CountOperations(ctx, outbox.Pending)
			if err != nil {
				return err
			}
			quiet = quiet && pending == 0 && k.Status().Online && before == k.Status().Progress.Cursor
		}
		if quiet {
			return nil
		}
	}
	w.broken("queues do not drain: %v", w.waiting(ctx))
	return nil
}

func (w *World) waiting(ctx context.Context) (all []string) {
	for _, k := range w.kiosks {
		pending, err := k.Store().CountOperations(ctx, outbox.Pending)
		all = append(all, fmt.Sprintf("kiosk %d: %d pending, %q (%v)", k.number, pending, k.Status().LastError, err))
	}
	return all
}

// Promises checks everything the product promises, and returns what was broken.
func (w *World) Promises(ctx context.Context) ([]string, error) {
	p := Promises{Center: w.center.Store(), Today: w.center.Today(), Audit: w.center.VerifyAudit}
	for n := range w.booked {
		p.Bookings = append(p.Bookings, bookingID(n))
	}
	for _, k := range w.kiosks {
		p.Kiosks = append(p.Kiosks, Kept{Name: kioskFolder(k.number), Store: k.Store(), Place: k.Place(), Saved: k.saved, Bad: k.bad, Said: k.said,
			Key: func(v visit.Visit) string { return v.ID }})
	}
	wrong, err := p.Check(ctx)
	for _, what := range wrong {
		w.broken("%s", what)
	}
	return w.wrong, err
}

// Promises is what the product promises to a center and its kiosks that have said
// everything to each other and are at rest.
type Promises struct {
	Center   *store.Store
	Today    calendar.Date                             // at the center
	Audit    func(ctx context.Context) (string, error) // verifies the center's audit log
	Bookings []string                                  // ids of those made at the center
	Redeemed int64                                     // redemptions of the sample, which no kiosk wished for
	Kiosks   []Kept

	effects effects
	wrong   []string
}

// Kept is what a kiosk has, and what it was told is safe.
type Kept struct {
	Name  string
	Store *store.Store
	Place checkin.Place
	Saved []string                   // by the key of each visit
	Bad   []string                   // ids of operations the center must refuse, for all to see
	Said  map[string]json.RawMessage // payloads by id of operation, of those it may have forgotten since
	Key   func(v visit.Visit) string // how Saved names a visit
}

func (p *Promises) broken(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
}

// Check returns what was broken. An error says that it could not be found out.
func (p *Promises) Check(ctx context.Context) ([]string, error) {
	p.effects = effects{visits: map[string]int{}, days: map[siteDay]bool{}, wishes: map[string]bool{}}
	for _, k := range p.Kiosks {
		if err := p.log(ctx, k); err != nil {
			return nil, err
		}
	}
	if err := p.oneEffect(ctx); err != nil {
		return nil, err
	}
	if err := p.wishes(ctx); err != nil {
		return nil, err
	}
	for _, k := range p.Kiosks {
		if err := p.convergence(ctx, k); err != nil {
			return nil, err
		}
	}
	if _, err := p.Audit(ctx); err != nil {
		p.broken("the audit log: %v", err)
	}
	return p.wrong, nil
}

type siteDay struct {
	site string
	day  calendar.Date
}

// effects is what the center must have of all kiosks together.
type effects struct {
	visits map[string]int // by id of a visit: how many operations are about it
	days   map[siteDay]bool
	wishes map[string]bool // by id of the redemption
}

// log looks through one kiosk's log: whole, without gaps, every saved thing in it
// once, every operation with a fate, and the center at the same end.
func (p *Promises) log(ctx context.Context, k Kept) error {
	ops, err := k.Store.OperationsFrom(ctx, 1, 1_000_000)
	if err != nil {
		return err
	}
	saved := map[string]int{}
	var prev outbox.Operation
	for _, op := range ops {
		if op.Forgotten() { // its hash must hold with what it said once
			op.Payload = k.Said[op.ID]
		}
		if op.Seq != prev.Seq+1 || string(op.Prev) != string(prev.Hash) || !op.Verify() {
			p.broken("%s: its log breaks at %d", k.Name, op.Seq)
		}
		prev = op
		var about visit.Visit
		if op.Kind == outbox.VisitCheckedIn || op.Kind == outbox.VisitDeferred {
			if err := json.Unmarshal(op.Payload, &about); err != nil {
				return err
			}
			saved[k.Key(about)]++
			p.effects.visits[about.ID]++
			p.effects.days[siteDay{about.SiteID, about.Day}] = true
		}
		if op.Kind == outbox.RedemptionRequested {
			if err := p.wished(op); err != nil {
				return err
			}
		}
	}
	for _, key := range k.Saved {
		if saved[key] != 1 {
			p.broken("%s: saved %s, and its log has it %d times", k.Name, key, saved[key])
		}
	}
	if err := p.fates(ctx, k, int64(len(ops))); err != nil {
		return err
	}
	theirs, err := p.Center.Device(ctx, k.Place.DeviceID)
	if err != nil {
		return err
	}
	if theirs.LastSeq != prev.Seq || string(theirs.LastHash) != string(prev.Hash) {
		p.broken("%s: its log ends at %d, the center's memory of it at %d", k.Name, prev.Seq, theirs.LastSeq)
	}
	return nil
}

// fates checks that made = applied + parked + visibly refused, and that only what
// may be refused was.
func (p *Promises) fates(ctx context.Context, k Kept, total int64) error {
	var sum int64
	for _, fate := range []outbox.Fate{outbox.Applied, outbox.AlreadyApplied, outbox.Parked, outbox.Refused} {
		n, err := k.Store.CountOperations(ctx, fate)
		if err != nil {
			return err
		}
		sum += n
	}
	if sum != total {
		p.broken("%s: made %d, accounted for %d", k.Name, total, sum)
	}
	dead, err := k.Store.DeadLetters(ctx, 10_000)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, letter := range dead {
		if seen[letter.ID] = true; !slices.Contains(k.Bad, letter.ID) {
			p.broken("%s: %s refused: %s", k.Name, letter.Kind, letter.Code)
		}
	}
	for _, id := range k.Bad {
		if !seen[id] {
			p.broken("%s: %s must be refused, and no dead letter says so", k.Name, id)
		}
	}
	return nil
}

// oneEffect checks that the center has each visit once, none besides, and nobody
// waiting twice on a day.
func (p *Promises) oneEffect(ctx context.Context) error {
	found := map[string]int{}
	waiting := map[string]string{}
	for at := range p.effects.days {
		all, err := p.Center.VisitsAt(ctx, at.site, at.day)
		if err != nil {
			return err
		}
		for _, v := range all {
			found[v.ID]++
			if p.effects.visits[v.ID] != 1 {
				p.broken("the center has visit %s, which no kiosk recorded", v.ID)
			}
			if v.Outcome != visit.Waiting {
				continue
			}
			key := v.DonorKey + " " + v.Day.String()
			if other, twice := waiting[key]; twice {
				p.broken("%s waits twice: %s and %s", key, other, v.ID)
			}
			waiting[key] = v.ID
		}
	}
	for id := range p.effects.visits {
		if found[id] != 1 {
			p.broken("visit %s is at the center %d times", id, found[id])
		}
	}
	return nil
}

// convergence checks that a kiosk knows the same as the center.
func (p *Promises) convergence(ctx context.Context, k Kept) error {
	theirs, err := p.Center.Sites(ctx)
	if err != nil {
		return err
	}
	ours, err := k.Store.Sites(ctx)
	if err != nil {
		return err
	}
	if a, b := digest(theirs), digest(ours); a != b {
		p.broken("%s: sites\n\thas  %s\n\tneeds %s", k.Name, b, a)
	}
	for _, id := range p.Bookings {
		if err := p.sameBooking(ctx, k, id); err != nil {
			return err
		}
	}
	return nil
}

// sameBooking compares a booking of the kiosk's own site that is not past.
func (p *Promises) sameBooking(ctx context.Context, k Kept, id string) error {
	theirs, err := p.Center.Appointment(ctx, id)
	gone := fault.From(err).Kind == fault.NotFound
	if err != nil && !gone {
		return err
	}
	gone = gone || theirs.SiteID != k.Place.SiteID
	if !gone && theirs.Day.Before(p.Today) {
		return nil // past: may be there and may be forgotten
	}
	ours, err := k.Store.Appointment(ctx, id)
	absent := fault.From(err).Kind == fault.NotFound
	switch {
	case err != nil && !absent:
		return err
	case gone && !absent && !ours.Day.Before(p.Today):
		p.broken("%s: still has booking %s", k.Name, id)
	case !gone && absent:
		p.broken("%s: lacks booking %s", k.Name, id)
	case !gone && digest(theirs) != digest(ours):
		p.broken("%s: booking %s\n\thas  %s\n\tneeds %s", k.Name, id, digest(ours), digest(theirs))
	}
	return nil
}

func digest(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
