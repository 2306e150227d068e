package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
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
			if err := firstError(k.push(ctx), k.pull(ctx)); err != nil {
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
	effects := &effects{visits: map[string]int{}, days: map[siteDay]bool{}}
	for _, k := range w.kiosks {
		if err := k.promises(ctx, effects); err != nil {
			return nil, err
		}
	}
	if err := w.oneEffect(ctx, effects); err != nil {
		return nil, err
	}
	for _, k := range w.kiosks {
		if err := k.convergence(ctx); err != nil {
			return nil, err
		}
	}
	_, err := w.center.VerifyAudit(ctx)
	if err != nil {
		w.broken("the audit log: %v", err)
	}
	return w.wrong, nil
}

type siteDay struct {
	site string
	day  calendar.Date
}

// effects is what the center must have of all kiosks together.
type effects struct {
	visits map[string]int // by id of a visit: how many operations the center said it applied
	days   map[siteDay]bool
}

// promises looks through one kiosk's log: whole, without gaps, every saved thing in
// it once, every operation with a fate, and the center at the same end.
func (k *kiosk) promises(ctx context.Context, e *effects) error {
	ops, err := k.Store().OperationsFrom(ctx, 1, 100_000)
	if err != nil {
		return err
	}
	made := map[string]int{}
	var prev outbox.Operation
	for _, op := range ops {
		if op.Seq != prev.Seq+1 || string(op.Prev) != string(prev.Hash) || !op.Verify() {
			k.world.broken("kiosk %d: its log breaks at %d", k.number, op.Seq)
		}
		prev = op
		var about visit.Visit
		if op.Kind == outbox.VisitCheckedIn || op.Kind == outbox.VisitDeferred {
			if err := json.Unmarshal(op.Payload, &about); err != nil {
				return err
			}
			made[about.ID]++
			e.days[siteDay{about.SiteID, about.Day}] = true
		}
	}
	for _, id := range k.saved {
		if made[id] != 1 {
			k.world.broken("kiosk %d: saved %s, and its log has it %d times", k.number, id, made[id])
		}
	}
	if err := k.fates(ctx, int64(len(ops)), made, e); err != nil {
		return err
	}
	theirs, err := k.world.center.Store().Device(ctx, k.Place().DeviceID)
	if err != nil {
		return err
	}
	if theirs.LastSeq != prev.Seq || string(theirs.LastHash) != string(prev.Hash) {
		k.world.broken("kiosk %d: its log ends at %d, the center's memory of it at %d", k.number, prev.Seq, theirs.LastSeq)
	}
	return nil
}

// fates checks that made = applied + parked + visibly refused, and that only what
// may be refused was.
func (k *kiosk) fates(ctx context.Context, total int64, made map[string]int, e *effects) error {
	var sum int64
	for _, fate := range []outbox.Fate{outbox.Applied, outbox.AlreadyApplied, outbox.Parked, outbox.Refused} {
		n, err := k.Store().CountOperations(ctx, fate)
		if err != nil {
			return err
		}
		sum += n
	}
	if sum != total {
		k.world.broken("kiosk %d: made %d, accounted for %d", k.number, total, sum)
	}
	dead, err := k.Store().DeadLetters(ctx, 10_000)
	if err != nil {
		return err
	}
	for _, letter := range dead {
		k.world.broken("kiosk %d: %s refused: %s", k.number, letter.Kind, letter.Code)
	}
	for id := range made {
		e.visits[id]++
	}
	return nil
}

// oneEffect checks that the center has each visit once, none besides, and nobody
// waiting twice on a day.
func (w *World) oneEffect(ctx context.Context, e *effects) error {
	found := map[string]int{}
	waiting := map[string]string{}
	for at := range e.days {
		all, err := w.center.Store().VisitsAt(ctx, at.site, at.day)
		if err != nil {
			return err
		}
		for _, v := range all {
			found[v.ID]++
			if e.visits[v.ID] != 1 {
				w.broken("the center has visit %s, which no kiosk recorded", v.ID)
			}
			if v.Outcome != visit.Waiting {
				continue
			}
			key := v.DonorKey + " " + v.Day.String()
			if other, twice := waiting[key]; twice {
				w.broken("%s waits twice: %s and %s", key, other, v.ID)
			}
			waiting[key] = v.ID
		}
	}
	for id := range e.visits {
		if found[id] != 1 {
			w.broken("visit %s is at the center %d times", id, found[id])
		}
	}
	return nil
}

// convergence checks that a kiosk knows the same as the center.
func (k *kiosk) convergence(ctx context.Context) error {
	theirs, err := k.world.center.Store().Sites(ctx)
	if err != nil {
		return err
	}
	ours, err := k.Store().Sites(ctx)
	if err != nil {
		return err
	}
	if a, b := digest(theirs), digest(ours); a != b {
		k.world.broken("kiosk %d: sites\n\thas  %s\n\tneeds %s", k.number, b, a)
	}
	for n := range k.world.booked {
		if err := k.sameBooking(ctx, bookingID(n)); err != nil {
			return err
		}
	}
	return nil
}

// sameBooking compares a booking of the kiosk's own site that is not past.
func (k *kiosk) sameBooking(ctx context.Context, id string) error {
	theirs, err := k.world.center.Store().Appointment(ctx, id)
	gone := fault.From(err).Kind == fault.NotFound
	if err != nil && !gone {
		return err
	}
	gone = gone || theirs.SiteID != k.Place().SiteID
	if !gone && theirs.Day.Before(k.world.center.Today()) {
		return nil // past: may be there and may be forgotten
	}
	ours, err := k.Store().Appointment(ctx, id)
	absent := fault.From(err).Kind == fault.NotFound
	switch {
	case err != nil && !absent:
		return err
	case gone && !absent && !ours.Day.Before(k.world.center.Today()):
		k.world.broken("kiosk %d: still has booking %s", k.number, id)
	case !gone && absent:
		k.world.broken("kiosk %d: lacks booking %s", k.number, id)
	case !gone && digest(theirs) != digest(ours):
		k.world.broken("kiosk %d: booking %s\n\thas  %s\n\tneeds %s", k.number, id, digest(ours), digest(theirs))
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

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
