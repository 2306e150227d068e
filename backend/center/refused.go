package center

import (
	"context"

	"lianxin/backend/sync"
)

// RefusedOperations lists the latest operations that were parked and refused when
// their turn came, without anybody's private choice, and writes down who looked. Of one
// whose content does not hold together only its place and its reason are shown; it
// stays kept.
func (c *Center) RefusedOperations(ctx context.Context, limit int, by string) ([]sync.RefusedOperation, error) {
	kept, err := c.store.RefusedOperations(ctx, limit)
	if err != nil {
		return nil, err
	}
	for i := range kept {
		op := &kept[i].Operation
		if op.Payload, err = withoutExclusion(op.Payload); err != nil {
			op.Payload = nil
		}
	}
	return kept, c.record(ctx, by, "letters.read", "center", "parked")
}

// ForgetRefused forgets what was kept of one that somebody has dealt with, and writes
// down who. Fault "operation.not_refused".
func (c *Center) ForgetRefused(ctx context.Context, id, by string) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.ForgetRefused(ctx, id); err != nil {
			return err
		}
		return c.record(ctx, by, "letters.forget", "operation", id)
	})
}
