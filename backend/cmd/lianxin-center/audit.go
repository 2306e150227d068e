package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/fault"
)

// AuditCmd checks, searches and exports the audit log.
type AuditCmd struct {
	Verify AuditVerifyCmd `cmd:"" help:"Check that no entry was altered, removed or moved; of the database, or of a file that was exported."`
	Search AuditSearchCmd `cmd:"" help:"Show who did what where and when, newest first. The search itself is an entry."`
	Export AuditExportCmd `cmd:"" help:"Print the log with its chain, one JSON object a line or as CSV."`
}

// AuditVerifyCmd checks the chain.
type AuditVerifyCmd struct {
	Place
	File string `arg:"" optional:"" help:"An exported log, NDJSON or CSV; the database when left out." type:"existingfile"`
}

// Run checks.
func (a AuditVerifyCmd) Run() error {
	if a.File != "" {
		return verifyFile(a.File)
	}
	return a.with(func(ctx context.Context, c *center.Center) error {
		report, err := c.VerifyAudit(ctx)
		if err == nil {
			fmt.Println(report)
		}
		return err
	})
}

func verifyFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read exported log: %w", err)
	}
	defer file.Close() //nolint:errcheck // only read
	report, err := audit.Verify(audit.Exported(file), audit.Head{})
	if err == nil {
		fmt.Printf("%d entries, chain unbroken, head %x\n", report.Count, report.Head.Hash)
	}
	return err
}

// AuditSearchCmd searches.
type AuditSearchCmd struct {
	Place
	Who    string `help:"Login name of a member of staff, ID of a device, or terminal." placeholder:"WHO"`
	Action string `help:"noun.verb, or the beginning up to a dot: device. is everything done to devices." placeholder:"ACTION"`
	Object string `help:"ID of a thing." placeholder:"ID"`
	Site   string `help:"Site." placeholder:"ID"`
	Device string `help:"Device or login it was done from." placeholder:"ID"`
	From   string `help:"First day, 2026-11-23." placeholder:"DAY"`
	Until  string `help:"Last day." placeholder:"DAY"`
	Most   int    `help:"How many entries at most." default:"50"`
}

// Run searches back until there are enough or nothing is left.
func (a AuditSearchCmd) Run(k *kong.Context) error {
	q, err := a.query()
	if err != nil {
		return err
	}
	return a.with(func(ctx context.Context, c *center.Center) error {
		if m, err := c.MemberByLogin(ctx, a.Who); err == nil {
			q.Who = m.ID
		} else if code := fault.CodeOf(err); a.Who != "" && code != "staff.not_found" && code != "staff.login_malformed" {
			return err
		}
		w := commandline.NewTable(k.Stdout)
		fmt.Fprintln(w, "SEQ\tAT\tWHO\tROLE\tACTION\tOBJECT\tWHERE\tBEFORE\tAFTER")
		for {
			found, err := c.SearchAudit(ctx, q, api.Caller{StaffID: operator})
			if err != nil {
				return err
			}
			for _, e := range found.Entries {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s %s\t%s %s\t%s\t%s\n", e.Seq, e.At.Local().Format(time.DateTime), e.Who, e.Role, e.Action, e.Object.Noun, e.Object.ID, e.Where.Site, e.Where.Device, e.Before, e.After)
			}
			if q.Limit -= len(found.Entries); q.Limit <= 0 || found.Next == 0 {
				return w.Flush()
			}
			q.Before = found.Next
		}
	})
}

func (a AuditSearchCmd) query() (audit.Query, error) {
	q := audit.Query{Who: a.Who, Action: a.Action, Object: a.Object, Site: a.Site, Device: a.Device, Limit: max(a.Most, 1)}
	if a.From != "" {
		day, err := calendar.Parse(a.From)
		if err != nil {
			return q, err
		}
		q.From = day.Begins()
	}
	if a.Until != "" {
		day, err := calendar.Parse(a.Until)
		if err != nil {
			return q, err
		}
		q.Until = day.AddDays(1).Begins()
	}
	return q, nil
}

// AuditExportCmd prints the log.
type AuditExportCmd struct {
	Place
	Format audit.Format `help:"ndjson or csv." enum:"ndjson,csv" default:"ndjson"`
}

// Run prints.
func (a AuditExportCmd) Run(k *kong.Context) error {
	return a.with(func(ctx context.Context, c *center.Center) error {
		out, err := audit.NewExporter(k.Stdout, a.Format)
		if err != nil {
			return err
		}
		for entry, err := range (audit.Log{Store: c.Store()}).All(ctx) {
			if err != nil {
				return err
			}
			if err := out.Write(entry); err != nil {
				return err
			}
		}
		return out.Close()
	})
}
