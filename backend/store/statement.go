package store

import (
	"context"
	"fmt"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

type statementRow struct {
	ID      string `gorm:"primaryKey"`
	Digest  string
	TakenAt Instant
	Sealed  []byte
}

func (statementRow) TableName() string { return "bank_statements" }

type statementLineRow struct {
	ID          string `gorm:"primaryKey"`
	StatementID string
	Sealed      []byte
}

func (statementLineRow) TableName() string { return "bank_statement_lines" }

type bankLineRow struct {
	LineKey   string `gorm:"primaryKey"`
	PaymentID string
	Finding   payout.Finding
}

func (bankLineRow) TableName() string { return "bank_lines" }

// InsertStatement implements payout.StatementStore.
func (s *Store) InsertStatement(ctx context.Context, st payout.Statement) error {
	return s.together(ctx, func(ctx context.Context) error {
		lines := st.Lines
		st.Lines = nil
		sealed, err := s.sealJSON("bank_statements", st.ID, st)
		if err != nil {
			return err
		}
		n, err := s.insert(ctx, &statementRow{ID: st.ID, Digest: st.Digest, TakenAt: Instant{st.TakenAt}, Sealed: sealed}, "ON CONFLICT (id) DO NOTHING")
		if err != nil {
			return translate(fmt.Errorf("insert statement: %w", err))
		}
		if n == 0 {
			return fault.New(fault.Conflict, "payout.statement_exists")
		}
		rows := make([]statementLineRow, len(lines))
		for i, l := range lines {
			id := fmt.Sprintf("%s/%06d", st.ID, i)
			if sealed, err = s.sealJSON("bank_statement_lines", id, l); err != nil {
				return err
			}
			rows[i] = statementLineRow{id, st.ID, sealed}
		}
		_, err = insertAll(ctx, s, rows, "")
		return translate(err)
	})
}

// Statement implements payout.StatementStore.
func (s *Store) Statement(ctx context.Context, id string) (st payout.Statement, err error) {
	var row statementRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "payout.not_found"); err != nil {
		return st, err
	}
	if st, err = s.statementFrom(row); err != nil {
		return st, err
	}
	var rows []statementLineRow
	if err := s.read(ctx).Where("statement_id = ?", id).Order("id").Find(&rows).Error; err != nil {
		return st, translate(fmt.Errorf("lines of a statement: %w", err))
	}
	st.Lines = make([]payout.Found, len(rows))
	for i, row := range rows {
		if err := s.openJSON("bank_statement_lines", row.ID, row.Sealed, &st.Lines[i]); err != nil {
			return st, err
		}
	}
	return st, nil
}

func (s *Store) statementFrom(row statementRow) (st payout.Statement, err error) {
	return st, s.openJSON("bank_statements", row.ID, row.Sealed, &st)
}

// BankStatements lists the last statements without their lines, newest first.
func (s *Store) BankStatements(ctx context.Context, limit int) ([]payout.Statement, error) {
	var rows []statementRow
	if err := s.read(ctx).Order("taken_at DESC, id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list statements: %w", err))
	}
	all := make([]payout.Statement, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = s.statementFrom(row); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// BookLine implements payout.StatementStore. A line is known by the bank's own number of it
// where it has one, else by all that it says.
func (s *Store) BookLine(ctx context.Context, l payout.Line, n int, b payout.Booked) (before payout.Booked, isKnown bool, err error) {
	key := s.keyring.Index("bank-line", fmt.Sprintf("%s\x00%s\x00%d\x00%t\x00%s\x00%s\x00%s\x00%d", l.Serial, l.On, l.AmountFen, l.Incoming, l.Account, l.Holder, l.Remark, n))
	added, err := s.insert(ctx, &bankLineRow{key, b.PaymentID, b.Finding}, "ON CONFLICT (line_key) DO NOTHING")
	if err != nil {
		return before, false, translate(fmt.Errorf("book a line: %w", err))
	}
	if added > 0 {
		return b, false, nil
	}
	var row bankLineRow
	if err := first(s.write(ctx).Where("line_key = ?", key), &row, "payout.not_found"); err != nil {
		return before, false, err
	}
	return payout.Booked{PaymentID: row.PaymentID, Finding: row.Finding}, true, nil
}

// IsDebited implements payout.StatementStore.
func (s *Store) IsDebited(ctx context.Context, paymentID string) (bool, error) {
	var n int64
	err := s.write(ctx).Model(&bankLineRow{}).Where("payment_id = ? AND finding IN ?", paymentID, payout.Debits()).Count(&n).Error
	return n > 0, translate(err)
}
