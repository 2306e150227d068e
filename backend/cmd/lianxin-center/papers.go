package main

import (
	"context"
	"fmt"

	"lianxin/backend/center"
)

// PapersCmd looks after slips and certificates.
type PapersCmd struct {
	Revoke PapersRevokeCmd `cmd:"" help:"Take one back: from now on it is not genuine."`
}

// PapersRevokeCmd revokes.
type PapersRevokeCmd struct {
	Place
	Code string `arg:"" help:"Code beneath the QR; spaces do not matter."`
}

// Run revokes.
func (r PapersRevokeCmd) Run() error {
	return r.with(func(ctx context.Context, c *center.Center) error {
		err := c.RevokePaper(ctx, r.Code, operator)
		if err == nil {
			fmt.Println("taken back")
		}
		return err
	})
}
