package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/point"
)

// lines adds up what each entry did to accounts, and what there was after it.
const lines = `SELECT * FROM (
	SELECT entry_id, at, SUM(points) AS points, SUM(SUM(points)) OVER (ORDER BY at, entry_id) AS balance
	FROM point_postings WHERE account IN ? GROUP BY entry_id, at HAVING SUM(points) <> 0) AS line`

// Lines implements point.Store.
func (s *Store) Lines(ctx context.Context, before string, limit int, of ...point.Account) ([]point.Line, error) {
	query, args := lines, []any{of}
	if before != "" {
		query += " WHERE (at, entry_id) < (SELECT at, id FROM point_entries WHERE id = ?)"
		args = append(args, before)
	}
	var found []struct {
		Entry           pointEntryRow `gorm:"embedded"`
		Points, Balance int64
	}
	err := s.read(ctx).Raw("SELECT e.*, line.points, line.balance FROM ("+query+" ORDER BY at DESC, entry_id DESC LIMIT ?) AS line"+
		" JOIN point_entries AS e ON e.id = line.entry_id ORDER BY line.at DESC, line.entry_id DESC", append(args, limit)...).Scan(&found).Error
	if err != nil {
		return nil, translate(fmt.Errorf("read statement of points: %w", err))
	}
	statement := make([]point.Line, 0, len(found))
	for _, f := range found {
		statement = append(statement, point.Line{Entry: f.Entry.entry(), Points: f.Points, Balance: f.Balance})
	}
	return statement, nil
}

// Expiring implements point.Store.
func (s *Store) Expiring(ctx context.Context, today calendar.Date, limit int) ([]point.Account, error) {
	var accounts []point.Account
	err := s.read(ctx).Model(&pointLotRow{}).Distinct("account").
		Where("lot <= ? AND points > 0 AND account LIKE 'donor/%'", today).Order("account").Limit(limit).Pluck("account", &accounts).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list points that are over: %w", err))
	}
	return accounts, nil
}

// LedgerSums adds up all that was ever posted, by account of the service, with
// donors and holds in one sum each; and what the lots hold. Whoever audits the
// ledger compares them.
func (s *Store) LedgerSums(ctx context.Context) (point.Sums, error) {
	var posted []struct {
		Name   string
		Points int64
	}
	err := s.read(ctx).Raw(`SELECT CASE WHEN account LIKE 'donor/%' THEN 'donor/' WHEN account LIKE 'held/%' THEN 'held/' ELSE account END AS name,
		CAST(SUM(points) AS BIGINT) AS points FROM point_postings GROUP BY 1`).Scan(&posted).Error
	if err != nil {
		return point.Sums{}, translate(fmt.Errorf("add the ledger up: %w", err))
	}
	sums := point.Sums{Posted: map[point.Account]int64{}}
	for _, p := range posted {
		sums.Posted[point.Account(p.Name)] = p.Points
	}
	var astray int64
	err = s.read(ctx).Raw(`SELECT COUNT(*) FROM (SELECT account, lot, SUM(points) AS points FROM
		(SELECT account, lot, points FROM point_postings WHERE account LIKE 'donor/%' OR account LIKE 'held/%'
		UNION ALL SELECT account, lot, -points FROM point_lots) AS both_sides GROUP BY account, lot HAVING SUM(points) <> 0) AS astray`).Scan(&astray).Error
	sums.Astray = astray
	return sums, translate(err)
}
