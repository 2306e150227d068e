package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/ledger"
)

// book is one double-entry ledger in three tables of its own, see package ledger.
type book struct {
	noun                    string // of its fault codes and tables
	entries, postings, lots string

	addEntries  func(ctx context.Context, s *Store, rows []bookEntryRow) (int64, error)
	addPostings func(ctx context.Context, s *Store, rows []bookPostingRow) (int64, error)
	addLots     func(ctx context.Context, s *Store, rows []bookLotRow) (int64, error)
	findLots    func(ctx context.Context, s *Store, db *gorm.DB, tail string, args ...any) ([]bookLotRow, error)
}

type bookEntryRow struct {
	ID     string `gorm:"primaryKey"`
	Kind   ledger.Kind
	At     Instant
	Cause  string
	Rule   string
	Pack   string
	Reason string
}

type bookPostingRow struct {
	EntryID string         `gorm:"primaryKey"`
	Account ledger.Account `gorm:"primaryKey"`
	Lot     calendar.Date  `gorm:"primaryKey"`
	Amount  int64
	At      Instant
}

type bookLotRow struct {
	Account ledger.Account `gorm:"primaryKey"`
	Lot     calendar.Date  `gorm:"primaryKey"`
	Amount  int64
}

// A book's own rows have nothing but the names of its tables.
type (
	pointEntryRow struct {
		Row bookEntryRow `gorm:"embedded"`
	}
	pointPostingRow struct {
		Row bookPostingRow `gorm:"embedded"`
	}
	pointLotRow struct {
		Row bookLotRow `gorm:"embedded"`
	}
	volumeEntryRow struct {
		Row bookEntryRow `gorm:"embedded"`
	}
	volumePostingRow struct {
		Row bookPostingRow `gorm:"embedded"`
	}
	volumeLotRow struct {
		Row bookLotRow `gorm:"embedded"`
	}
	moneyEntryRow struct {
		Row bookEntryRow `gorm:"embedded"`
	}
	moneyPostingRow struct {
		Row bookPostingRow `gorm:"embedded"`
	}
	moneyLotRow struct {
		Row bookLotRow `gorm:"embedded"`
	}
)

func (pointEntryRow) TableName() string    { return points.entries }
func (pointPostingRow) TableName() string  { return points.postings }
func (pointLotRow) TableName() string      { return points.lots }
func (volumeEntryRow) TableName() string   { return volumes.entries }
func (volumePostingRow) TableName() string { return volumes.postings }
func (volumeLotRow) TableName() string     { return volumes.lots }
func (moneyEntryRow) TableName() string    { return money.entries }
func (moneyPostingRow) TableName() string  { return money.postings }
func (moneyLotRow) TableName() string      { return money.lots }

// The books there are.
var points, volumes, money book

func init() {
	points = newBook("point", func(r bookEntryRow) pointEntryRow { return pointEntryRow{Row: r} },
		func(r bookPostingRow) pointPostingRow { return pointPostingRow{Row: r} }, func(r bookLotRow) pointLotRow { return pointLotRow{Row: r} }, func(r pointLotRow) bookLotRow { return r.Row })
	volumes = newBook("volume", func(r bookEntryRow) volumeEntryRow { return volumeEntryRow{Row: r} },
		func(r bookPostingRow) volumePostingRow { return volumePostingRow{Row: r} }, func(r bookLotRow) volumeLotRow { return volumeLotRow{Row: r} }, func(r volumeLotRow) bookLotRow { return r.Row })
	money = newBook("money", func(r bookEntryRow) moneyEntryRow { return moneyEntryRow{Row: r} },
		func(r bookPostingRow) moneyPostingRow { return moneyPostingRow{Row: r} }, func(r bookLotRow) moneyLotRow { return moneyLotRow{Row: r} }, func(r moneyLotRow) bookLotRow { return r.Row })
}

func newBook[E, P, L any](noun string, entry func(bookEntryRow) E, posting func(bookPostingRow) P, lot func(bookLotRow) L, ofLot func(L) bookLotRow) book {
	b := book{noun: noun, entries: noun + "_entries", postings: noun + "_postings", lots: noun + "_lots"}
	b.addEntries = adding(entry, "ON CONFLICT DO NOTHING")
	b.addPostings = adding(posting, "")
	b.addLots = adding(lot, "ON CONFLICT (account, lot) DO UPDATE SET amount = "+b.lots+".amount + excluded.amount")
	b.findLots = func(ctx context.Context, s *Store, db *gorm.DB, tail string, args ...any) ([]bookLotRow, error) {
		own, err := find[L](ctx, s, db, tail, args...)
		rows := make([]bookLotRow, len(own))
		for i, r := range own {
			rows[i] = ofLot(r)
		}
		return rows, err
	}
	return b
}

// adding inserts rows of a book as rows of its own tables.
func adding[R, T any](as func(R) T, tail string) func(context.Context, *Store, []R) (int64, error) {
	return func(ctx context.Context, s *Store, rows []R) (int64, error) {
		own := make([]T, len(rows))
		for i, r := range rows {
			own[i] = as(r)
		}
		return insertAll(ctx, s, own, tail)
	}
}

// neverOver stands for the lot of what does not expire, so that lots sort in the order
// in which they are used.
var neverOver = calendar.New(9999, 12, 31)

