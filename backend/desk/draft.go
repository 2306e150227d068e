package desk

import (
	"context"
	"encoding/json"

	"lianxin/backend/fault"
)

// Bounds of what is kept half typed, in bytes and in number.
const (
	largestDraft = 256 << 10
	mostDrafts   = 200
)

// Draft implements api.Desk.
func (d *Desk) Draft(_ context.Context, name string) (json.RawMessage, error) {
	l, err := d.open()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept, ok := l.drafts[name]; ok {
		return kept, nil
	}
	return json.RawMessage("null"), nil
}

// KeepDraft implements api.Desk. It lies in memory only, beside the login: a page that
// is locked, or that broke, finds it again, and nobody after the login ended does.
func (d *Desk) KeepDraft(_ context.Context, name string, draft json.RawMessage) error {
	l, err := d.open()
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if string(draft) == "null" || len(draft) == 0 {
		delete(l.drafts, name)
		return nil
	}
	if _, known := l.drafts[name]; len(draft) > largestDraft || !known && len(l.drafts) == mostDrafts {
		return fault.New(fault.TooLarge, "desk.draft_large")
	}
	l.drafts[name] = draft
	return nil
}
