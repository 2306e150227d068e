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
	"lianxin/backend/point"
)

type pointEntryRow struct {
	ID     string `gorm:"primaryKey"`
	Kind   point.Kind
	At     Instant
	Cause  string
	Rule   string
	Pack   string
	Reason string
}

func (pointEntryRow) TableName() string { return "point_entries" }

type pointPostingRow struct {
	EntryID string        `gorm:"primaryKey"`
	Account point.Account `gorm:"primaryKey"`
	Lot     calendar.Date `gorm:"primaryKey"`
	Points  int64
	At      Instant
}

func (pointPostingRow) TableName() string { return "point_postings" }

type pointLotRow struct {
	Account point.Account `gorm:"primaryKey"`
	Lot     calendar.Date `gorm:"primaryKey"`
	Points  int64
}

func (pointLotRow) TableName() string { return "point_lots" }

// neverOver stands for the lot of points that do not expire, so that lots sort
// in the order in which they are spent.
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

// PostEntry implements point.Store.
func (s *Store) PostEntry(ctx context.Context, e point.Entry) (posted bool, err error) {
	if err := e.Check(); err != nil {
		return false, err
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		posted, err = s.insertEntries(ctx, e)
		if err != nil || !posted {
			return err
		}
		return s.movePostings(ctx, e)
	})
	if err != nil {
		return false, translate(fmt.Errorf("post points: %w", err))
	}
	return posted, nil
}

// entriesAtOnce keeps one statement within what both engines take as parameters.
const entriesAtOnce = 500

// PostEntries implements point.Store. Most are new: they are written together, and
// one by one only when somebody else wrote one of them meanwhile.
func (s *Store) PostEntries(ctx context.Context, entries ...point.Entry) error {
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(entries, entriesAtOnce) {
		err := s.InTx(ctx, func(ctx context.Context) error {
			fresh, err := s.withoutPosted(ctx, part)
			if err != nil || len(fresh) == 0 {
				return err
			}
			all, err := s.insertEntries(ctx, fresh...)
			if err == nil && !all {
				err = errPosted
			}
			if err != nil {
				return err
			}
			return s.movePostings(ctx, fresh...)
		})
		if errors.Is(err, errPosted) {
			err = s.postEach(ctx, part)
		}
		if err != nil {
			return translate(fmt.Errorf("post points: %w", err))
		}
	}
	return nil
}

// errPosted says that somebody else has just written an entry.
var errPosted = errors.New("an entry was posted meanwhile")

func (s *Store) postEach(ctx context.Context, entries []point.Entry) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, e := range entries {
			if _, err := s.PostEntry(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// withoutPosted leaves out what is written already, and what comes twice.
func (s *Store) withoutPosted(ctx context.Context, entries []point.Entry) ([]point.Entry, error) {
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	var posted []string
	if err := s.write(ctx).Model(&pointEntryRow{}).Where("id IN ?", ids).Pluck("id", &posted).Error; err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range posted {
		seen[id] = true
	}
	var fresh []point.Entry
	for _, e := range entries {
		if !seen[e.ID] {
			seen[e.ID] = true
			fresh = append(fresh, e)
		}
	}
	return fresh, nil
}

// insertEntries writes entries that are not there, and tells whether that was all of them.
func (s *Store) insertEntries(ctx context.Context, entries ...point.Entry) (all bool, err error) {
	rows := make([]pointEntryRow, 0, len(entries))
	for _, e := range entries {
		rows = append(rows, pointEntryRow{ID: e.ID, Kind: e.Kind, At: Instant{e.At}, Cause: e.Cause, Rule: e.Rule, Pack: e.Pack, Reason: e.Reason})
	}
	written, err := insertAll(ctx, s, rows, "ON CONFLICT DO NOTHING")
	return written == int64(len(rows)), err
}

// movePostings writes what entries move, and moves it.
func (s *Store) movePostings(ctx context.Context, entries ...point.Entry) error {
	var rows []pointPostingRow
	for _, e := range entries {
		for _, p := range e.Postings {
			rows = append(rows, pointPostingRow{EntryID: e.ID, Account: p.Account, Lot: lotColumn(p.Lot), Points: p.Points, At: Instant{e.At}})
		}
	}
	if _, err := insertAll(ctx, s, rows, ""); err != nil {
		return err
	}
	return s.moveLots(ctx, rows)
}

// moveLots changes the balances of postings, always in the same order: two who
// move the same lots wait for each other instead of locking each other out. What
// comes is added in one statement.
func (s *Store) moveLots(ctx context.Context, rows []pointPostingRow) error {
	slices.SortFunc(rows, func(a, b pointPostingRow) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), a.Lot.Compare(b.Lot))
	})
	var come []pointLotRow
	for _, r := range rows {
		last := len(come) - 1
		switch {
		case !r.Account.IsBounded():
		case r.Points < 0:
			if err := s.takeFromLot(ctx, r); err != nil {
				return err
			}
		case last >= 0 && come[last].Account == r.Account && come[last].Lot == r.Lot:
			come[last].Points += r.Points
		default:
			come = append(come, pointLotRow{Account: r.Account, Lot: r.Lot, Points: r.Points})
		}
	}
	_, err := insertAll(ctx, s, come, "ON CONFLICT (account, lot) DO UPDATE SET points = point_lots.points + excluded.points")
	return err
}

