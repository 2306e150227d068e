package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
)

// DeviceCmd looks after the fleet.
type DeviceCmd struct {
	List   DeviceListCmd   `cmd:"" help:"List devices with what they last said."`
	Revoke DeviceRevokeCmd `cmd:"" help:"Refuse every further call of a device."`
	Rename DeviceRenameCmd `cmd:"" help:"Rename a device."`
}

// DeviceListCmd lists.
type DeviceListCmd struct{ Place }

// Run lists.
func (d DeviceListCmd) Run() error {
	return d.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Fleet(ctx)
		if err != nil {
			return err
		}
		w := commandline.NewTable(os.Stdout)
		fmt.Fprintln(w, "ID\tNAME\tSITE\tLETTER\tSTATUS\tLAST SEEN\tPENDING\tDEAD\tVERSION\tNEEDS")
		for _, x := range all {
			seen := "never"
			if !x.LastSeen.IsZero() {
				seen = x.LastSeen.Local().Format(time.DateTime)
			}
			needs := make([]string, len(x.Needs))
			for i, need := range x.Needs {
				needs[i] = string(need)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", x.ID, x.Name, x.SiteID, x.Letter, x.Status, seen, x.Pending, x.Dead, x.Version,
				strings.Join(needs, " "))
		}
		return w.Flush()
	})
}

// DeviceRevokeCmd revokes.
type DeviceRevokeCmd struct {
	Place
	ID string `arg:"" help:"Device."`
}

// Run revokes.
func (d DeviceRevokeCmd) Run() error {
	return d.done(func(ctx context.Context, c *center.Center) error {
		return c.Revoke(ctx, d.ID, api.Caller{StaffID: operator})
	}, "revoked: nothing is taken from %s any more; to let it in again, enroll it anew", d.ID)
}

// DeviceRenameCmd renames.
type DeviceRenameCmd struct {
	Place
	ID   string `arg:"" help:"Device."`
	Name string `arg:"" help:"What staff call it from now on."`
}

// Run renames.
func (d DeviceRenameCmd) Run() error {
	return d.done(func(ctx context.Context, c *center.Center) error {
		return c.Rename(ctx, d.ID, d.Name, api.Caller{StaffID: operator})
	}, "renamed: %s", d.Name)
}

// TokenCmd looks after the keys of access tokens.
type TokenCmd struct {
	Rotate TokenRotateCmd `cmd:"" help:"Name the next key: published now, signing from tomorrow."`
	Roll   TokenRollCmd   `cmd:"" help:"After a leak: replace every key at once."`
}

// TokenRotateCmd rotates.
type TokenRotateCmd struct{ Place }

// Run rotates.
func (t TokenRotateCmd) Run() error {
	return t.done(func(ctx context.Context, c *center.Center) error { return c.RotateKeys(ctx, operator) },
		"the next key is published; it signs from tomorrow")
}

// TokenRollCmd rolls.
type TokenRollCmd struct{ Place }

// Run rolls.
func (t TokenRollCmd) Run() error {
	return t.done(func(ctx context.Context, c *center.Center) error { return c.RollKeys(ctx, operator) },
		"every key is replaced: whoever has a token asks for a new one")
}
