package payout

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// Line is one line of a bank's statement.
type Line struct {
	Serial    string        `json:"serial,omitempty"` // the bank's own number of it
	On        calendar.Date `json:"on"`
	AmountFen int64         `json:"amount_fen"` // always positive
	Incoming  bool          `json:"incoming"`   // money that came in
	Account   string        `json:"account,omitempty"`
	Holder    string        `json:"holder,omitempty"`
	Remark    string        `json:"remark,omitempty"`
}

// Found is a line with what it was found to be.
type Found struct {
	Line
	Row       int     `json:"row"` // in the file, from 1; 0 for what is missing
	Finding   Finding `json:"finding"`
	PaymentID string  `json:"payment_id,omitempty"`
	Before    bool    `json:"before,omitempty"` // an earlier statement had the same line
}

// Statement is a bank's statement that was taken in.
type Statement struct {
	ID      string        `json:"id"` // drawn by whoever takes it in
	Format  string        `json:"format"`
	Digest  string        `json:"digest"` // SHA-256 of the file, hex
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	TakenAt time.Time     `json:"taken_at"`
	TakenBy string        `json:"taken_by"`
	Lines   []Found       `json:"lines"`
}

// Count is how many lines were found to be something.
func (s Statement) Count(f Finding) int {
	n := 0
	for _, l := range s.Lines {
		if l.Finding == f {
			n++
		}
	}
	return n
}

// SumFen is what the lines that were found to be something come to.
func (s Statement) SumFen(f Finding) (fen int64) {
	for _, l := range s.Lines {
		if l.Finding == f {
			fen += l.AmountFen
		}
	}
	return fen
}

// Flow is what went out and what came in, in fen.
func (s Statement) Flow() (out, in int64) {
	for _, l := range s.Lines {
		switch {
		case l.Finding == Missing: // the bank says nothing of it
		case l.Incoming:
			in += l.AmountFen
		default:
			out += l.AmountFen
		}
	}
	return out, in
}

// MaxStatementBytes is how large the file of a statement is at most.
const MaxStatementBytes = 5 << 20

// MaxLines is how many lines a statement has at most.
const MaxLines = 5000

// Booked is what is kept of a line for good, so that the same line counts once.
type Booked struct {
	PaymentID string
	Finding   Finding
}

// StatementStore keeps statements. Methods take part in the transaction of ctx.
type StatementStore interface {
	// InsertStatement fails with "payout.statement_exists".
	InsertStatement(ctx context.Context, s Statement) error
	Statement(ctx context.Context, id string) (Statement, error) // fault "payout.not_found"
	// BookLine keeps a line, and answers what is known of one that was kept before; n tells
	// lines apart that are alike within one statement.
	BookLine(ctx context.Context, l Line, n int, b Booked) (before Booked, isKnown bool, err error)
	// IsDebited tells whether a line was kept that shows a payment leaving.
	IsDebited(ctx context.Context, paymentID string) (bool, error)
	// SentTo lists payments in files that may have left for an account, by when.
	SentTo(ctx context.Context, account string) ([]Payment, error)
	// SentBefore lists payments in files that were sent before a time and of which nobody has heard.
	SentBefore(ctx context.Context, until time.Time) ([]Payment, error)
}

// missingAfter is how many days before the last of a statement a payment must have been
// sent to be missed: banks take a day or two.
const missingAfter = 2

