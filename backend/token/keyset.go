package token

import (
	"errors"
	"slices"
	"time"

	"lianxin/backend/fault"
)

// Period is the life of one signing key of the center.
type Period struct {
	Key          Key
	ActiveFrom   time.Time // signs from here on; published before
	RetiredUntil time.Time // what it signed is accepted until here; zero while no successor is named
}

func (p Period) isOver(now time.Time) bool {
	return !p.RetiredUntil.IsZero() && !now.Before(p.RetiredUntil)
}

// KeySet is the center's signing keys over time: those whose time is over, those retired but
// still accepted, the current one, and the next one, published early so that everyone
// has it when it begins to sign. A KeySet is a value: changes return another one.
type KeySet struct{ periods []Period }

// NewKeySet returns a set of stored periods, in any order. There must be one at least.
func NewKeySet(periods ...Period) (KeySet, error) {
	if len(periods) == 0 {
		return KeySet{}, errors.New("a key set without keys")
	}
	sorted := slices.Clone(periods)
	slices.SortFunc(sorted, func(a, b Period) int { return a.ActiveFrom.Compare(b.ActiveFrom) })
	for i, p := range sorted {
		if p.Key.public.IsZero() {
			return KeySet{}, errors.New("a period without a key")
		}
		isSame := func(other Period) bool { return other.Key.public.Equal(p.Key.public) }
		if slices.ContainsFunc(sorted[i+1:], isSame) {
			return KeySet{}, errors.New("a key is in the set twice")
		}
	}
	return KeySet{periods: sorted}, nil
}

// Periods returns what is to be stored.
func (s KeySet) Periods() []Period { return slices.Clone(s.periods) }

// Signing returns the key that signs at now. Before any does it is the first: the clock that
// named its day was ahead, or this one is behind. Fault "token.no_key" when all are over.
func (s KeySet) Signing(now time.Time) (Key, error) {
	for _, p := range slices.Backward(s.periods) {
		if !p.ActiveFrom.After(now) && !p.isOver(now) {
			return p.Key, nil
		}
	}
	for _, p := range s.periods {
		if !p.isOver(now) {
			return p.Key, nil
		}
	}
	return Key{}, fault.New(fault.Internal, "token.no_key")
}

// Published returns the public keys at now, oldest first: what the JWKS address
// answers. The next key is among them; it is also accepted already, because an
// instance whose clock is a little ahead begins to use it a little early.
func (s KeySet) Published(now time.Time) []PublicKey {
	var keys []PublicKey
	for _, p := range s.periods {
		if !p.isOver(now) {
			keys = append(keys, p.Key.public)
		}
	}
	return keys
}

// Verifying returns the published key with this kid.
func (s KeySet) Verifying(kid string, now time.Time) (PublicKey, bool) {
	for _, p := range s.periods {
		if p.Key.public.id == kid && !p.isOver(now) {
			return p.Key.public, true
		}
	}
	return PublicKey{}, false
}

// Replaced tells whether a kid is that of a key whose time is over. It is told apart from one
// that was never here so that whoever asks knows that the next token will do.
func (s KeySet) Replaced(kid string, now time.Time) bool {
	return slices.ContainsFunc(s.periods, func(p Period) bool { return p.Key.public.id == kid && p.isOver(now) })
}

// Rotate names the next key: published now, signing after early, while what the
// current one signed is accepted for keep longer. early covers the time others
// may keep an old JWKS; keep at least the life of a token. A rotation that has
// not begun to sign yet must do so first: fault "token.rotation_pending".
func (s KeySet) Rotate(now time.Time, next Key, early, keep time.Duration) (KeySet, error) {
	if last := s.periods[len(s.periods)-1]; last.ActiveFrom.After(now) {
		return s, fault.New(fault.Conflict, "token.rotation_pending")
	}
	if early < 0 || keep < MaxLifetime+MaxLeeway {
		return s, errors.New("a rotation must keep the old key for the life of its tokens")
	}
	start := now.Add(early)
	periods := s.Periods()
	for i := range periods {
		if periods[i].RetiredUntil.IsZero() {
			periods[i].RetiredUntil = start.Add(keep)
		}
	}
	return NewKeySet(append(periods, Period{Key: next, ActiveFrom: start})...)
}

// rolled is until when a key that leaked was accepted: before any clock there is, so that
// one that goes back takes in nothing again.
var rolled = time.Unix(0, 0).UTC()

// Roll replaces every key at once, after a leak: nothing signed before is
// accepted any more, and every device asks for a new token.
func (s KeySet) Roll(now time.Time, next Key) (KeySet, error) {
	periods := s.Periods()
	for i := range periods {
		periods[i].RetiredUntil = rolled
		if periods[i].ActiveFrom.After(now) { // named for tomorrow; what comes after it begins now
			periods[i].ActiveFrom = now
		}
	}
	return NewKeySet(append(periods, Period{Key: next, ActiveFrom: now})...)
}
