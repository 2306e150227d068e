package settlement

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/ledger"
)

// Store keeps the book of money and the months. Methods take part in the transaction
// that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// ShareMonth tells whether a district's month is locked, and keeps whoever would lock it
	// waiting until the transaction ends. A month nobody has posted to yet is open.
	ShareMonth(ctx context.Context, district string, m Month) (State, error)
	// LockMonth keeps everybody who would post to the month, or lock it, waiting.
	LockMonth(ctx context.Context, district string, m Month) (Head, error)
	SaveMonth(ctx context.Context, h Head) error
	// Month finds a district's month; one nobody has posted to is open and empty.
	Month(ctx context.Context, district string, m Month) (Head, error)
	// Months lists the districts something was posted for in a month, by district.
	Months(ctx context.Context, m Month) ([]Head, error)
	// PostMoney writes an entry; one with the same id leaves everything as it is.
	PostMoney(ctx context.Context, e ledger.Entry) (posted bool, err error)
	// AdvanceLines lists what was posted to a district's month, in its order, but for what
	// locked it.
	AdvanceLines(ctx context.Context, district string, m Month) ([]Line, error)
	// MoneyBalance adds everything up that was posted to an account.
	MoneyBalance(ctx context.Context, a ledger.Account) (int64, error)
	// HospitalNames are those of all hospitals, by ID.
	HospitalNames(ctx context.Context) (map[string]lang.Text, error)
}

// Service is the one way in for the center's money with district offices.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Advance is money the center gave for a district, or got back when Fen is negative.
type Advance struct {
	ID       string // made of the cause: the same advance is posted once
	Cause    string // ID of the claim or case
	District string
	From     ledger.Account // Claims, or that of a hospital
	Kind     ledger.Kind
	Fen      int64
	Reason   string // a code
}

// Post writes an advance into the month of now, or into the first one after it that is
// not locked. It belongs into the transaction of what it is about.
func (s Service) Post(ctx context.Context, a Advance) error {
	if a.Fen == 0 {
		return nil
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		now := s.Now().UTC().Truncate(time.Microsecond)
		m := MonthOf(now)
		for {
			state, err := s.Store.ShareMonth(ctx, a.District, m)
			if err != nil {
				return err
			}
			if state == Open {
				break
			}
			m = m.Next()
		}
		_, err := s.Store.PostMoney(ctx, ledger.Entry{ID: a.ID, Kind: a.Kind, At: now, Cause: a.Cause, Reason: a.Reason, Postings: []ledger.Posting{
			{Account: a.From, Amount: -a.Fen}, {Account: AdvancedAccount(a.District, m), Amount: a.Fen}}})
		return err
	})
}

// Statement is that of a district and month, as it is now. What a locked one says is
// held against its hash and against the book; fault "settlement.astray" when it differs.
func (s Service) Statement(ctx context.Context, district string, m Month) (Statement, error) {
	head, err := s.Store.Month(ctx, district, m)
	if err != nil {
		return Statement{}, err
	}
	made, err := s.made(ctx, district, m, head)
	if err != nil || head.State == Open {
		return made, err
	}
	return made, s.check(ctx, head, made)
}

// made is a statement from the lines of the book.
func (s Service) made(ctx context.Context, district string, m Month, head Head) (Statement, error) {
	lines, err := s.Store.AdvanceLines(ctx, district, m)
	if err != nil {
		return Statement{}, err
	}
	names := head.Hospitals
	if head.State != Locked {
		if names, err = s.Store.HospitalNames(ctx); err != nil {
			return Statement{}, err
		}
	}
	made := statementOf(district, m, lines, names)
	made.State, made.LockedAt, made.LockedBy, made.Hash = head.State, head.LockedAt, head.LockedBy, head.Hash
	return made, nil
}

// check holds a locked statement against its hash, and the book against the statement.
func (s Service) check(ctx context.Context, head Head, made Statement) error {
	digest, err := made.digest()
	if err != nil {
		return err
	}
	left, err := s.Store.MoneyBalance(ctx, AdvancedAccount(head.District, head.Month))
	if err != nil {
		return err
	}
	if digest != head.Hash || left != 0 || made.TotalFen != head.TotalFen {
		return fault.New(fault.Internal, "settlement.astray").With("id", head.ID).With("left_fen", left)
	}
	return nil
}

// List is the months of districts, without lines. Open ones are added up as they are now.
func (s Service) List(ctx context.Context, m Month) ([]Head, error) {
	heads, err := s.Store.Months(ctx, m)
	for i, h := range heads {
		if err != nil {
			return nil, err
		}
		if h.State == Open {
			var made Statement
			made, err = s.made(ctx, h.District, m, h)
			heads[i] = made.Head
		}
	}
	return heads, err
}

// Lock closes the month of a district: nothing is posted to it any more, and what it
// comes to is what the district owes. Told again it answers the same. Fault
// "settlement.month_open" for a month that is not over.
func (s Service) Lock(ctx context.Context, district string, m Month, by string) (Head, error) {
	now := s.Now().UTC().Truncate(time.Microsecond)
	if m >= MonthOf(now) {
		return Head{}, fault.New(fault.Conflict, "settlement.month_open").With("month", string(m))
	}
	var head Head
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		if head, err = s.Store.LockMonth(ctx, district, m); err != nil || head.State == Locked {
			return err
		}
		made, err := s.made(ctx, district, m, head)
		if err != nil {
			return err
		}
		made.State, made.LockedAt, made.LockedBy = Locked, now, by
		if made.Hash, err = made.digest(); err != nil {
			return err
		}
		head = made.Head
		if err := s.due(ctx, head); err != nil {
			return err
		}
		return s.Store.SaveMonth(ctx, head)
	})
	return head, err
}

// due moves what was advanced to what the district owes.
func (s Service) due(ctx context.Context, h Head) error {
	if h.TotalFen == 0 {
		return nil
	}
	posted, err := s.Store.PostMoney(ctx, ledger.Entry{ID: "locked/" + h.ID, Kind: KindLocked, At: h.LockedAt, Cause: h.ID, Postings: []ledger.Posting{
		{Account: AdvancedAccount(h.District, h.Month), Amount: -h.TotalFen}, {Account: DueAccount(h.District), Amount: h.TotalFen}}})
	if err == nil && !posted {
		err = fmt.Errorf("the month %s was locked before and is open", h.ID)
	}
	return err
}

// Only leaves of heads those of some districts; nil is all.
func Only(heads []Head, districts []string) []Head {
	if districts == nil {
		return heads
	}
	return slices.DeleteFunc(heads, func(h Head) bool { return !slices.Contains(districts, h.District) })
}
