package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
)

// failures say why something could not be read, by id.
type failures map[string]error

// contents loads things of one noun. One that cannot be read, as a row that was sealed
// with a lost key, must not keep everything behind it from every device: the others are
// then loaded one by one. What the database itself says ends the pull.
func (p *Publisher) contents(ctx context.Context, load Load, ids []string) (map[string]any, failures, error) {
	found, err := load(ctx, ids)
	if err == nil || p.isOwn(ctx, err) {
		return found, nil, err
	}
	found, failed := make(map[string]any, len(ids)), failures{}
	for _, id := range ids {
		one, err := load(ctx, []string{id})
		switch {
		case err == nil:
			maps.Copy(found, one)
		case p.isOwn(ctx, err):
			return nil, nil, err
		default:
			failed[id] = err
		}
	}
	return found, failed, nil
}

func (p *Publisher) isOwn(ctx context.Context, err error) bool {
	return ctx.Err() != nil || p.IsOwnFailure(err)
}

// change is what is told of a mark. What could not be read is not told at all: said to
// be deleted, it would be taken away from every device.
func (p *Publisher) change(ctx context.Context, mark Placed, contents map[string]any, failed failures) (c Change, ok bool) {
	c = Change{Noun: mark.Noun, ID: mark.ID}
	content, isThere := contents[mark.ID]
	err := failed[mark.ID]
	if err == nil && (mark.Deleted || !isThere) {
		c.Deleted = true
		return c, true
	}
	if err == nil {
		if c.Data, err = json.Marshal(content); err != nil {
			err = fmt.Errorf("encode %s: %w", mark.Noun, err)
		}
	}
	if err != nil && p.LeftOut != nil {
		p.LeftOut(ctx, mark, err)
	}
	return c, err == nil
}
