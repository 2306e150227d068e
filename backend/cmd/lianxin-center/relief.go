package main

import (
	"context"
	"fmt"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/relief"
)

// ReliefCmd looks after blood without charge.
type ReliefCmd struct {
	Report ReliefReportCmd `cmd:"" default:"1" help:"Add the book of millilitres up, compare it with the reservations, and say whether both agree."`
}

// ReliefReportCmd adds up.
type ReliefReportCmd struct{ Place }

// Help shows an example.
func (ReliefReportCmd) Help() string {
	return `Exit codes: 0 everything adds up, 1 something does not.

Example:
  lianxin-center relief report --data /var/lib/lianxin-center`
}

// Run adds up.
func (r ReliefReportCmd) Run() error {
	return r.with(func(ctx context.Context, c *center.Center) error {
		report, err := c.ReliefReport(ctx)
		if err != nil {
			return err
		}
		err = table(func(w *commandline.Table) {
			fmt.Fprintln(w, "RESERVATIONS\tNUMBER\tML\tFEN")
			for _, state := range relief.States() {
				sum := report.Reservations[state]
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", state, sum.Number, sum.ML, sum.PayableFen)
			}
		})
		if err == nil {
			fmt.Printf("granted %d mL: available %d, reserved %d, used %d\n", report.Granted, report.Available, report.Reserved, report.Used)
			err = report.Check
		}
		return err
	})
}
