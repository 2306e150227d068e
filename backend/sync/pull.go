package sync

import (
	"context"
	"fmt"
)

// pullOnce asks for one page and takes it over in one transaction with the cursor.
func (r *Replica) pullOnce(ctx context.Context) error {
	r.mu.Lock()
	progress, works := r.progress, r.lines[pull].Works
	r.mu.Unlock()
	wait := longPoll
	if !works || progress.Cursor == "" {
		wait = 0 // find out quickly whether the center is there
	}
	began := r.Clock.passed()
	page, err := r.Center.Pull(ctx, progress.Cursor, wait)
	if err != nil {
		return err
	}
	at := r.heard(page.Now, r.Clock.passed()-began, wait > 0)
	progress.Cursor, progress.Offset = page.Cursor, r.Clock.Offset()
	if !page.More {
		progress.AsOf = at
	}
	err = r.Store.InTx(ctx, func(ctx context.Context) error {
		for _, change := range page.Changes {
			if err := r.absorb(ctx, change); err != nil {
				return err
			}
		}
		return r.Store.SaveSetting(ctx, progressSetting, progress)
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.progress.Cursor, r.progress.AsOf = progress.Cursor, progress.AsOf
	r.mu.Unlock()
	r.Changed()
	return nil
}

func (r *Replica) absorb(ctx context.Context, c Change) error {
	absorb, known := r.Absorbers[c.Noun]
	if !known {
		return nil // a newer center's; comes again after this program is updated
	}
	if err := absorb(ctx, c); err != nil {
		return fmt.Errorf("take over %s: %w", c.Noun, err)
	}
	return nil
}
