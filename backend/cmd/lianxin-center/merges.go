package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/donor"
)

// MergesCmd works on the list of donors who may be one person.
type MergesCmd struct {
	List  MergesListCmd  `cmd:"" default:"withargs" help:"List pairs, the earliest found first."`
	Merge MergesMergeCmd `cmd:"" help:"Count the two of a pair as one person: their donations, and what holds them back."`
	Apart MergesApartCmd `cmd:"" help:"Note that a pair is two people."`
	Undo  MergesUndoCmd  `cmd:"" help:"Take a merge back; everything is still whose it was."`
}

// MergesListCmd lists.
type MergesListCmd struct {
	Place
	Status string `enum:"open,merged,not_the_same,undone" default:"open" help:"open, merged, not_the_same or undone."`
	Limit  int    `help:"The most to show." default:"1000"`
}

// Run lists pairs with masked documents.
func (l MergesListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		pairs, err := c.Merges(ctx, donor.MergeStatus(l.Status), l.Limit, operator)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "PAIR\tFOUND\tWHY\tNAME\tDOCUMENT\tSTATION\tOTHER NAME\tOTHER DOCUMENT\tOTHER STATION")
		for _, m := range pairs {
			one, err := c.Store().Donor(ctx, m.DonorID)
			if err != nil {
				return err
			}
			other, err := c.Store().Donor(ctx, m.OtherID)
			if err != nil {
				return err
			}
			a, b := one.Person.Masked(), other.Person.Masked()
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.FoundAt.Local().Format(time.DateTime), m.Reason,
				a.Name, a.Number, one.StationID, b.Name, b.Number, other.StationID)
		}
		return w.Flush()
	})
}

// pairCmd decides on one pair.
type pairCmd struct {
	Place
	ID string `arg:"" help:"Pair, as the list shows it."`
}

func (p pairCmd) decide(do func(c *center.Center) func(ctx context.Context, id, by string) error) error {
	return p.with(func(ctx context.Context, c *center.Center) error { return do(c)(ctx, p.ID, operator) })
}

// MergesMergeCmd merges.
type MergesMergeCmd struct{ pairCmd }

// Run merges.
func (m MergesMergeCmd) Run() error {
	return m.decide(func(c *center.Center) func(context.Context, string, string) error { return c.MergeDonors })
}

// MergesApartCmd keeps apart.
type MergesApartCmd struct{ pairCmd }

// Run keeps apart.
func (m MergesApartCmd) Run() error {
	return m.decide(func(c *center.Center) func(context.Context, string, string) error { return c.KeepDonorsApart })
}

// MergesUndoCmd takes back.
type MergesUndoCmd struct{ pairCmd }

// Run takes back.
func (m MergesUndoCmd) Run() error {
	return m.decide(func(c *center.Center) func(context.Context, string, string) error { return c.UnmergeDonors })
}
