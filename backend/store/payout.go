package store

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

type batchRow struct {
	ID      string `gorm:"primaryKey"`
	Number  string
	Method  payout.Method
	Status  payout.BatchStatus
	Version int
	MadeAt  Instant
	Sealed  []byte
}

func (batchRow) TableName() string { return "payout_batches" }

type paymentRow struct {
	ID           string `gorm:"primaryKey"`
	Number       string
	ClaimID      string
	BatchID      string
	District     string
	Method       payout.Method
	Status       payout.Status
	Version      int
	AccountIndex string
	MadeAt       Instant
	SentAt       Instant
	EndedAt      Instant
	AskAt        Instant
	Sealed       []byte
}

func (paymentRow) TableName() string { return "payments" }

func (s *Store) batchToRow(b payout.Batch) (batchRow, error) {
	sealed, err := s.sealJSON("payout_batches", b.ID, b)
	return batchRow{ID: b.ID, Number: b.Number, Method: b.Method, Status: b.Status, Version: b.Version, MadeAt: Instant{b.MadeAt}, Sealed: sealed}, err
}

func (s *Store) batchFrom(row batchRow) (b payout.Batch, err error) {
	return b, s.openJSON("payout_batches", row.ID, row.Sealed, &b)
}

func (s *Store) accountIndex(account string) string {
	return s.keyring.Index("payout-account", account)
}

func (s *Store) paymentToRow(p payout.Payment) (paymentRow, error) {
	sealed, err := s.sealJSON("payments", p.ID, p)
	return paymentRow{ID: p.ID, Number: p.Number, ClaimID: p.ClaimID, BatchID: p.BatchID, District: p.District, Method: p.Method, Status: p.Status, Version: p.Version,
		AccountIndex: s.accountIndex(p.Payee.Account), MadeAt: Instant{p.MadeAt}, SentAt: Instant{p.SentAt}, EndedAt: Instant{p.EndedAt}, AskAt: Instant{p.AskAt}, Sealed: sealed}, err
}

func (s *Store) paymentFrom(row paymentRow) (p payout.Payment, err error) {
	return p, s.openJSON("payments", row.ID, row.Sealed, &p)
}

func (s *Store) paymentsFrom(rows []paymentRow, err error) ([]payout.Payment, error) {
	if err != nil {
		return nil, translate(fmt.Errorf("find payments: %w", err))
	}
	payments := make([]payout.Payment, len(rows))
	for i, row := range rows {
		if payments[i], err = s.paymentFrom(row); err != nil {
			return nil, err
		}
	}
	return payments, nil
}

// InsertBatch implements payout.Store.
func (s *Store) InsertBatch(ctx context.Context, b payout.Batch) error {
	row, err := s.batchToRow(b)
	if err != nil {
		return err
	}
	n, err := s.insert(ctx, &row, "ON CONFLICT (id) DO NOTHING")
	if err != nil {
		return translate(fmt.Errorf("insert batch: %w", err))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "payout.batch_exists")
	}
	return nil
}

// SaveBatch implements payout.Store.
func (s *Store) SaveBatch(ctx context.Context, b payout.Batch) error {
	row, err := s.batchToRow(b)
	if err != nil {
		return err
	}
	n, err := s.exec(ctx, "UPDATE payout_batches SET status = ?, version = ?, sealed = ? WHERE id = ? AND version = ?", row.Status, row.Version, row.Sealed, row.ID, row.Version-1)
	return changedOne(n, err, "save batch")
}

// changedOne is the failure of a change whose row had another version.
func changedOne(n int64, err error, doing string) error {
	switch {
	case err != nil:
		return translate(fmt.Errorf("%s: %w", doing, err))
	case n == 0:
		return fault.New(fault.Conflict, "payout.changed")
	}
	return nil
}

// Batch finds by ID; fault "payout.not_found".
func (s *Store) Batch(ctx context.Context, id string) (payout.Batch, error) {
	var row batchRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "payout.not_found"); err != nil {
		return payout.Batch{}, err
	}
	return s.batchFrom(row)
}

// LockBatch implements payout.Store.
func (s *Store) LockBatch(ctx context.Context, id string) (payout.Batch, error) {
	var row batchRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "payout.not_found"); err != nil {
		return payout.Batch{}, err
	}
	return s.batchFrom(row)
}

// NextBatchNumber implements payout.Store.
func (s *Store) NextBatchNumber(ctx context.Context, year int) (n int, err error) {
	err = s.scan(ctx, s.writer, []any{&n}, `INSERT INTO payout_numbers (year, given) VALUES (?, 1)
		ON CONFLICT (year) DO UPDATE SET given = payout_numbers.given + 1 RETURNING given`, year)
	if err != nil {
		return 0, translate(fmt.Errorf("number of a batch: %w", err))
	}
	return n, nil
}

