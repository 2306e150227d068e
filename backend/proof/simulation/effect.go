package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/correction"
	"lianxin/backend/outbox"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

type siteDay struct {
	site string
	day  calendar.Date
}

// effects is what the center must have of all kiosks together, as they said it.
type effects struct {
	visits      map[string][]visit.Visit // by id of a visit
	days        map[siteDay]bool
	kept        map[string]visit.Visit          // by id, as the center has them
	wishes      map[string]redemption.Requested // by id of the redemption
	calls       map[string]staffcall.Call       // by id, as it was said last
	switches    map[string]preference.Switched  // by key of the donor, as it was said last
	corrections map[string]correction.Request   // by id
	later       map[string]outbox.Operation     // of a kind the product does not know, by id of the operation
}

func noEffects() effects {
	return effects{map[string][]visit.Visit{}, map[siteDay]bool{}, map[string]visit.Visit{}, map[string]redemption.Requested{}, map[string]staffcall.Call{},
		map[string]preference.Switched{}, map[string]correction.Request{}, map[string]outbox.Operation{}}
}

// of takes in what an operation says must be at the center.
func (e *effects) of(op outbox.Operation) error {
	switch op.Kind {
	case outbox.VisitCheckedIn, outbox.VisitDeferred:
		return said(op, func(v visit.Visit) {
			e.visits[v.ID] = append(e.visits[v.ID], v)
			e.days[siteDay{v.SiteID, v.Day}] = true
		})
	case outbox.RedemptionRequested:
		return said(op, func(r redemption.Requested) { e.wishes[r.ID] = r })
	case outbox.StaffCallRaised, outbox.StaffCallCleared:
		return said(op, func(c staffcall.Call) { e.calls[c.ID] = c })
	case outbox.SuggestionsSwitched:
		return said(op, func(s preference.Switched) {
			if before, ok := e.switches[s.DonorKey]; !ok || before.At.Before(s.At) {
				e.switches[s.DonorKey] = s
			}
		})
	case outbox.CorrectionAsked:
		return said(op, func(r correction.Request) { e.corrections[r.ID] = r })
	}
	e.later[op.ID] = op
	return nil
}

func said[T any](op outbox.Operation, take func(T)) error {
	var payload T
	if err := json.Unmarshal(op.Payload, &payload); err != nil {
		return fmt.Errorf("%s: %w", op.Kind, err)
	}
	take(payload)
	return nil
}

