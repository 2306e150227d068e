package main

import (
	"context"
	"fmt"
	"net"

	"lianxin/backend/center"
)

// ServeCmd serves until it is told to stop.
type ServeCmd struct {
	Place
	Listen string `help:"Address to listen on." default:"localhost:8790" env:"LIANXIN_LISTEN"`
}

// Run opens the center and serves.
func (s ServeCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
		if err != nil {
			return fmt.Errorf("listen on %s: %w", s.Listen, err)
		}
		fmt.Printf("连心 Lianxin center %s serves at http://%s\n", version, listener.Addr())
		return c.Serve(ctx, listener)
	})
}
