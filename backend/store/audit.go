package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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

// Newest implements audit.Archive.
func (s *Store) Newest(ctx context.Context) (int64, error) {
	var seq int64
	err := s.scan(ctx, s.reader, []any{&seq}, "SELECT COALESCE(MAX(seq), 0) FROM audit_entries")
	return seq, translate(err)
}

// entryMember is an expression for a member of an entry, as the engine reads JSON.
func (s *Store) entryMember(path ...string) string {
	if s.engine == Postgres {
		return "(data::jsonb #>> '{" + strings.Join(path, ",") + "}')"
	}
	return "json_extract(data, '$." + strings.Join(path, ".") + "')"
}

// wholeSecond sorts before every written time of its second.
const wholeSecond = "2006-01-02T15:04:05"

// Matching implements audit.Archive.
func (s *Store) Matching(ctx context.Context, q audit.Query, after, upTo int64, limit int) ([]audit.Entry, error) {
	query := s.read(ctx).Where("seq > ? AND seq <= ?", after, upTo).Order("seq DESC").Limit(limit)
	for _, asked := range []struct{ value, of string }{
		{q.Who, s.entryMember("who")}, {q.Noun, s.entryMember("object", "noun")}, {q.Object, s.entryMember("object", "id")},
		{q.Site, s.entryMember("where", "site")}, {q.Device, s.entryMember("where", "device")},
	} {
		if asked.value != "" {
			query = query.Where(asked.of+" = ?", asked.value)
		}
	}
	switch action := s.entryMember("action"); {
	case strings.HasSuffix(q.Action, "."):
		query = query.Where("substr("+action+", 1, ?) = ?", len(q.Action), q.Action)
	case q.Action != "":
		query = query.Where(action+" = ?", q.Action)
	}
	if !q.From.IsZero() {
		query = query.Where(s.entryMember("at")+" >= ?", q.From.UTC().Format(wholeSecond))
	}
	if !q.Until.IsZero() {
		query = query.Where(s.entryMember("at")+" < ?", q.Until.UTC().Format(wholeSecond))
	}
	var rows []auditRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("search audit log: %w", err))
	}
	return auditEntries(rows)
}

// Entries implements audit.Store.
func (s *Store) Entries(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	if err := s.read(ctx).Where("seq > ?", after).Order("seq").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read audit log: %w", err))
	}
	return auditEntries(rows)
}

func auditEntries(rows []auditRow) ([]audit.Entry, error) {
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
