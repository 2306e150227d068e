package simulation

import (
	"context"

	"lianxin/backend/outbox"
)

// accountEvery is after how many happenings the kiosks' books are looked at.
const accountEvery = 3

// accounts checks in the middle of a history, with everything as it is, what must hold
// at every moment.
func (w *World) accounts(ctx context.Context) error {
	for _, k := range w.kiosks {
		if err := k.account(ctx); err != nil {
			return err
		}
	}
	return nil
}

// book is how many operations of a kiosk have each fate at one moment, and how many of
// them the center has settled.
type book struct {
	pending, applied, parked, refused int64
	atCenter                          int64
}

// book reads it. Forged operations are the only ones that may be refused, and nobody
// deals with a refusal here, so each one counted is one that staff see.
func (k *kiosk) book(ctx context.Context) (b book, err error) {
	for fate, sum := range map[outbox.Fate]*int64{outbox.Pending: &b.pending, outbox.Applied: &b.applied, outbox.AlreadyApplied: &b.applied,
		outbox.Parked: &b.parked, outbox.Refused: &b.refused} {
		n, err := k.Store().CountOperations(ctx, fate)
		if err != nil {
			return b, err
		}
		*sum += n
	}
	known, err := k.world.center.Store().Device(ctx, k.Place().DeviceID)
	b.atCenter = known.LastSeq
	return b, err
}

func (b book) settled() int64 { return b.applied + b.parked + b.refused }

// account checks that everything made at this kiosk is applied, kept until it is
// understood, refused for all to see, or waiting, and that nothing counts as done which
// the center has not: but for one that was restored, until it has asked for it again.
func (k *kiosk) account(ctx context.Context) error {
	b, err := k.book(ctx)
	if err != nil {
		return err
	}
	if sum := b.pending + b.settled(); sum != k.made {
		k.world.broken("kiosk %d: made %d, of which %d are applied, %d parked, %d refused and %d pending", k.number, k.made, b.applied, b.parked, b.refused, b.pending)
	}
	if b.pending > 0 {
		k.world.count(Waiting)
	}
	dead, err := k.Store().DeadLetters(ctx, 10_000)
	if err != nil {
		return err
	}
	if int64(len(dead)) != b.refused {
		k.world.broken("kiosk %d: %d operations are refused, and %d are shown to staff", k.number, b.refused, len(dead))
	}
	switch missing := b.settled() - b.atCenter; {
	case missing <= 0:
		k.ahead = false
	case !k.ahead:
		k.world.broken("kiosk %d: %d operations count as done, and the center has %d", k.number, b.settled(), b.atCenter)
	}
	return nil
}

// recount follows a kill: what was made before stays, what was made meanwhile may be there or not.
func (k *kiosk) recount(ctx context.Context, before int64) error {
	last, err := k.Store().LastSeq(ctx)
	if err != nil {
		return err
	}
	if last < before || last > k.made {
		k.world.broken("kiosk %d: a kill left %d operations of %d to %d", k.number, last, before, k.made)
	}
	k.made = last
	return nil
}
