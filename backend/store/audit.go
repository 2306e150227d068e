package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lianxin/backend/audit"
)

type auditRow struct {
	Seq  int64 `gorm:"primaryKey;autoIncrement:false"`
	Data string
	Prev []byte
	Hash []byte
}

func (auditRow) TableName() string { return "audit_entries" }

// auditLock is the name of the row whose lock lines up everybody who appends.
const auditLock = "audit.lock"

// AuditHead implements audit.Store. On PostgreSQL a row of settings is locked
// until the transaction ends; SQLite has one writer anyway.
func (s *Store) AuditHead(ctx context.Context) (audit.Head, error) {
	if s.engine == Postgres {
		lock := settingRow{Name: auditLock, Value: []byte{}}
		if err := s.overwrite(ctx, &lock); err != nil {
			return audit.Head{}, fmt.Errorf("lock the audit log: %w", err)
		}
	}
	var last auditRow
	err := s.scan(ctx, s.writer, []any{&last.Seq, &last.Hash}, "SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1")
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Head{}, nil
	}
	if err != nil {
		return audit.Head{}, fmt.Errorf("end of the audit log: %w", err)
	}
	return audit.Head{Seq: last.Seq, Hash: last.Hash}, nil
}

// InsertEntries implements audit.Store.
func (s *Store) InsertEntries(ctx context.Context, all ...audit.Entry) error {
	rows := make([]auditRow, len(all))
	for i, e := range all {
		data, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode audit entry: %w", err)
		}
		rows[i] = auditRow{Seq: e.Seq, Data: string(data), Prev: notNil(e.Prev), Hash: e.Hash}
	}
	_, err := insertAll(ctx, s, rows, "")
	return translate(err)
}

// Entries implements audit.Store.
func (s *Store) Entries(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	if err := s.read(ctx).Where("seq > ?", after).Order("seq").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read audit log: %w", err))
	}
	entries := make([]audit.Entry, 0, len(rows))
	for _, row := range rows {
		var e audit.Entry
		if err := json.Unmarshal([]byte(row.Data), &e); err != nil {
			return nil, fmt.Errorf("decode audit entry %d: %w", row.Seq, err)
		}
		// What the columns say counts: they are what the chain was built on.
		e.Seq, e.Prev, e.Hash = row.Seq, row.Prev, row.Hash
		entries = append(entries, e)
	}
	return entries, nil
}
