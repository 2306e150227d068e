package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/point"
)

// PostEntry implements point.Store.
func (s *Store) PostEntry(ctx context.Context, e point.Entry) (posted bool, err error) {
	return points.post(ctx, s, e)
}

// PostEntries implements point.Store.
func (s *Store) PostEntries(ctx context.Context, entries ...point.Entry) error {
	return points.postAll(ctx, s, entries)
}

// PointEntry implements point.Store.
func (s *Store) PointEntry(ctx context.Context, id string) (point.Entry, error) {
	return points.entry(ctx, s, id)
}

// EntriesAbout implements point.Store.
func (s *Store) EntriesAbout(ctx context.Context, causes ...string) ([]point.Entry, error) {
	return points.about(ctx, s, causes)
}

// Lots implements point.Store.
func (s *Store) Lots(ctx context.Context, a point.Account) ([]point.Lot, error) {
	return points.left(ctx, s, s.reader, a, "")
}

// LockLots implements point.Store.
func (s *Store) LockLots(ctx context.Context, a point.Account) ([]point.Lot, error) {
	return points.left(ctx, s, s.writer, a, s.forUpdate())
}

// Lines implements point.Store.
func (s *Store) Lines(ctx context.Context, before string, limit int, of ...point.Account) ([]point.Line, error) {
	return points.lines(ctx, s, before, limit, of)
}

// Expiring implements point.Store. What is over is looked up by its day first: in the
// order of accounts SQLite would read what everybody has to find the few who lose some.
func (s *Store) Expiring(ctx context.Context, today calendar.Date, after point.Account, limit int) ([]point.Account, error) {
	var accounts []point.Account
	err := s.read(ctx).Raw("WITH due AS MATERIALIZED (SELECT account FROM "+points.lots+" WHERE lot <= ? AND amount > 0) "+
		"SELECT DISTINCT account FROM due WHERE account LIKE 'donor/%' AND account > ? ORDER BY account LIMIT ?", today, after, limit).Scan(&accounts).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list points that are over: %w", err))
	}
	return accounts, nil
}

// LedgerSums adds up the book of points.
func (s *Store) LedgerSums(ctx context.Context) (point.Sums, error) { return points.sums(ctx, s) }
