package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"lianxin/backend/fault"
)

// pullOnce asks for one page and takes it over in one transaction with the cursor.
func (r *Replica) pullOnce(ctx context.Context) error {
	r.mu.Lock()
	progress, works := r.progress, r.lines[Pull].Works
	r.mu.Unlock()
	asked, wait := progress.Cursor, cmp.Or(r.LongPoll, longPoll)
	if !works || asked == "" {
		wait = 0 // find out quickly whether the center is there
	}
	began := r.Clock.passed()
	page, err := r.Center.Pull(ctx, asked, wait)
	if fault.CodeOf(err) == codeCursor {
		return errors.Join(err, r.fromTheBeginning(ctx))
	}
	if err != nil {
		return err
	}
	at := r.heard(page.Now, r.Clock.passed()-began, wait > 0)
	progress.Cursor = page.Cursor
	if !page.More {
		progress.AsOf = at
	}
	aside, err := r.keep(ctx, asked, page, &progress)
	if err != nil {
		return err
	}
	r.mu.Lock()
	before := r.progress
	progress.LastPush = before.LastPush
	r.progress = progress
	r.mu.Unlock()
	r.tell(aside)
	if r.Pulled != nil {
		r.Pulled(Page{Changes: page.Changes, Swept: !progress.Resync && (before.Resync || startsOver(asked, page.Cursor))})
	}
	r.Changed()
	return nil
}

// codeCursor is how a center refuses a cursor it cannot read.
const codeCursor = "sync.cursor"

// fromTheBeginning forgets a cursor the center refuses, whoever gave it: asked with it for
// ever, the center would refuse for ever.
func (r *Replica) fromTheBeginning(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	progress := r.progress
	progress.Cursor = ""
	if err := r.Store.SaveSetting(ctx, progressSetting, progress); err != nil {
		return err
	}
	r.progress = progress
	return nil
}

// keep writes a page down with what it says of the progress, all or nothing.
func (r *Replica) keep(ctx context.Context, asked string, page PullResponse, next *Progress) (aside []Quarantined, err error) {
	err = r.Store.InTx(ctx, func(ctx context.Context) error {
		if startsOver(asked, page.Cursor) {
			if next.Fresh, err = r.Store.HoldsNothing(ctx); err != nil {
				return err
			}
		}
		if aside, err = r.takeOver(ctx, page.Changes); err != nil {
			return err
		}
		if err := r.resync(ctx, asked, page, next); err != nil {
			return fmt.Errorf("start over: %w", err)
		}
		if !page.More {
			if err := r.heal(ctx, next); err != nil {
				return err
			}
		}
		if err := r.Store.SaveSetting(ctx, clockSetting, r.Clock.remember()); err != nil {
			return err
		}
		return r.Store.SaveSetting(ctx, progressSetting, *next)
	})
	return aside, err
}

// absorb takes one change over, or leaves no trace of it. Release says that changes
// are set aside, of which this may be one.
func (r *Replica) absorb(ctx context.Context, c Change, release bool) error {
	absorb, known := r.Absorbers[c.Noun]
	if !known {
		return nil // a newer center's; comes again after this program is updated
	}
	err := r.Store.InTx(ctx, func(ctx context.Context) error { return absorb(ctx, c) })
	if err != nil {
		return fmt.Errorf("take over %s: %w", c.Noun, err)
	}
	if release {
		return r.Store.ReleaseQuarantined(ctx, c.Noun, c.ID)
	}
	return nil
}
