package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/commandline"
	"lianxin/backend/money"
)

// ClaimCmd looks at reimbursement claims.
type ClaimCmd struct {
	List ClaimListCmd `cmd:"" default:"withargs" help:"List claims with masked names, the longest waiting first."`
	Show ClaimShowCmd `cmd:"" help:"Print one claim as JSON, with its history. That it was read is written down."`
}

// ClaimListCmd lists.
type ClaimListCmd struct {
	Place
	Statuses  []claim.Status `name:"status" help:"Only in this status; may be repeated." placeholder:"STATUS"`
	Districts []string       `name:"district" help:"Only of this district, GB/T 2260; may be repeated." placeholder:"CODE"`
	Limit     int            `default:"50" help:"How many at most."`
}

// Run lists claims.
func (l ClaimListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		list, err := c.SearchClaims(ctx, api.ClaimSearch{Statuses: l.Statuses, Districts: l.Districts, Order: "waiting", Limit: l.Limit}, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		return printClaims(os.Stdout, list.Claims)
	})
}

func printClaims(out io.Writer, list []api.ClaimListed) error {
	w := commandline.NewTable(out)
	fmt.Fprintln(w, "CLAIM\tNUMBER\tSTATUS\tSINCE\tLATE\tDONOR\tPATIENT\tBILLED\tAPPROVED")
	for _, c := range list {
		late := ""
		if c.Late {
			late = "late"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.Number, c.Status, c.EnteredAt.Local().Format(time.DateTime), late,
			c.Donor, c.Patient, money.Yuan(c.BilledFen), money.Yuan(c.ApprovedFen))
	}
	return w.Flush()
}

// ClaimShowCmd shows one.
type ClaimShowCmd struct {
	Place
	ID string `arg:"" help:"Claim, as the list shows it."`
}

// Run prints the claim.
func (s ClaimShowCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		one, err := c.OpenClaim(ctx, s.ID, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(one)
	})
}
