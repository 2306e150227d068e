package center

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	gosync "sync"

	"lianxin/backend/sync"
)

// witness remembers beside the database how far devices were told its feeds go. A
// database that was replaced by an older one cannot know that it went back, and once
// it has gone on by a few changes no device can tell either: its place in the feed
// exists again and means something else. The file was not replaced with it and knows.
type witness struct {
	path string

	mu  gosync.Mutex
	far sync.Cursor
}

// witnessFile lies in the data folder, which a restored database does not.
const witnessFile = "feed.json"

func openWitness(folder string) (*witness, error) {
	w := &witness{path: filepath.Join(folder, witnessFile)}
	var err error
	if w.far, err = readKept[sync.Cursor](w.path); err != nil {
		return nil, fmt.Errorf("how far the feeds went: %w", err)
	}
	return w, nil
}

// told notes that a device was told this place.
func (w *witness) told(cursor string) error {
	place, err := sync.ParseCursor(cursor)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if place.Epoch != w.far.Epoch {
		return w.keep(place)
	}
	further := sync.Cursor{Epoch: place.Epoch, Seqs: maps.Clone(w.far.Seqs)}
	for scope, seq := range place.Seqs {
		further.Seqs[scope] = max(further.Seqs[scope], seq)
	}
	if maps.Equal(further.Seqs, w.far.Seqs) {
		return nil
	}
	return w.keep(further)
}

// keep notes how far the feeds went.
func (w *witness) keep(far sync.Cursor) error {
	if err := writeKept(w.path, far); err != nil {
		return fmt.Errorf("keep how far the feeds went: %w", err)
	}
	w.far = far
	return nil
}

// contradicts tells whether the feeds are not what devices were told.
func (w *witness) contradicts(epoch string, heads map[string]int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.far.Epoch == "" {
		return false
	}
	for scope, seq := range w.far.Seqs {
		if heads[scope] < seq {
			return true
		}
	}
	return epoch != w.far.Epoch
}

// lookBack begins a new epoch when the database is not the one devices were told of.
func (c *Center) lookBack(ctx context.Context) (err error) {
	if c.witness, err = openWitness(c.config.Data); err != nil {
		return err
	}
	epoch, err := c.epoch(ctx)
	if err != nil {
		return err
	}
	heads, err := c.store.FeedHeads(ctx)
	if err != nil || !c.witness.contradicts(epoch, heads) {
		return err
	}
	c.config.Log.WarnContext(ctx, "the database is older than what devices were told: every device starts over")
	return c.NewEpoch(ctx, itself)
}

// noteEpoch lets the witness know of an epoch that begins.
func (c *Center) noteEpoch(epoch string) {
	if err := c.witness.told(epoch); err != nil {
		c.config.Log.Error("noting the new epoch", "error", err)
	}
}
