package sync

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/fault"
)

// Quarantined is a change of the feed that could not be taken over through a fault
// of its own, and was set aside so that the rest goes on. Its content is not kept:
// it comes again when it changes, or when a newer program pulls anew.
type Quarantined struct {
	Noun     Noun
	ID       string
	Code     string // fault code of the last attempt
	Attempts int
	LastAt   time.Time
}

// Quarantine keeps what was set aside.
type Quarantine interface {
	// SaveQuarantined keeps a change that failed; attempts are counted by noun and ID.
	SaveQuarantined(ctx context.Context, q Quarantined) error
	// ReleaseQuarantined forgets a change that was taken over after all.
	ReleaseQuarantined(ctx context.Context, noun Noun, id string) error
	CountQuarantined(ctx context.Context) (int64, error)
	// Quarantined returns up to limit changes, the latest first.
	Quarantined(ctx context.Context, limit int) ([]Quarantined, error)
	// NewlyQuarantined tells whether a change failed with the code for the first time.
	NewlyQuarantined(ctx context.Context, code string) (bool, error)
}

// codeConstraint is what a store says when two things claim what only one may have,
// such as two donor cards for one person.
const codeConstraint = "store.constraint"

// ownFault tells whether a change cannot be taken over because of what it is. A disk
// that is full, locked or broken is no fault of the change: the pull stops then, and
// the same page is asked for again.
func ownFault(err error) bool {
	f := fault.From(err)
	switch f.Kind {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Forbidden, fault.TooLarge:
		return true
	}
	return f.Code == codeConstraint
}

// takeOver takes a page over, within the transaction that ctx carries, and returns
// what it set aside. A change that something else stands in the way of is tried
// again after the others of its page: they may be what clears the way.
func (r *Replica) takeOver(ctx context.Context, changes []Change) ([]Quarantined, error) {
	held, err := r.Store.CountQuarantined(ctx)
	if err != nil {
		return nil, err
	}
	var blocked, failed []Change
	var reasons []error
	for _, c := range r.remaining(ctx, changes, held > 0) {
		err := r.absorb(ctx, c, held > 0)
		switch {
		case err == nil:
		case !ownFault(err):
			return nil, err
		case fault.From(err).Kind == fault.Invalid:
			failed, reasons = append(failed, c), append(reasons, err)
		default:
			blocked = append(blocked, c)
		}
	}
	for _, c := range blocked {
		if err := r.absorb(ctx, c, held > 0); err != nil {
			if !ownFault(err) {
				return nil, err
			}
			failed, reasons = append(failed, c), append(reasons, err)
		}
	}
	aside := make([]Quarantined, 0, len(failed))
	for i, c := range failed {
		q := Quarantined{Noun: c.Noun, ID: c.ID, Code: fault.CodeOf(reasons[i]), LastAt: r.Clock.Now().UTC()}
		if err := r.Store.SaveQuarantined(ctx, q); err != nil {
			return nil, err
		}
		aside = append(aside, q)
	}
	return aside, nil
}

// remaining takes over what can be taken over together and returns the rest, in its order.
// While something is set aside everything goes one by one, for any of it may be that.
func (r *Replica) remaining(ctx context.Context, changes []Change, held bool) []Change {
	if held {
		return changes
	}
	rest := make([]Change, 0, len(changes))
	for first, n := 0, 0; first < len(changes); first += n {
		noun := changes[first].Noun
		if n = slices.IndexFunc(changes[first:], func(c Change) bool { return c.Noun != noun }); n < 0 {
			n = len(changes) - first
		}
		run := changes[first : first+n]
		together, known := r.Together[noun]
		if !known || n == 1 || r.Store.InTx(ctx, func(ctx context.Context) error { return together(ctx, run) }) != nil {
			rest = append(rest, run...) // why it failed shows one by one
		}
	}
	return rest
}

// tell reports what was set aside: the noun and the reason, never who or what it was.
func (r *Replica) tell(aside []Quarantined) {
	said := map[Quarantined]bool{}
	for _, q := range aside {
		kind := Quarantined{Noun: q.Noun, Code: q.Code}
		if !said[kind] {
			said[kind] = true
			r.Failed("take over "+string(q.Noun), fault.New(fault.Invalid, q.Code))
		}
	}
}
