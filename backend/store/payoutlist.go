package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

// Batches lists batches, newest first, behind a cursor; next is "" after the last.
// Fault "payout.cursor" for one that is none.
func (s *Store) Batches(ctx context.Context, after string, limit int) (page []payout.Batch, next string, err error) {
	query := s.read(ctx)
	if after != "" {
		at, id, err := readCursor(after)
		if err != nil {
			return nil, "", err
		}
		query = query.Where("(made_at < ? OR made_at = ? AND id < ?)", at, at, id)
	}
	var rows []batchRow
	if err := query.Order("made_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", translate(fmt.Errorf("list batches: %w", err))
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursorOf(rows[limit-1].MadeAt, rows[limit-1].ID)
	}
	page = make([]payout.Batch, len(rows))
	for i, row := range rows {
		if page[i], err = s.batchFrom(row); err != nil {
			return nil, "", err
		}
	}
	return page, next, nil
}

func cursorOf(at Instant, id string) string { return fmt.Sprintf("%d %s", at.UnixMicro(), id) }

func readCursor(text string) (at int64, id string, err error) {
	if n, err := fmt.Sscanf(text, "%d %s", &at, &id); err != nil || n != 2 || strings.ContainsRune(id, 0) {
		return 0, "", fault.New(fault.Invalid, "payout.cursor")
	}
	return at, id, nil
}

// PaymentQuery says which payments to list; what is left out narrows nothing.
type PaymentQuery struct {
	Districts []string // nil: all
	Statuses  []payout.Status
	// From and Until are when it became known what became of them; Until itself is out.
	From, Until time.Time
	After       string // cursor of the page before
	Limit       int
}

// Payments lists payments by when it became known what became of them, oldest first; those
// of which nobody has heard come first. next is "" after the last.
func (s *Store) Payments(ctx context.Context, q PaymentQuery) (page []payout.Payment, next string, err error) {
	query := s.read(ctx)
	if q.Districts != nil {
		query = query.Where("district IN ?", q.Districts)
	}
	if len(q.Statuses) > 0 {
		query = query.Where(s.statusWhere(!q.From.IsZero() || !q.Until.IsZero()), q.Statuses)
	}
	if !q.From.IsZero() {
		query = query.Where("ended_at >= ?", Instant{q.From})
	}
	if !q.Until.IsZero() {
		query = query.Where("ended_at < ?", Instant{q.Until})
	}
	if q.After != "" {
		at, id, err := readCursor(q.After)
		if err != nil {
			return nil, "", err
		}
		query = query.Where("(ended_at > ? OR ended_at = ? AND id > ?)", at, at, id)
	}
	var rows []paymentRow
	err = query.Order("ended_at, id").Limit(q.Limit + 1).Find(&rows).Error
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		at, _ := rows[q.Limit-1].EndedAt.Value()
		next = fmt.Sprintf("%d %s", at, rows[q.Limit-1].ID)
	}
	page, err = s.paymentsFrom(rows, err)
	return page, next, err
}

// PaymentCount is how many payments of a batch have a status.
type PaymentCount struct {
	BatchID string
	Status  payout.Status
	Count   int
}

// CountPayments counts the payments of batches by status.
func (s *Store) CountPayments(ctx context.Context, batchIDs []string) ([]PaymentCount, error) {
	counts := []PaymentCount{}
	if len(batchIDs) == 0 {
		return counts, nil
	}
	err := s.read(ctx).Model(&paymentRow{}).Select("batch_id, status, COUNT(*) AS count").Where("batch_id IN ?", batchIDs).
		Group("batch_id, status").Order("batch_id, status").Scan(&counts).Error
	if err != nil {
		return nil, translate(fmt.Errorf("count payments: %w", err))
	}
	return counts, nil
}

// DistrictsOfBatches says whose claims are in batches.
func (s *Store) DistrictsOfBatches(ctx context.Context, batchIDs []string) (map[string][]string, error) {
	districts := map[string][]string{}
	if len(batchIDs) == 0 {
		return districts, nil
	}
	var rows []struct{ BatchID, District string }
	err := s.read(ctx).Model(&paymentRow{}).Distinct("batch_id", "district").Where("batch_id IN ?", batchIDs).Order("batch_id, district").Scan(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("districts of batches: %w", err))
	}
	for _, row := range rows {
		districts[row.BatchID] = append(districts[row.BatchID], row.District)
	}
	return districts, nil
}
