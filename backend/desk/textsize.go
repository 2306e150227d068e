package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lianxin/backend/api"
	"lianxin/backend/fault"
)

const (
	sizesFile = "text-size.json"
	usualSize = 100 // percent
)

// keptSizes are those members chose here; a file that cannot be read is as good as none.
func (d *Desk) keptSizes() map[string]int {
	sizes := map[string]int{}
	text, err := os.ReadFile(filepath.Join(d.config.Data, sizesFile))
	if err == nil {
		err = json.Unmarshal(text, &sizes)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.config.Log.Warn("the sizes of text cannot be read", "error", err)
	}
	return sizes
}

// SizeText implements api.Desk.
func (d *Desk) SizeText(ctx context.Context, percent int) (api.DeskState, error) {
	l, err := d.open()
	if err != nil {
		return api.DeskState{}, err
	}
	d.mu.Lock()
	d.sizes[l.member.ID] = percent
	text, err := json.Marshal(d.sizes)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.config.Data, sizesFile), text, 0o600)
	}
	d.mu.Unlock()
	if err != nil {
		return api.DeskState{}, fault.Wrap(fmt.Errorf("keep the size of text: %w", err), fault.Unavailable, "desk.cannot_keep")
	}
	return d.DeskState(ctx)
}
