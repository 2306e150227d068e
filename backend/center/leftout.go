package center

import (
	"context"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// leftOut counts and names what no device is told because it cannot be read. The place
// in the feed is enough for an operator to find it; its ID may be a person's key.
func (c *Center) leftOut(ctx context.Context, mark sync.Placed, err error) {
	c.metrics.leftOut.WithLabelValues(string(mark.Noun)).Inc()
	c.config.Log.ErrorContext(ctx, "left out of the feed", "noun", mark.Noun, "scope", mark.Scope, "seq", mark.Seq, "code", fault.CodeOf(err))
}