// oneEffect checks that the center has everything once, as it was said.
func (p *Promises) oneEffect(ctx context.Context) error {
	for _, check := range []func(context.Context) error{p.visits, p.wishes, p.calls, p.switches, p.corrections, p.later} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// visits checks that the center has each visit once and whole, none besides, and nobody
// waiting twice on a day.
func (p *Promises) visits(ctx context.Context) error {
	found := map[string]int{}
	waiting := map[string]string{}
	for at := range p.effects.days {
		all, err := p.Center.VisitsAt(ctx, at.site, at.day)
		if err != nil {
			return err
		}
		for _, v := range all {
			found[v.ID]++
			p.effects.kept[v.ID] = v
			if said := p.effects.visits[v.ID]; len(said) != 1 {
				p.broken("the center has visit %s, which %d operations recorded", v.ID, len(said))
			} else if want, have := recorded(said[0], v), recorded(v, v); want != have {
				p.broken("visit %s\n\tis at the center %s\n\tand was said    %s", v.ID, have, want)
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
	for _, id := range slices.Sorted(maps.Keys(p.effects.visits)) {
		if found[id] != 1 {
			p.broken("visit %s is at the center %d times", id, found[id])
		}
	}
	return nil
}

// recorded is a visit without what the center alone says of it, and without the private
// choice, which it shows to nobody. It takes a booking from a visit when it is another's.
func recorded(v, atCenter visit.Visit) string {
	if slices.Contains(atCenter.Doubts, visit.BookingOfAnother) {
		v.AppointmentID = ""
	}
	v.DuplicateOf, v.Doubts = "", nil
	if v.Outcome == visit.Duplicate {
		v.Outcome = visit.Waiting
	}
	v.At, v.ClockOffset = kept(v.At), v.ClockOffset.Truncate(time.Microsecond)
	if v.Screening != nil {
		s := *v.Screening
		var none consent.SelfExclusion
		s.Exclusion = none
		v.Screening = &s
	}
	return digest(v)
}

// calls checks that each call for staff is there, and taken back as the kiosk said last
// unless staff were first.
func (p *Promises) calls(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(p.effects.calls)) {
		said := p.effects.calls[id]
		theirs, err := p.Center.Call(ctx, id)
		exists, err := there(err)
		if err != nil {
			return err
		}
		if !exists {
			p.broken("call %s is not at the center", id)
			continue
		}
		want := staffcall.Call{ID: id, SiteID: said.SiteID, DeviceID: said.DeviceID, RaisedAt: kept(said.RaisedAt)}
		have := staffcall.Call{ID: id, SiteID: theirs.SiteID, DeviceID: theirs.DeviceID, RaisedAt: kept(theirs.RaisedAt)}
		if theirs.ClearedBy == "" && !(said.ClearedAt.IsZero() && theirs.ClearedAt.IsZero()) {
			want.ClearedAt, have.ClearedAt = kept(said.ClearedAt), kept(theirs.ClearedAt)
		}
		if want != have {
			p.broken("call %s\n\tis at the center %s\n\tand was said    %s", id, digest(have), digest(want))
		}
	}
	return nil
}

// switches checks that whoever switched suggestions on or off has it as they said last.
func (p *Promises) switches(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(p.effects.switches)) {
		who, err := p.Center.DonorByKey(ctx, key)
		if err != nil {
			return err
		}
		wants, err := p.Center.WantsSuggestions(ctx, []string{who.ID})
		if err != nil {
			return err
		}
		if said := p.effects.switches[key].On; said != wants {
			p.broken("%s said %v to suggestions, and the center has %v", key, said, wants)
		}
	}
	return nil
}

// corrections checks that each request is there and says what was said.
func (p *Promises) corrections(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(p.effects.corrections)) {
		theirs, err := p.Center.Correction(ctx, id)
		exists, err := there(err)
		if err != nil {
			return err
		}
		said := p.effects.corrections[id]
		said.At, theirs.At = kept(said.At), kept(theirs.At)
		if want, have := digest(said), digest(theirs); !exists || want != have {
			p.broken("correction %s\n\tis at the center %s\n\tand was said    %s", id, have, want)
		}
	}
	return nil
}

// later checks what the center did with kinds it did not know: it keeps them whole, or
// has learnt them since and carried each out once.
func (p *Promises) later(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(p.effects.later))
	known, err := p.Center.AppliedOperations(ctx, ids)
	if err != nil {
		return err
	}
	parked := map[string]outbox.Operation{}
	for after := (sync.ParkedOperation{}); ; {
		page, err := p.Center.ParkedOperations(ctx, after, 500)
		if err != nil {
			return err
		}
		for _, one := range page {
			after, parked[one.Operation.ID] = one, one.Operation
		}
		if len(page) < 500 {
			break
		}
	}
	for _, id := range ids {
		if err := p.laterOne(ctx, p.effects.later[id], known[id].Fate, parked); err != nil {
			return err
		}
	}
	return nil
}

func (p *Promises) laterOne(ctx context.Context, op outbox.Operation, fate outbox.Fate, parked map[string]outbox.Operation) error {
	switch fate {
	case outbox.Parked:
		if whole, ok := parked[op.ID]; !ok || digest(whole) != digest(op) {
			p.broken("operation %s is parked as %s, and was said as %s", op.ID, digest(whole), digest(op))
		}
		if p.Learnt != nil {
			p.broken("operation %s is parked by a center that knows its kind", op.ID)
		}
	case outbox.Applied:
		if p.Learnt == nil {
			p.broken("operation %s was applied, and nobody knows its kind", op.ID)
			return nil
		}
		times, err := p.Learnt(ctx, op.ID)
		if err != nil {
			return err
		}
		if times != 1 {
			p.broken("operation %s, learnt later, was carried out %d times", op.ID, times)
		}
	default:
		p.broken("operation %s of a later kind has the fate %q at the center", op.ID, fate)
	}
	return nil
}