func (s *Store) takeFromLot(ctx context.Context, r pointPostingRow) error {
	taken := s.write(ctx).Model(&pointLotRow{}).Where("account = ? AND lot = ? AND points >= ?", r.Account, r.Lot, -r.Points).
		Update("points", gorm.Expr("points - ?", -r.Points))
	if taken.Error == nil && taken.RowsAffected == 0 {
		return fault.New(fault.Conflict, "point.not_enough")
	}
	return taken.Error
}

// PointEntry implements point.Store.
func (s *Store) PointEntry(ctx context.Context, id string) (point.Entry, error) {
	var row pointEntryRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "point.entry_not_found"); err != nil {
		return point.Entry{}, err
	}
	var rows []pointPostingRow
	if err := s.read(ctx).Where("entry_id = ?", id).Order("account, lot").Find(&rows).Error; err != nil {
		return point.Entry{}, translate(fmt.Errorf("read postings: %w", err))
	}
	e := row.entry()
	for _, r := range rows {
		e.Postings = append(e.Postings, point.Posting{Account: r.Account, Lot: lotOf(r.Lot), Points: r.Points})
	}
	return e, nil
}

// EntriesAbout implements point.Store.
func (s *Store) EntriesAbout(ctx context.Context, causes ...string) ([]point.Entry, error) {
	var ids []string
	err := s.write(ctx).Model(&pointEntryRow{}).Where("cause IN ?", causes).Order("at, id").Pluck("id", &ids).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list entries: %w", err))
	}
	entries := make([]point.Entry, len(ids))
	for i, id := range ids {
		if entries[i], err = s.PointEntry(ctx, id); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (r pointEntryRow) entry() point.Entry {
	return point.Entry{ID: r.ID, Kind: r.Kind, At: r.At.Time, Cause: r.Cause, Rule: r.Rule, Pack: r.Pack, Reason: r.Reason}
}

// Lots implements point.Store.
func (s *Store) Lots(ctx context.Context, a point.Account) ([]point.Lot, error) {
	return s.lots(ctx, s.reader, a, "")
}

// LockLots implements point.Store.
func (s *Store) LockLots(ctx context.Context, a point.Account) ([]point.Lot, error) {
	return s.lots(ctx, s.writer, a, s.forUpdate())
}

// lots reads what is left, where tail locks it too. An empty lot need not be locked: who
// waits for a lot that is emptied meanwhile finds it gone from the answer.
func (s *Store) lots(ctx context.Context, db *gorm.DB, a point.Account, tail string) ([]point.Lot, error) {
	rows, err := find[pointLotRow](ctx, s, db, "WHERE account = ? AND points > 0 ORDER BY lot"+tail, a)
	if err != nil {
		return nil, translate(fmt.Errorf("read lots: %w", err))
	}
	lots := make([]point.Lot, len(rows))
	for i, r := range rows {
		lots[i] = point.Lot{Expires: lotOf(r.Lot), Points: r.Points}
	}
	return lots, nil
}
