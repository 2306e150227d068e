package center

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/payout/bankfile"
)

// TakeStatement implements api.Payouts. A statement is of the center's own account.
func (c *Center) TakeStatement(ctx context.Context, in api.StatementNew, by api.Caller) (api.StatementOpened, error) {
	return c.workStatement(ctx, in, by, "bank_statement.take", nil)
}

// errLooked undoes what a look found.
var errLooked = errors.New("a statement was only looked at")

// LookAtStatement implements api.Payouts: it is taken in, and that is undone.
func (c *Center) LookAtStatement(ctx context.Context, in api.StatementNew, by api.Caller) (api.StatementOpened, error) {
	out, err := c.workStatement(ctx, in, by, "bank_statement.look", errLooked)
	if !errors.Is(err, errLooked) {
		return out, err
	}
	return out, c.recordPayout(ctx, by, "bank_statement.look", statementNoun, in.ID, "", "")
}

// workStatement takes a statement in, and ends its transaction with last.
func (c *Center) workStatement(ctx context.Context, in api.StatementNew, by api.Caller, action string, last error) (out api.StatementOpened, err error) {
	statement, lines, err := c.readStatement(in, by)
	if err != nil {
		return out, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		_, known := c.store.Statement(ctx, in.ID)
		taken, err := c.payouts.TakeStatement(ctx, statement, lines)
		if err != nil {
			return err
		}
		if err := c.recordPayout(ctx, by, action, statementNoun, taken.ID, "", ""); err != nil {
			return err
		}
		if out, err = c.openedStatement(ctx, taken); err != nil {
			return err
		}
		out.Already = known == nil
		return last
	})
	return out, err
}

// readStatement reads the file of a statement.
func (c *Center) readStatement(in api.StatementNew, by api.Caller) (payout.Statement, []payout.Line, error) {
	format, ok := c.payouts.Formats().Bank(in.Format)
	switch {
	case !audit.IsID(in.ID):
		return payout.Statement{}, nil, fault.New(fault.Invalid, "payout.malformed").At("body.id", "payout.malformed", "not an id")
	case by.Districts != nil:
		return payout.Statement{}, nil, fault.New(fault.Conflict, "payout.all_districts")
	case !ok:
		return payout.Statement{}, nil, fault.New(fault.Invalid, "payout.format").At("body.format", "payout.format", "")
	}
	lines, err := bankfile.Read(format, in.Content)
	sum := sha256.Sum256(in.Content)
	return payout.Statement{ID: in.ID, Format: in.Format, Digest: hex.EncodeToString(sum[:]), TakenBy: by.StaffID}, lines, err
}

// ListStatements implements api.Payouts.
func (c *Center) ListStatements(ctx context.Context, by api.Caller) ([]api.StatementListed, error) {
	list := []api.StatementListed{}
	if by.Districts != nil {
		return list, nil
	}
	all, err := c.store.BankStatements(ctx, toPayShown)
	if err != nil {
		return nil, err
	}
	names := c.namesOnce()
	for _, s := range all {
		view, err := listedStatement(ctx, s, names)
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, nil
}

// OpenStatement implements api.Payouts.
func (c *Center) OpenStatement(ctx context.Context, id string, by api.Caller) (out api.StatementOpened, err error) {
	if by.Districts != nil {
		return out, fault.New(fault.NotFound, "payout.not_found")
	}
	s, err := c.store.Statement(ctx, id)
	if err != nil {
		return out, err
	}
	if out, err = c.openedStatement(ctx, s); err != nil {
		return out, err
	}
	return out, c.recordPayout(ctx, by, "bank_statement.read", statementNoun, s.ID, "", "")
}

func listedStatement(ctx context.Context, s payout.Statement, names nameLookup) (api.StatementListed, error) {
	name, err := names(ctx, s.TakenBy)
	return api.StatementListed{ID: s.ID, Format: s.Format, From: s.From, Until: s.Until, TakenAt: s.TakenAt, TakenBy: name}, err
}

func (c *Center) openedStatement(ctx context.Context, s payout.Statement) (out api.StatementOpened, err error) {
	if out.StatementListed, err = listedStatement(ctx, s, c.namesOnce()); err != nil {
		return out, err
	}
	out.Findings, out.Lines = []api.FindingCount{}, []api.StatementFound{}
	for _, f := range payout.Findings() {
		if n := s.Count(f); n > 0 {
			out.Findings = append(out.Findings, api.FindingCount{Finding: f, Count: n, SumFen: s.SumFen(f), NeedsPerson: f.NeedsPerson()})
		}
	}
	out.DebitFen, out.CreditFen = s.Flow()
	lines := slices.Clone(s.Lines)
	slices.SortStableFunc(lines, func(a, b payout.Found) int { return urgency(b) - urgency(a) })
	for _, l := range lines {
		found := api.StatementFound{Row: l.Row, On: l.On, AmountFen: l.AmountFen, Incoming: l.Incoming, Finding: l.Finding, Before: l.Before}
		if l.PaymentID != "" {
			p, err := c.store.Payment(ctx, l.PaymentID)
			if err != nil {
				return out, err
			}
			listed := listedPayment(p)
			found.Payment, found.Serial = &listed, l.Serial
		}
		out.Lines = append(out.Lines, found)
	}
	return out, nil
}

func urgency(l payout.Found) int {
	switch {
	case l.Finding.NeedsPerson() && !l.Before:
		return 2
	case l.Finding.NeedsPerson():
		return 1
	}
	return 0
}
