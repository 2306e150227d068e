package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/counsel"
	"lianxin/backend/staff"
)

// CounselCmd is the list for confidential calls at the center's own machine. Whoever
// uses it proves that they are a counsellor, with password and code as at a desk.
type CounselCmd struct {
	Place
	Login    string          `arg:"" help:"Your login name; asks for password and code."`
	Closed   bool            `help:"List those that are closed."`
	Case     string          `help:"Show one case, with phone and the right way of telling the donor." placeholder:"ID"`
	Take     bool            `help:"Look after the case."`
	Outcome  counsel.Outcome `enum:",no_answer,wrong_number,someone_else,will_come,refuses,told" default:"" help:"Note what came of trying: no_answer, wrong_number, someone_else, will_come, refuses or told." placeholder:"WHAT"`
	Way      counsel.Way     `enum:"phone,face_to_face" default:"phone" help:"How: phone or face_to_face."`
	Escalate bool            `help:"Ask for a senior to look at it."`
	GiveUp   bool            `help:"Close a case nobody can be reached for."`
	Values   bool            `help:"Show the values behind the verdict, on this terminal only. It is written down."`
}

// Run lets the counsellor in, and lists or works on one case.
func (l CounselCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		attempt, err := askLogin(ctx, l.Login)
		if err != nil {
			return err
		}
		m, by, err := c.CounsellorAtMachine(ctx, attempt)
		if err != nil {
			return err
		}
		return l.work(ctx, c, m, by, os.Stdout)
	})
}

// askLogin asks for password and code.
func askLogin(ctx context.Context, login string) (staff.Attempt, error) {
	a := staff.Attempt{Login: login}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return a, fmt.Errorf("password and code are asked for on a terminal")
	}
	var err error
	if a.Password, err = readPassword(ctx, "Password: "); err != nil {
		return a, err
	}
	a.Code, err = readPassword(ctx, "Code on your phone: ")
	return a, err
}

func (l CounselCmd) work(ctx context.Context, c *center.Center, m staff.Member, by api.Caller, out io.Writer) error {
	if l.Case == "" {
		return l.list(ctx, c, by, out)
	}
	shown, err := l.one(ctx, c, by)
	if err != nil {
		return err
	}
	printCase(out, shown)
	if !l.Values {
		return nil
	}
	values, err := c.CaseMarkers(ctx, l.Case, m, by)
	if err == nil {
		_, err = fmt.Fprintf(out, "HIV %s, HBV %s, HCV %s, syphilis %s, ALT %.0f U/L\n", values.HIV, values.HBV, values.HCV, values.Syphilis, values.ALT)
	}
	return err
}

// one does what the flags say with one case.
func (l CounselCmd) one(ctx context.Context, c *center.Center, by api.Caller) (shown api.CounselOpened, err error) {
	steps := []struct {
		wanted bool
		do     func() (api.CounselOpened, error)
	}{
		{l.Take, func() (api.CounselOpened, error) { return c.AssignCase(ctx, l.Case, "", by) }},
		{l.Outcome != "", func() (api.CounselOpened, error) {
			return c.TryCase(ctx, l.Case, api.CounselTry{Way: l.Way, Outcome: l.Outcome}, by)
		}},
		{l.Escalate, func() (api.CounselOpened, error) { return c.EscalateCase(ctx, l.Case, by) }},
		{l.GiveUp, func() (api.CounselOpened, error) { return c.GiveUpCase(ctx, l.Case, by) }},
		{!l.Take && l.Outcome == "" && !l.Escalate && !l.GiveUp, func() (api.CounselOpened, error) { return c.CounselCase(ctx, l.Case, by) }},
	}
	for _, step := range steps {
		if !step.wanted {
			continue
		}
		if shown, err = step.do(); err != nil {
			return shown, err
		}
	}
	return shown, nil
}

func (l CounselCmd) list(ctx context.Context, c *center.Center, by api.Caller, out io.Writer) error {
	w := commandline.NewTable(out)
	fmt.Fprintln(w, "CASE\tSINCE\tSITE\tNAME\tSTATUS\tLOOKED AFTER BY\tTRIES\tLAST\tLATE")
	for query := (api.CounselQuery{Closed: l.Closed}); ; {
		page, err := c.CounselCases(ctx, query, by)
		if err != nil {
			return err
		}
		for _, one := range page.Cases {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", one.ID, one.OpenedAt.Local().Format(time.DateTime), one.SiteName.ZH,
				one.NameMasked, one.Status, one.AssignedTo, one.Tries, one.LastTry, one.Late)
		}
		if query.After = page.Next; query.After == "" {
			return w.Flush()
		}
	}
}

func printCase(out io.Writer, one api.CounselOpened) {
	way := "by telephone"
	if one.Way == counsel.FaceToFace {
		way = "FACE TO FACE ONLY: on the telephone only ask the donor to come"
	}
	fmt.Fprintf(out, "%s  %s, born %s, phone %s\ntell the donor, and nobody else, %s\ngiven %s at %s; %s, looked after by %s\n",
		one.ID, one.Name, one.Born, one.Phone, way, one.GivenOn, one.SiteName.ZH, one.Status, one.AssignedTo)
	for _, try := range one.Attempts {
		fmt.Fprintf(out, "  %s  %s: %s\n", try.At.Local().Format(time.DateTime), try.Way, try.Outcome)
	}
}