// TakeStatement takes a bank's statement in: payments it shows are paid, those it shows
// coming back are returned, and the rest is said. The same statement again, and lines that
// an earlier one had, change nothing. Faults "payout.malformed", "payout.statement_exists",
// "payout.statement_empty".
func (s Service) TakeStatement(ctx context.Context, in Statement, lines []Line) (out Statement, err error) {
	switch {
	case !idPattern.MatchString(in.ID) || len(lines) > MaxLines:
		return out, fault.New(fault.Invalid, "payout.malformed").At("body", "payout.malformed", "id or number of lines")
	case len(lines) == 0:
		return out, fault.New(fault.Invalid, "payout.statement_empty")
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		known, err := s.Store.Statement(ctx, in.ID)
		switch {
		case err == nil && known.Digest != in.Digest:
			return fault.New(fault.Conflict, "payout.statement_exists")
		case err == nil:
			out = known
			return nil
		case fault.CodeOf(err) != "payout.not_found":
			return err
		}
		out, err = s.takeStatement(ctx, in, lines)
		return err
	})
	return out, err
}

func (s Service) takeStatement(ctx context.Context, in Statement, lines []Line) (Statement, error) {
	in.TakenAt, in.Lines = s.Now().UTC().Truncate(time.Microsecond), make([]Found, len(lines))
	alike := map[Line]int{}
	for _, i := range asBooked(lines) {
		l := lines[i]
		if in.From.IsZero() || l.On.Before(in.From) {
			in.From = l.On
		}
		if l.On.After(in.Until) {
			in.Until = l.On
		}
		n := alike[l]
		alike[l]++
		if l.Serial != "" {
			n = 0 // the bank tells them apart: what is there twice is one
		}
		found, err := s.reconcile(ctx, l, n, in.TakenBy)
		if err != nil {
			return in, err
		}
		found.Row = i + 1
		in.Lines[i] = found
	}
	missing, err := s.missing(ctx, in)
	if err != nil {
		return in, err
	}
	in.Lines = append(in.Lines, missing...)
	return in, s.Store.InsertStatement(ctx, in)
}

// asBooked are the places of lines in the order in which it happened: many banks write the
// newest first, and nothing comes back that has not left.
func asBooked(lines []Line) []int {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := lines[a], lines[b]
		switch {
		case x.On != y.On || x.Incoming == y.Incoming:
			return x.On.Compare(y.On)
		case y.Incoming:
			return -1
		}
		return 1
	})
	return order
}

// reconcile finds out what a line is, and acts on it once.
func (s Service) reconcile(ctx context.Context, l Line, n int, by string) (Found, error) {
	p, isOurs, err := s.paymentFor(ctx, l)
	if err != nil {
		return Found{}, err
	}
	found := Found{Line: l, Finding: Unknown}
	if isOurs {
		found.PaymentID = p.ID
		if found.Finding, err = s.finding(ctx, p, l); err != nil {
			return found, err
		}
	}
	before, isKnown, err := s.Store.BookLine(ctx, l, n, Booked{PaymentID: found.PaymentID, Finding: found.Finding})
	if err != nil {
		return found, err
	}
	if isKnown {
		found.PaymentID, found.Finding, found.Before = before.PaymentID, before.Finding, true
		return found, nil
	}
	o := Outcome{By: claim.BySystem, PaidOn: l.On, Reference: l.Serial}
	switch {
	case slices.Contains(Debits(), found.Finding) && !p.cameBack(): // else it is how the money left that is back by now
		o.Status = Paid
	case found.Finding == Returning:
		o.Status, o.Reason, o.Note = Returned, "payout.returned", l.Remark
	default:
		return found, nil
	}
	_, err = s.settle(ctx, p.ID, o)
	return found, err
}

// missing are payments in files that a bank should have booked by the end of a statement,
// and of which nobody has heard.
func (s Service) missing(ctx context.Context, in Statement) ([]Found, error) {
	last := in.Until.AddDays(1 - missingAfter)
	sent, err := s.Store.SentBefore(ctx, time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, calendar.Beijing))
	if err != nil {
		return nil, err
	}
	var missing []Found
	for _, p := range sent {
		missing = append(missing, Found{Line: Line{On: calendar.Of(p.SentAt), AmountFen: p.AmountFen, Remark: p.Number}, Finding: Missing, PaymentID: p.ID})
	}
	return missing, nil
}
