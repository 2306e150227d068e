package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/lang"
	"lianxin/backend/money"
	"lianxin/backend/settlement"
)

// SettlementCmd settles what the center advanced with district offices.
type SettlementCmd struct {
	List   SettlementListCmd   `cmd:"" default:"withargs" help:"What was advanced in a month, by district."`
	Lock   SettlementLockCmd   `cmd:"" help:"Close a month: nothing is entered into it any more, and the claims it paid are settled."`
	Files  SettlementFilesCmd  `cmd:"" help:"Write the statements of a month as PDF and XLSX."`
	Report SettlementReportCmd `cmd:"" help:"Add the book of money up, and hold every locked statement against its hash and the book."`
}

// atTerminal is who acts at the center's machine.
var atTerminal = api.Caller{StaffID: operator}

// SettlementListCmd lists a month.
type SettlementListCmd struct {
	Place
	Month string `required:"" help:"2026-11."`
}

// Run lists it.
func (s SettlementListCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		heads, err := c.Settlements(ctx, s.Month, atTerminal)
		if err != nil {
			return err
		}
		return printSettlements(heads)
	})
}

func printSettlements(heads []settlement.Head) error {
	return table(func(w *commandline.Table) {
		fmt.Fprintln(w, "STATEMENT\tSTATE\tCLAIMS\tYUAN\tCASES\tYUAN\tTOTAL\tSHA-256")
		for _, h := range heads {
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%d\t%s\t%s\t%.12s\n", h.ID, h.State, h.Claims.Lines, money.Yuan(h.Claims.Fen), h.Cases.Lines,
				money.Yuan(h.Cases.Fen), money.Yuan(h.TotalFen), h.Hash)
		}
	})
}

// SettlementLockCmd closes a month.
type SettlementLockCmd struct {
	Place
	Month     string   `required:"" help:"2026-11; it has to be over."`
	Districts []string `name:"district" help:"Only this district, GB/T 2260; may be repeated." placeholder:"CODE"`
}

// Help shows an example.
func (SettlementLockCmd) Help() string {
	return `Run again after a stop it goes on where it ended.

Example:
  lianxin-center settlement lock --month 2026-11`
}

// Run closes it.
func (s SettlementLockCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		heads, err := c.LockSettlements(ctx, api.SettlementLock{Month: s.Month, Districts: s.Districts}, atTerminal)
		if err != nil {
			return err
		}
		return printSettlements(heads)
	})
}

// SettlementFilesCmd writes files.
type SettlementFilesCmd struct {
	Place
	Month    string   `required:"" help:"2026-11."`
	Folder   string   `arg:"" help:"Where to; it is made when it is not there." type:"path"`
	Language lang.Tag `enum:"zh-CN,en" default:"zh-CN" help:"zh-CN or en."`
}

// Run writes two files for each district.
func (s SettlementFilesCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		heads, err := c.Settlements(ctx, s.Month, atTerminal)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(s.Folder, 0o700); err != nil {
			return fmt.Errorf("make the folder: %w", err)
		}
		for _, h := range heads {
			if err := s.write(ctx, c, h.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s SettlementFilesCmd) write(ctx context.Context, c *center.Center, id string) error {
	pdf, err := c.SettlementPaper(ctx, id, s.Language, atTerminal)
	if err != nil {
		return err
	}
	book, err := c.SettlementWorkbook(ctx, id, s.Language, atTerminal)
	if err != nil {
		return err
	}
	on := filepath.Join(s.Folder, id)
	if err := errors.Join(os.WriteFile(on+".pdf", pdf, 0o600), os.WriteFile(on+".xlsx", book, 0o600)); err != nil {
		return fmt.Errorf("write a statement: %w", err)
	}
	fmt.Println(on + ".pdf")
	fmt.Println(on + ".xlsx")
	return nil
}

// SettlementReportCmd adds up.
type SettlementReportCmd struct{ Place }

// Help says how it ends.
func (SettlementReportCmd) Help() string {
	return `Exit codes: 0 everything adds up, 1 something does not.`
}

// Run adds up.
func (s SettlementReportCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		r, err := c.SettlementReport(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("to claimants %s, to hospitals %s = open %s + due from districts %s yuan; %d locked statements agree with the book\n",
			money.Yuan(r.ToClaimants), money.Yuan(r.ToHospitals), money.Yuan(r.Open), money.Yuan(r.Due), r.Locked)
		return r.Check
	})
}
