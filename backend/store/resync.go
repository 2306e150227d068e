package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lianxin/backend/appointment"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

type seenRow struct {
	Noun sync.Noun `gorm:"primaryKey"`
	ID   string    `gorm:"primaryKey"`
}

func (seenRow) TableName() string { return "seen_changes" }

// ForgetSeen implements sync.Resync.
func (s *Store) ForgetSeen(ctx context.Context) error {
	return translate(s.write(ctx).Exec("DELETE FROM seen_changes").Error)
}

// MarkSeen implements sync.Resync.
func (s *Store) MarkSeen(ctx context.Context, changes []sync.Change) error {
	var rows []seenRow
	for _, c := range changes {
		if !c.Deleted {
			rows = append(rows, seenRow{Noun: c.Noun, ID: c.ID})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		if _, err := s.insert(ctx, &rows[i], "ON CONFLICT DO NOTHING"); err != nil {
			return translate(fmt.Errorf("mark seen: %w", err))
		}
	}
	return nil
}

// HoldsNothing implements sync.Resync.
func (s *Store) HoldsNothing(ctx context.Context) (bool, error) {
	for _, table := range []string{"sites", "packs", "gate_entries", "appointments", "passes", "donors", "visits", "quarantined_changes"} {
		var one int
		err := s.scan(ctx, s.writer, []any{&one}, "SELECT 1 FROM "+table+" LIMIT 1")
		if !errors.Is(err, sql.ErrNoRows) {
			return false, translate(err)
		}
	}
	return true, nil
}

// SweepUnseen implements sync.Resync. A visit was made here when it carries this
// device's name, or answers, or another outcome than waiting: no other device's visit
// brings these along, and this machine may have had another name before.
func (s *Store) SweepUnseen(ctx context.Context, deviceID string) error {
	const seen = "(SELECT id FROM seen_changes WHERE noun IN ?)"
	of := func(nouns ...sync.Noun) []sync.Noun { return nouns }
	return s.together(ctx, func(ctx context.Context) error {
		for _, sweep := range []struct {
			what string
			with []any
		}{
			{"sites WHERE id NOT IN " + seen, []any{of(sync.Site)}},
			{"packs WHERE id || '|' || version NOT IN " + seen, []any{of(sync.Pack)}},
			{"gate_entries WHERE donor_key NOT IN " + seen, []any{of(sync.Gate)}},
			{"appointments WHERE id NOT IN " + seen + " AND id NOT IN (SELECT ? || id FROM seen_changes WHERE noun = ?)",
				[]any{of(sync.Appointment), appointment.NoticeID(""), sync.Notice}},
			{"gifts WHERE id NOT IN " + seen, []any{of(sync.Gift)}},
			{"gift_stock WHERE gift_id || '|' || site_id NOT IN " + seen, []any{of(sync.Stock)}},
			{"passes WHERE id NOT IN " + seen, []any{of(sync.Pass)}},
			{"donors WHERE id NOT IN " + seen, []any{of(sync.Donor)}},
			{"visits WHERE id NOT IN " + seen + " AND id NOT IN (SELECT ? || id FROM seen_changes WHERE noun = ?)" +
				" AND outcome = ? AND device_id <> ? AND id NOT IN (SELECT visit_id FROM screenings)",
				[]any{of(sync.Visit), visit.KeptArrivalID(""), sync.Arrival, visit.Waiting, deviceID}},
			{"quarantined_changes WHERE NOT EXISTS (SELECT 1 FROM seen_changes s WHERE s.noun = quarantined_changes.noun AND s.id = quarantined_changes.id)", nil},
		} {
			if err := s.write(ctx).Exec("DELETE FROM "+sweep.what, sweep.with...).Error; err != nil {
				return fmt.Errorf("sweep what the center has no more: %w", err)
			}
		}
		return nil
	})
}