// InsertPayment implements payout.Store.
func (s *Store) InsertPayment(ctx context.Context, p payout.Payment) error {
	row, err := s.paymentToRow(p)
	if err != nil {
		return err
	}
	n, err := s.insert(ctx, &row, "ON CONFLICT DO NOTHING")
	if err != nil {
		return translate(fmt.Errorf("insert payment: %w", err))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "payout.open")
	}
	return nil
}

// SavePayment implements payout.Store.
func (s *Store) SavePayment(ctx context.Context, p payout.Payment) error {
	row, err := s.paymentToRow(p)
	if err != nil {
		return err
	}
	n, err := s.exec(ctx, "UPDATE payments SET status = ?, version = ?, sent_at = ?, ended_at = ?, ask_at = ?, sealed = ? WHERE id = ? AND version = ?",
		row.Status, row.Version, row.SentAt, row.EndedAt, row.AskAt, row.Sealed, row.ID, row.Version-1)
	return changedOne(n, err, "save payment")
}

// Payment implements payout.Store.
func (s *Store) Payment(ctx context.Context, id string) (payout.Payment, error) {
	var row paymentRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "payout.not_found"); err != nil {
		return payout.Payment{}, err
	}
	return s.paymentFrom(row)
}

// LockPayment implements payout.Store.
func (s *Store) LockPayment(ctx context.Context, id string) (payout.Payment, error) {
	var row paymentRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "payout.not_found"); err != nil {
		return payout.Payment{}, err
	}
	return s.paymentFrom(row)
}

// PaymentByNumber implements payout.Store.
func (s *Store) PaymentByNumber(ctx context.Context, number string) (payout.Payment, error) {
	var row paymentRow
	if err := first(s.read(ctx).Where("number = ?", number), &row, "payout.not_found"); err != nil {
		return payout.Payment{}, err
	}
	return s.paymentFrom(row)
}

// PaymentsOfBatch implements payout.Store.
func (s *Store) PaymentsOfBatch(ctx context.Context, batchID string) ([]payout.Payment, error) {
	var rows []paymentRow
	err := s.read(ctx).Where("batch_id = ?", batchID).Order("id").Find(&rows).Error
	return s.paymentsFrom(rows, err)
}

// PaymentsOfClaim implements payout.Store.
func (s *Store) PaymentsOfClaim(ctx context.Context, claimID string) ([]payout.Payment, error) {
	var rows []paymentRow
	err := s.read(ctx).Where("claim_id = ?", claimID).Order("made_at, id").Find(&rows).Error
	return s.paymentsFrom(rows, err)
}

// PaymentsDue implements payout.Store.
func (s *Store) PaymentsDue(ctx context.Context, m payout.Method, now time.Time, limit int) ([]string, error) {
	ids := []string{}
	err := s.read(ctx).Model(&paymentRow{}).
		Where("method = ? AND (status IN ? AND ask_at > 0 AND ask_at <= ? OR status = ? AND batch_id IN (?))", m, []payout.Status{payout.Sent, payout.Failed}, Instant{now}, payout.Queued,
			s.read(ctx).Model(&batchRow{}).Select("id").Where("status = ?", payout.BatchSent)).
		Order("ask_at, id").Limit(limit).Pluck("id", &ids).Error
	if err != nil {
		return nil, translate(fmt.Errorf("payments that are due: %w", err))
	}
	return ids, nil
}

// ClaimsToPay implements payout.Store.
func (s *Store) ClaimsToPay(ctx context.Context, districts []string, after string, limit int) (page []claim.Claim, next string, err error) {
	query, err := s.claimsWhere(ctx, ClaimQuery{Districts: districts, Statuses: []claim.Status{claim.ToPay}, After: after})
	if err != nil {
		return nil, "", err
	}
	open := s.read(ctx).Model(&paymentRow{}).Select("1").Where("payments.claim_id = claims.id AND payments.status IN ?", payout.Open())
	var rows []claimRow
	if err := query.Where("NOT EXISTS (?)", open).Order("entered_at, id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", translate(fmt.Errorf("claims to pay: %w", err))
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = claimCursor(rows[limit-1], false)
	}
	page, err = s.claimsFrom(rows)
	return page, next, err
}

// SentTo implements payout.StatementStore.
func (s *Store) SentTo(ctx context.Context, account string) ([]payout.Payment, error) {
	var rows []paymentRow
	err := s.read(ctx).Where("account_index = ? AND method = ? AND sent_at > 0", s.accountIndex(account), payout.BankFile).Order("sent_at, id").Find(&rows).Error
	return s.paymentsFrom(rows, err)
}

// SentBefore implements payout.StatementStore.
func (s *Store) SentBefore(ctx context.Context, until time.Time) ([]payout.Payment, error) {
	var rows []paymentRow
	err := s.read(ctx).Where("status = ? AND method = ? AND sent_at < ?", payout.Sent, payout.BankFile, Instant{until}).
		Order("sent_at, id").Find(&rows).Error
	return s.paymentsFrom(rows, err)
}
