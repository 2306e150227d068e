package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lianxin/backend/lang"
	"lianxin/backend/ledger"
	"lianxin/backend/settlement"
)

type monthRow struct {
	District  string           `gorm:"primaryKey"`
	Month     settlement.Month `gorm:"primaryKey"`
	State     settlement.State
	Statement string // its head as JSON, of a locked one
	Hash      string
}

func (monthRow) TableName() string { return "settlement_months" }

func (r monthRow) head() (h settlement.Head, err error) {
	if r.State == settlement.Locked {
		err = json.Unmarshal([]byte(r.Statement), &h)
	}
	h.ID, h.District, h.Month, h.State, h.Hash = settlement.ID(r.District, r.Month), r.District, r.Month, r.State, r.Hash
	return h, err
}

// forShare ends a statement whose rows may be read together but not changed.
func (s *Store) forShare() string {
	if s.engine == Postgres {
		return " FOR SHARE"
	}
	return ""
}

// ShareMonth implements settlement.Store.
func (s *Store) ShareMonth(ctx context.Context, district string, m settlement.Month) (settlement.State, error) {
	head, err := s.month(ctx, district, m, s.forShare())
	return head.State, err
}

// LockMonth implements settlement.Store.
func (s *Store) LockMonth(ctx context.Context, district string, m settlement.Month) (settlement.Head, error) {
	return s.month(ctx, district, m, s.forUpdate())
}

// month reads a month's row under a lock, and makes it first where there is none.
func (s *Store) month(ctx context.Context, district string, m settlement.Month, lock string) (settlement.Head, error) {
	const where = "WHERE district = ? AND month = ?"
	var row monthRow
	found, err := s.take(ctx, s.writer, &row, where+lock, district, m)
	if err == nil && !found {
		if _, err = s.insert(ctx, &monthRow{District: district, Month: m, State: settlement.Open}, "ON CONFLICT (district, month) DO NOTHING"); err == nil {
			_, err = s.take(ctx, s.writer, &row, where+lock, district, m)
		}
	}
	if err != nil {
		return settlement.Head{}, translate(fmt.Errorf("look at a month: %w", err))
	}
	return row.head()
}

// Month implements settlement.Store.
func (s *Store) Month(ctx context.Context, district string, m settlement.Month) (settlement.Head, error) {
	row := monthRow{District: district, Month: m, State: settlement.Open}
	if _, err := s.take(ctx, s.reader, &row, "WHERE district = ? AND month = ?", district, m); err != nil {
		return settlement.Head{}, translate(fmt.Errorf("look at a month: %w", err))
	}
	return row.head()
}

// Months implements settlement.Store.
func (s *Store) Months(ctx context.Context, m settlement.Month) ([]settlement.Head, error) {
	return s.months(ctx, "WHERE month = ? ORDER BY district", m)
}

// LockedMonths lists all that were ever locked, by month and district.
func (s *Store) LockedMonths(ctx context.Context) ([]settlement.Head, error) {
	return s.months(ctx, "WHERE state = ? ORDER BY month, district", settlement.Locked)
}

func (s *Store) months(ctx context.Context, tail string, args ...any) ([]settlement.Head, error) {
	rows, err := find[monthRow](ctx, s, s.reader, tail, args...)
	if err != nil {
		return nil, translate(fmt.Errorf("list months: %w", err))
	}
	heads := make([]settlement.Head, len(rows))
	for i, r := range rows {
		if heads[i], err = r.head(); err != nil {
			return nil, fmt.Errorf("read a statement: %w", err)
		}
	}
	return heads, nil
}

// SaveMonth implements settlement.Store.
func (s *Store) SaveMonth(ctx context.Context, h settlement.Head) error {
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write a statement: %w", err)
	}
	return translate(s.overwrite(ctx, &monthRow{District: h.District, Month: h.Month, State: h.State, Statement: string(text), Hash: h.Hash}))
}

// PostMoney implements settlement.Store.
func (s *Store) PostMoney(ctx context.Context, e ledger.Entry) (posted bool, err error) {
	return money.post(ctx, s, e)
}

// MoneySums adds up the book of money. Whoever audits it compares.
func (s *Store) MoneySums(ctx context.Context) (ledger.Sums, error) { return money.sums(ctx, s) }

// MoneyBalance implements settlement.Store.
func (s *Store) MoneyBalance(ctx context.Context, a ledger.Account) (sum int64, err error) {
	err = s.scan(ctx, s.reader, []any{&sum}, "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM money_postings WHERE account = ?", a)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return sum, translate(err)
}

// AdvanceLines implements settlement.Store.
func (s *Store) AdvanceLines(ctx context.Context, district string, m settlement.Month) ([]settlement.Line, error) {
	var rows []struct {
		EntryID    string
		Kind       ledger.Kind
		At         Instant
		Cause      string
		Amount     int64
		Number     string
		HospitalID string
	}
	err := s.read(ctx).Raw(`SELECT p.entry_id, e.kind, p.at, e.cause, p.amount, COALESCE(c.number, h.reference, '') AS number, COALESCE(h.hospital_id, '') AS hospital_id
		FROM money_postings AS p JOIN money_entries AS e ON e.id = p.entry_id
		LEFT JOIN claims AS c ON c.id = e.cause AND e.kind <> ? LEFT JOIN hospital_cases AS h ON h.id = e.cause AND e.kind = ?
		WHERE p.account = ? AND e.kind <> ? ORDER BY p.at, p.entry_id`,
		settlement.KindWaived, settlement.KindWaived, settlement.AdvancedAccount(district, m), settlement.KindLocked).Scan(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("read what was advanced: %w", err))
	}
	lines := make([]settlement.Line, len(rows))
	for i, r := range rows {
		lines[i] = settlement.Line{EntryID: r.EntryID, Kind: r.Kind, At: r.At.Time, Cause: r.Cause, Number: r.Number, HospitalID: r.HospitalID, Fen: r.Amount}
	}
	return lines, nil
}

// HospitalNames implements settlement.Store.
func (s *Store) HospitalNames(ctx context.Context) (map[string]lang.Text, error) {
	all, err := s.Hospitals(ctx)
	names := make(map[string]lang.Text, len(all))
	for _, h := range all {
		names[h.ID] = h.Name
	}
	return names, err
}

// ToSettle is a claim that may be settled, as it is now.
type ToSettle struct {
	ID      string
	Version int
}

// PaidClaims lists up to limit claims behind one, which a district's month paid, that are
// paid still and were not paid anew later.
func (s *Store) PaidClaims(ctx context.Context, district string, m settlement.Month, after string, limit int) ([]ToSettle, error) {
	var claims []ToSettle
	err := s.read(ctx).Raw(`SELECT c.id, c.version FROM money_postings AS p JOIN money_entries AS e ON e.id = p.entry_id JOIN claims AS c ON c.id = e.cause
		WHERE p.account = ? AND e.kind = ? AND c.status = 'paid' AND c.id > ?
		AND NOT EXISTS (SELECT 1 FROM money_entries AS later WHERE later.cause = e.cause AND (later.at, later.id) > (e.at, e.id))
		ORDER BY c.id LIMIT ?`, settlement.AdvancedAccount(district, m), settlement.KindPaid, after, limit).Scan(&claims).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list claims to settle: %w", err))
	}
	return claims, nil
}
