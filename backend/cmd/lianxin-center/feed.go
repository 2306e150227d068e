package main

import (
	"context"

	"lianxin/backend/center"
)

// FeedCmd looks after the feed of changes that devices follow.
type FeedCmd struct {
	Reset FeedResetCmd `cmd:"" help:"Begin a new epoch: every device pulls from the beginning. Needed after pg_restore by hand."`
}

// FeedResetCmd begins a new epoch.
type FeedResetCmd struct{ Place }

// Run begins it; it may run beside the center.
func (f FeedResetCmd) Run() error {
	return f.done(func(ctx context.Context, c *center.Center) error { return c.NewEpoch(ctx, operator) },
		"a new epoch has begun: every device pulls from the beginning")
}
