package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/correction"
)

// CorrectionsCmd works on what donors say is not right on file of them.
type CorrectionsCmd struct {
	List   CorrectionsListCmd   `cmd:"" default:"withargs" help:"List requests, oldest first."`
	Answer CorrectionsAnswerCmd `cmd:"" help:"Say what became of a request; the donor sees it at the next visit."`
}

// CorrectionsListCmd lists.
type CorrectionsListCmd struct {
	Place
	State string   `enum:"open,corrected,unchanged,bring_proof" default:"open" help:"open, corrected, unchanged or bring_proof."`
	Sites []string `name:"site" help:"Only of this site; may be repeated." placeholder:"ID"`
}

// Run lists requests with masked documents.
func (l CorrectionsListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		list, err := c.Corrections(ctx, correction.State(l.State), api.Caller{StaffID: operator, Sites: l.Sites})
		if err != nil {
			return err
		}
		return printCorrections(os.Stdout, list)
	})
}

func printCorrections(out io.Writer, list []api.Correction) error {
	w := commandline.NewTable(out)
	fmt.Fprintln(w, "REQUEST\tASKED\tSITE\tNAME\tDOCUMENT\tWHAT IS NOT RIGHT\tDONATION")
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.AskedAt.Local().Format(time.DateTime), r.SiteID,
			r.Donor.Name, r.Donor.Number, r.Subject, aboutDonation(r))
	}
	return w.Flush()
}

func aboutDonation(r api.Correction) string {
	switch {
	case r.Donation != nil:
		return fmt.Sprintf("%s %s, %s", r.Donation.DIN, r.Donation.On, r.Donation.SiteID)
	case !r.About.IsZero():
		return fmt.Sprintf("near %s", r.About)
	}
	return "not known"
}

// CorrectionsAnswerCmd answers.
type CorrectionsAnswerCmd struct {
	Place
	ID string `arg:"" help:"Request, as the list shows it."`
	As string `arg:"" enum:"corrected,unchanged,bring_proof" help:"corrected: the station has reported the record anew. unchanged: what is on file is right. bring_proof: the donor is asked to come with the certificate."`
}

// Run answers.
func (a CorrectionsAnswerCmd) Run() error {
	return a.done(func(ctx context.Context, c *center.Center) error {
		return c.AnswerCorrection(ctx, a.ID, correction.State(a.As), api.Caller{StaffID: operator})
	}, "answered: %s; the donor sees it with their next card", a.As)
}
