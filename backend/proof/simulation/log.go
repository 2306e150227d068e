package simulation

import (
	"context"
	"slices"
	"strings"

	"lianxin/backend/outbox"
	"lianxin/backend/visit"
)

// oneTicket notes the queue number of a visit: of a day, a kiosk gives each once.
func (p *Promises) oneTicket(k Kept, tickets map[string]string, v visit.Visit) {
	if v.Ticket == "" { // a deferral has none
		return
	}
	number := v.Ticket + " of " + v.Day.String()
	if other, twice := tickets[number]; twice {
		p.broken("%s: gave %s twice, for %s and %s", k.Name, number, other, v.ID)
	}
	tickets[number] = v.ID
}

// log looks through one kiosk's log: whole, without gaps, every saved thing in it
// once, every operation with a fate, and the center at the same end.
func (p *Promises) log(ctx context.Context, k Kept) error {
	ops, err := k.Store.OperationsFrom(ctx, 1, 1_000_000)
	if err != nil {
		return err
	}
	saved, tickets := map[string]int{}, map[string]string{}
	var prev outbox.Operation
	for _, op := range ops {
		if op.Forgotten() { // its hash must hold with what it said once
			op.Payload = k.Said[op.ID]
		}
		if op.Seq != prev.Seq+1 || string(op.Prev) != string(prev.Hash) || !op.Verify() {
			p.broken("%s: its log breaks at %d", k.Name, op.Seq)
		}
		prev = op
		if strings.HasPrefix(string(op.Kind), "visit.") {
			err = said(op, func(v visit.Visit) {
				saved[k.Key(v)]++
				p.oneTicket(k, tickets, v)
			})
		}
		if err == nil && !slices.Contains(k.Bad, op.ID) {
			err = p.effects.of(op)
		}
		if err != nil {
			return err
		}
	}
	for _, key := range k.Saved {
		if saved[key] != 1 {
			p.broken("%s: saved %s, and its log has it %d times", k.Name, key, saved[key])
		}
	}
	if err := p.remembered(ctx, k, ops); err != nil {
		return err
	}
	if err := p.fates(ctx, k, int64(len(ops))); err != nil {
		return err
	}
	return p.sameEnd(ctx, k, prev)
}

// sameEnd checks that the center remembers the last operation of a kiosk as its last.
func (p *Promises) sameEnd(ctx context.Context, k Kept, prev outbox.Operation) error {
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

// remembered checks that the center knows every operation under its id, hash and place,
// and that both sides agree on how many it keeps until it understands them.
func (p *Promises) remembered(ctx context.Context, k Kept, ops []outbox.Operation) error {
	ids := make([]string, len(ops))
	for i, op := range ops {
		ids[i] = op.ID
	}
	known, err := p.Center.AppliedOperations(ctx, ids)
	if err != nil {
		return err
	}
	var parked int64
	for _, op := range ops {
		at := known[op.ID]
		if string(at.Hash) != string(op.Hash) || at.Seq != op.Seq || at.DeviceID != k.Place.DeviceID {
			p.broken("%s: operation %d is %s, and the center remembers %+v", k.Name, op.Seq, op.ID, at)
		}
		if at.Fate == outbox.Parked {
			parked++
		}
	}
	kept, err := k.Store.CountOperations(ctx, outbox.Parked)
	if err == nil && kept != parked {
		p.broken("%s: believes %d operations parked, the center keeps %d", k.Name, kept, parked)
	}
	return err
}