func lotColumn(lot calendar.Date) calendar.Date {
	if lot.IsZero() {
		return neverOver
	}
	return lot
}

func lotOf(column calendar.Date) calendar.Date {
	if column == neverOver {
		return calendar.Date{}
	}
	return column
}

// post writes an entry and moves the balances; an id that is there already leaves
// everything as it is.
func (b book) post(ctx context.Context, s *Store, e ledger.Entry) (posted bool, err error) {
	if err := e.Check(); err != nil {
		return false, err
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		posted, err = b.insert(ctx, s, e)
		if err != nil || !posted {
			return err
		}
		return b.movePostings(ctx, s, e)
	})
	if err != nil {
		return false, translate(fmt.Errorf("post to the book of %ss: %w", b.noun, err))
	}
	return posted, nil
}

// entriesAtOnce keeps one statement within what both engines take as parameters.
const entriesAtOnce = 500

// postAll is post for many that only give. Most are new: they are written together,
// and one by one only when somebody else wrote one of them meanwhile.
func (b book) postAll(ctx context.Context, s *Store, entries []ledger.Entry) error {
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(entries, entriesAtOnce) {
		err := s.InTx(ctx, func(ctx context.Context) error {
			fresh, err := b.withoutPosted(ctx, s, part)
			if err != nil || len(fresh) == 0 {
				return err
			}
			all, err := b.insert(ctx, s, fresh...)
			if err == nil && !all {
				err = errPosted
			}
			if err != nil {
				return err
			}
			return b.movePostings(ctx, s, fresh...)
		})
		if errors.Is(err, errPosted) {
			err = b.postEach(ctx, s, part)
		}
		if err != nil {
			return translate(fmt.Errorf("post to the book of %ss: %w", b.noun, err))
		}
	}
	return nil
}

// errPosted says that somebody else has just written an entry.
var errPosted = errors.New("an entry was posted meanwhile")

func (b book) postEach(ctx context.Context, s *Store, entries []ledger.Entry) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, e := range entries {
			if _, err := b.post(ctx, s, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// withoutPosted leaves out what is written already, and what comes twice.
func (b book) withoutPosted(ctx context.Context, s *Store, entries []ledger.Entry) ([]ledger.Entry, error) {
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	var posted []string
	if err := s.write(ctx).Table(b.entries).Where("id IN ?", ids).Pluck("id", &posted).Error; err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range posted {
		seen[id] = true
	}
	var fresh []ledger.Entry
	for _, e := range entries {
		if !seen[e.ID] {
			seen[e.ID] = true
			fresh = append(fresh, e)
		}
	}
	return fresh, nil
}

// insert writes entries that are not there, and tells whether that was all of them.
func (b book) insert(ctx context.Context, s *Store, entries ...ledger.Entry) (all bool, err error) {
	rows := make([]bookEntryRow, 0, len(entries))
	for _, e := range entries {
		rows = append(rows, bookEntryRow{ID: e.ID, Kind: e.Kind, At: Instant{e.At}, Cause: e.Cause, Rule: e.Rule, Pack: e.Pack, Reason: e.Reason})
	}
	written, err := b.addEntries(ctx, s, rows)
	return written == int64(len(rows)), err
}

// movePostings writes what entries move, and moves it.
func (b book) movePostings(ctx context.Context, s *Store, entries ...ledger.Entry) error {
	var rows []bookPostingRow
	for _, e := range entries {
		for _, p := range e.Postings {
			rows = append(rows, bookPostingRow{EntryID: e.ID, Account: p.Account, Lot: lotColumn(p.Lot), Amount: p.Amount, At: Instant{e.At}})
		}
	}
	if _, err := b.addPostings(ctx, s, rows); err != nil {
		return err
	}
	return b.moveLots(ctx, s, rows)
}

// moveLots changes the balances of postings, always in the same order: two who
// move the same lots wait for each other instead of locking each other out. What
// comes is added in one statement.
func (b book) moveLots(ctx context.Context, s *Store, rows []bookPostingRow) error {
	slices.SortFunc(rows, func(a, b bookPostingRow) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), a.Lot.Compare(b.Lot))
	})
	var come []bookLotRow
	for _, r := range rows {
		last := len(come) - 1
		switch {
		case !r.Account.IsBounded():
		case r.Amount < 0:
			if err := b.takeFromLot(ctx, s, r); err != nil {
				return err
			}
		case last >= 0 && come[last].Account == r.Account && come[last].Lot == r.Lot:
			come[last].Amount += r.Amount
		default:
			come = append(come, bookLotRow{Account: r.Account, Lot: r.Lot, Amount: r.Amount})
		}
	}
	_, err := b.addLots(ctx, s, come)
	return err
}

func (b book) takeFromLot(ctx context.Context, s *Store, r bookPostingRow) error {
	taken := s.write(ctx).Table(b.lots).Where("account = ? AND lot = ? AND amount >= ?", r.Account, r.Lot, -r.Amount).
		Update("amount", gorm.Expr("amount - ?", -r.Amount))
	if taken.Error == nil && taken.RowsAffected == 0 {
		return fault.New(fault.Conflict, b.noun+".not_enough")
	}
	return taken.Error
}
