package store

import (
	"context"
	"fmt"

	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
)

type appliedRow struct {
	ID        string `gorm:"primaryKey"`
	DeviceID  string
	Seq       int64
	Hash      []byte
	Fate      outbox.Fate
	Code      string
	AppliedAt Instant
	Untold    int // 1: settled after the device had its answer, which it has not heard yet
}

func (appliedRow) TableName() string { return "applied_operations" }

func appliedToRow(a sync.Applied) appliedRow {
	return appliedRow{ID: a.ID, DeviceID: a.DeviceID, Seq: a.Seq, Hash: notNil(a.Hash), Fate: a.Fate, Code: a.Code, AppliedAt: Instant{a.At}}
}

// LockDevice implements sync.Ledger. SQLite has one writer, so the transaction
// itself is the lock there.
func (s *Store) LockDevice(ctx context.Context, id string) (device.Device, error) {
	return s.deviceWhere(ctx, s.writer, "WHERE id = ?"+s.forUpdate(), id)
}

// AppliedOperations implements sync.Ledger.
func (s *Store) AppliedOperations(ctx context.Context, ids []string) (map[string]sync.Applied, error) {
	known := make(map[string]sync.Applied)
	if len(ids) == 0 {
		return known, nil
	}
	rows, err := some[appliedRow](ctx, s, ids)
	if err != nil {
		return nil, translate(fmt.Errorf("look operations up: %w", err))
	}
	for _, r := range rows {
		known[r.ID] = sync.Applied{ID: r.ID, DeviceID: r.DeviceID, Seq: r.Seq, Hash: r.Hash, Fate: r.Fate, Code: r.Code, At: r.AppliedAt.Time}
	}
	return known, nil
}

// InsertApplied implements sync.Ledger.
func (s *Store) InsertApplied(ctx context.Context, all ...sync.Applied) error {
	rows := make([]appliedRow, len(all))
	for i, a := range all {
		rows[i] = appliedToRow(a)
	}
	if _, err := insertAll(ctx, s, rows, ""); err != nil {
		return translate(fmt.Errorf("remember operations: %w", err))
	}
	return nil
}

// insertedAtOnce keeps a statement of many rows under the engines' limit of parameters.
const insertedAtOnce = 500
