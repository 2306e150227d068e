package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
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
		pairs, err := c.Merges(ctx, donor.MergeQuery{Statuses: []donor.MergeStatus{donor.MergeStatus(l.Status)}, Limit: l.Limit}, operator)
		if err != nil {
			return err
		}
		w := commandline.NewTable(os.Stdout)
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

func (p pairCmd) decide(as func(pair donor.Merge) donor.Decision) error {
	return p.with(func(ctx context.Context, c *center.Center) error {
		pair, err := c.Store().Merge(ctx, p.ID)
		if err != nil {
			return err
		}
		decided, err := c.DecideMerge(ctx, p.ID, as(pair), api.Caller{StaffID: operator})
		if err == nil {
			_, err = fmt.Println(decidedLine(decided))
		}
		return err
	})
}

// decidedLine says what a pair is now, and what to do when that was a mistake.
func decidedLine(m api.MergeOpened) string {
	one, other := m.Donors[0].Mask, m.Donors[1].Mask
	who := fmt.Sprintf("%s %s and %s %s", one.Name, one.Number, other.Name, other.Number)
	switch {
	case m.Status == donor.Merged:
		kept := one.Number
		if m.Donors[1].Kept {
			kept = other.Number
		}
		return fmt.Sprintf("one person: %s are counted under %s, %d donations and %d points together; to take it back: lianxin-center merges undo %s --reason \"why\"",
			who, kept, m.Donations, m.PointsTogether, m.ID)
	case m.IsOne:
		return fmt.Sprintf("noted, but %s are still one person by way of another pair: see lianxin-center merges --status merged", who)
	case m.Status == donor.MergeUndone:
		return fmt.Sprintf("two people again: %s each have what was theirs", who)
	}
	return fmt.Sprintf("two people: %s are not asked about again", who)
}

// just decides the same of every pair.
func just(d donor.Decision) func(donor.Merge) donor.Decision {
	return func(donor.Merge) donor.Decision { return d }
}

// MergesMergeCmd merges.
type MergesMergeCmd struct {
	pairCmd
	Keep string `enum:"first,other" default:"first" help:"Under which of the two everything is counted: first or other, as the list shows them."`
}

// Run merges.
func (m MergesMergeCmd) Run() error {
	return m.decide(func(pair donor.Merge) donor.Decision {
		return donor.Decision{Status: donor.Merged, KeptID: map[string]string{"first": pair.DonorID, "other": pair.OtherID}[m.Keep]}
	})
}

// MergesApartCmd keeps apart.
type MergesApartCmd struct{ pairCmd }

// Run keeps apart.
func (m MergesApartCmd) Run() error { return m.decide(just(donor.Decision{Status: donor.NotTheSame})) }

// MergesUndoCmd takes back.
type MergesUndoCmd struct {
	pairCmd
	Reason string `required:"" help:"Why it was wrong; kept with the pair, sealed."`
}

// Run takes back.
func (m MergesUndoCmd) Run() error {
	return m.decide(just(donor.Decision{Status: donor.MergeUndone, Reason: m.Reason}))
}
