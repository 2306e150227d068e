package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/money"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay"
)

// PayoutCmd pays claims.
type PayoutCmd struct {
	List      PayoutListCmd      `cmd:"" default:"withargs" help:"List batches, newest first, with how many payments have which status."`
	Waiting   PayoutWaitingCmd   `cmd:"" help:"List claims that are released and in no batch."`
	Payments  PayoutPaymentsCmd  `cmd:"" help:"List payments, those of which nobody has heard first."`
	Statement PayoutStatementCmd `cmd:"" help:"Take a bank's statement in, and say what its lines are."`
	Formats   PayoutFormatsCmd   `cmd:"" help:"List the formats of banks this center knows, or check the file of one."`
}

// PayoutListCmd lists batches.
type PayoutListCmd struct {
	Place
	Limit int `default:"20" help:"How many at most."`
}

// Run lists batches.
func (l PayoutListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		list, err := c.ListBatches(ctx, "", l.Limit, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "BATCH\tNUMBER\tBY\tSTATUS\tMADE\tPAYMENTS\tYUAN\tOF THESE")
			for _, b := range list.Batches {
				var counts []string
				for _, n := range b.Payments {
					counts = append(counts, fmt.Sprintf("%s %d", n.Status, n.Count))
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", b.ID, b.Number, b.Method, b.Status, b.MadeAt.Local().Format(time.DateTime), b.Count, money.Yuan(b.TotalFen), strings.Join(counts, ", "))
			}
		})
	})
}

// PayoutWaitingCmd lists what waits.
type PayoutWaitingCmd struct{ Place }

// Run lists claims.
func (l PayoutWaitingCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		list, err := c.ClaimsToPay(ctx, api.ToPayQuery{}, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "CLAIM\tNUMBER\tBY\tSINCE\tYUAN\tATTEMPTS\tUNFIT")
			for _, one := range list.Claims {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", one.ID, one.Number, one.Method, one.Since.Local().Format(time.DateTime), money.Yuan(one.AmountFen), one.Attempts, one.Unfit)
			}
		})
	})
}

// PayoutPaymentsCmd lists payments.
type PayoutPaymentsCmd struct {
	Place
	Statuses []payout.Status `name:"status" help:"Only in this status; may be repeated." placeholder:"STATUS"`
	Limit    int             `default:"50" help:"How many at most."`
}

// Run lists payments.
func (l PayoutPaymentsCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error {
		list, err := c.ListPayments(ctx, api.PaymentSearch{Statuses: l.Statuses, Limit: l.Limit}, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "PAYMENT\tNUMBER\tCLAIM\tBY\tSTATUS\tYUAN\tSENT\tASKED\tREASON")
			for _, p := range list.Payments {
				sent := ""
				if !p.SentAt.IsZero() {
					sent = p.SentAt.Local().Format(time.DateTime)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", p.ID, p.Number, p.Claim, p.Method, p.Status, money.Yuan(p.AmountFen), sent, p.Asked, p.Reason)
			}
		})
	})
}

// PayoutStatementCmd takes a statement in.
type PayoutStatementCmd struct {
	Place
	File   string `arg:"" help:"The bank's file: a workbook or CSV." type:"existingfile"`
	Format string `required:"" help:"Format, as the command payout formats lists it." placeholder:"FORMAT"`
	ID     string `required:"" help:"What to call the statement; the same again changes nothing." placeholder:"NAME"`
}

// Help shows an example.
func (PayoutStatementCmd) Help() string {
	return `Payments the statement shows are paid, those it shows coming back are returned. The
same statement, and lines an earlier one had, change nothing.

Exit codes: 0 nothing needs a person, 1 something does, or the file cannot be read.

Example:
  lianxin-center payout statement november.xlsx --format bank-xlsx --id 2026-11-29`
}

// errNeedsPerson ends the command when somebody has to look into a line.
var errNeedsPerson = errors.New("some lines need a person; see above")

// Run takes the statement in.
func (s PayoutStatementCmd) Run() error {
	return s.with(func(ctx context.Context, c *center.Center) error {
		content, err := os.ReadFile(s.File)
		if err != nil {
			return fmt.Errorf("read the statement: %w", err)
		}
		taken, err := c.TakeStatement(ctx, api.StatementNew{ID: s.ID, Format: s.Format, Content: content}, api.Caller{StaffID: operator})
		if err != nil {
			return err
		}
		needs := false
		err = table(func(w *commandline.Table) {
			fmt.Fprintln(w, "ROW\tDAY\tYUAN\tFINDING\tPAYMENT\tCLAIM")
			for _, l := range taken.Lines {
				if l.Payment == nil {
					continue
				}
				needs = needs || l.Finding.NeedsPerson()
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", l.Row, l.On, money.Yuan(l.AmountFen), l.Finding, l.Payment.ID, l.Payment.Claim)
			}
		})
		for _, f := range taken.Findings {
			fmt.Printf("%s %d\n", f.Finding, f.Count)
		}
		if err == nil && needs {
			err = errNeedsPerson
		}
		return err
	})
}

// PayoutFormatsCmd lists formats.
type PayoutFormatsCmd struct {
	Place
	Check string `help:"Run the examples of this file, without a center." type:"existingfile" placeholder:"FILE"`
}

// Help tells how a bank's own format comes in.
func (PayoutFormatsCmd) Help() string {
	return `A bank's own columns are a pack whose id begins with bank-:

  lianxin-center payout formats --check bank-icbc.yaml
  lianxin-center pack load bank-icbc.yaml`
}

// Run lists, or checks.
func (f PayoutFormatsCmd) Run() error {
	if f.Check != "" {
		text, err := os.ReadFile(f.Check)
		if err != nil {
			return fmt.Errorf("read the format: %w", err)
		}
		one, err := payout.LoadBytes(f.Check, text)
		if err == nil {
			fmt.Printf("%s: %s is whole, its examples come out\n", f.Check, one.ID)
		}
		return err
	}
	return f.with(func(_ context.Context, c *center.Center) error {
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "FORMAT\tKIND\tTITLE")
			for _, one := range c.PayoutWords().Formats {
				fmt.Fprintf(w, "%s\t%s\t%s\n", one.ID, one.Kind, one.Title.EN)
			}
		})
	})
}

// wechatOf reads what is needed to pay over WeChat; nil without a folder. WeChat calls back
// over https only: elsewhere it is asked alone.
func wechatOf(folder, url string) (payout.Driver, error) {
	if folder == "" {
		return nil, nil
	}
	config, err := wechatpay.Read(folder)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(url, "https://") {
		config.NotifyURL = strings.TrimSuffix(url, "/") + center.WeChatCallback
	}
	return wechatpay.New(context.Background(), config)
}
