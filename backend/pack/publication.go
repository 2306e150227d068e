package pack

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Publication is a version of a pack as a center gave it out. What a version says, and
// from which day, never changes: a visit and a claim name the version they were judged by.
type Publication struct {
	Pack
	PublishedAt time.Time // zero for one of before this was noted
	PublishedBy string
	WithdrawnAt time.Time // zero while it holds
	WithdrawnBy string
}

// Archive keeps what a center has published.
type Archive interface {
	Store
	// PublishPack fault: "pack.published" when there was a version of that name, withdrawn or not.
	PublishPack(ctx context.Context, p Publication) error
	WithdrawPack(ctx context.Context, p Publication) error
	Publications(ctx context.Context) ([]Publication, error)
	// Publication fault: "pack.not_found".
	Publication(ctx context.Context, id, version string) (Publication, error)
}

// Withdraw takes a version back before its day. Faults: "pack.withdrawn", and
// "pack.in_force" for one that somebody may have been judged by.
func (p Publication) Withdraw(by string, at time.Time) (Publication, error) {
	switch {
	case !p.WithdrawnAt.IsZero():
		return p, fault.New(fault.Conflict, "pack.withdrawn")
	case !p.From.After(calendar.Of(at)):
		return p, fault.New(fault.Conflict, "pack.in_force")
	}
	p.WithdrawnAt, p.WithdrawnBy = at, by
	return p, nil
}

// Ref names a version of a pack.
type Ref struct {
	ID      string
	Version string
}

// Ref is the name of a pack.
func (p Pack) Ref() Ref { return Ref{p.ID, p.Version} }

// Key is the name as the feed has it.
func (r Ref) Key() string { return r.ID + "|" + r.Version }
