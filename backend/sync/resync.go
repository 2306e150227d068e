package sync

import (
	"context"
	"strings"
)

// Resync is what a device needs to start over: what the center names while
// everything is pulled again stays, and the rest goes once the pull is complete. So
// people are served from the old data meanwhile, and what a restored center does not
// know any more does not stay for ever.
type Resync interface {
	// HoldsNothing tells whether there is nothing here that SweepUnseen could remove.
	HoldsNothing(ctx context.Context) (bool, error)
	// ForgetSeen begins anew: nothing was seen yet.
	ForgetSeen(ctx context.Context) error
	// MarkSeen remembers that the center has these things.
	MarkSeen(ctx context.Context, changes []Change) error
	// SweepUnseen removes what once came from the center and was not seen. What the
	// device made itself stays: its visits, their papers, its operations.
	SweepUnseen(ctx context.Context, deviceID string) error
}

// startsOver tells whether a page is the first of everything: nothing was pulled
// before, or the center lives in another epoch than the cursor it was asked with.
func startsOver(asked, answered string) bool {
	return asked == "" || epochOf(asked) != epochOf(answered)
}

func epochOf(cursor string) string {
	epoch, _, _ := strings.Cut(cursor, ";")
	return epoch
}

// resync keeps what the page shows of a pull from the beginning, within the
// transaction that ctx carries, and ends it with the last page.
func (r *Replica) resync(ctx context.Context, asked string, page PullResponse, next *Progress) error {
	if startsOver(asked, page.Cursor) {
		next.Resync = true
		if err := r.Store.ForgetSeen(ctx); err != nil {
			return err
		}
	}
	if !next.Resync {
		return nil
	}
	if err := r.seen(ctx, page, next.Fresh); err != nil || page.More {
		return err
	}
	next.Resync = false
	return r.Store.ForgetSeen(ctx)
}

// seen marks what a page names and sweeps after the last one. A device that had nothing
// when it began has nothing to sweep, and saves half of the writing.
func (r *Replica) seen(ctx context.Context, page PullResponse, fresh bool) error {
	if fresh {
		return nil
	}
	if err := r.Store.MarkSeen(ctx, page.Changes); err != nil || page.More {
		return err
	}
	return r.Store.SweepUnseen(ctx, r.DeviceID())
}

// heal starts over when something new was in the way of a change: then this device
// has what the center has not. Once for each change: what is in the way after that
// is at the center too.
func (r *Replica) heal(ctx context.Context, next *Progress) error {
	blocked, err := r.Store.NewlyQuarantined(ctx, codeConstraint)
	if blocked {
		next.Cursor = ""
	}
	return err
}
