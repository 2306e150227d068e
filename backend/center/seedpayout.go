package center

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/money"
	"lianxin/backend/payout"
	"lianxin/backend/sample"
)

// run pays claims with a file for the bank.
func (w *officework) run(i int, r sample.Run) []deed {
	deeds := []deed{{r.Made, "batch", func(ctx context.Context) (err error) {
		in := api.BatchNew{ID: r.ID, Method: payout.BankFile, Format: "bank-csv"}
		for _, e := range w.office.Errands {
			if e.Run == i {
				in.Claims = append(in.Claims, e.ID)
			}
		}
		w.batches[i], err = w.MakeBatch(ctx, in, w.as("demo.finance"))
		return err
	}}}
	if !r.Sent.IsZero() {
		deeds = append(deeds, deed{r.Sent, "sending a batch", func(ctx context.Context) (err error) {
			w.batches[i], err = w.SendBatch(ctx, r.ID, w.batches[i].Version, w.as("demo.treasurer"))
			return err
		}})
	}
	for _, s := range []struct {
		at     time.Time
		isBack bool
	}{{r.Paid, false}, {r.Fails, true}} {
		if !s.at.IsZero() {
			deeds = append(deeds, deed{s.at, "statement", func(ctx context.Context) error { return w.statement(ctx, i, s.at, s.isBack) }})
		}
	}
	return deeds
}

// statement is the bank's: what left, or what came back.
func (w *officework) statement(ctx context.Context, run int, at time.Time, isBack bool) error {
	var text bytes.Buffer
	text.WriteString("交易日期,流水号,支出,收入,附言\n")
	for n, p := range w.batches[run].Listed {
		out, in, remark := money.Yuan(p.AmountFen), "", "代发 "
		if isBack {
			out, in, remark = "", money.Yuan(p.AmountFen), "退汇 户名不符 "
		}
		i := slices.IndexFunc(w.office.Errands, func(e sample.Errand) bool { return e.ID == p.ClaimID })
		if !isBack || w.office.Errands[i].CameBack {
			fmt.Fprintf(&text, "%s,YS%d%t%d,%s,%s,%s\n", calendar.Of(at), run, isBack, n, out, in, remark+p.Number)
		}
	}
	_, err := w.TakeStatement(ctx, api.StatementNew{ID: fmt.Sprintf("%s-%t", w.office.Runs[run].ID[:18], isBack), Format: "bank-csv", Content: text.Bytes()}, w.as("demo.finance"))
	return err
}
