package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

type receiptRow struct {
	ID        string `gorm:"primaryKey"`
	VisitID   string
	CreatedAt Instant `gorm:"autoCreateTime:false"`
	Reprints  int
	Sealed    []byte
}

func (receiptRow) TableName() string { return "receipts" }

// SaveReceipt keeps the snapshot of everything a paper says.
func (s *Store) SaveReceipt(ctx context.Context, id, visitID string, at time.Time, snapshot json.RawMessage) error {
	sealed, err := s.sealJSON("receipts", id, snapshot)
	if err != nil {
		return err
	}
	row := receiptRow{ID: id, VisitID: visitID, CreatedAt: Instant{at}, Sealed: sealed}
	if err := s.write(ctx).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save receipt: %w", err))
	}
	return nil
}

// ReceiptOf returns the first paper of a visit; ok is false when it was made elsewhere.
func (s *Store) ReceiptOf(ctx context.Context, visitID string) (snapshot json.RawMessage, ok bool, err error) {
	var row receiptRow
	err = s.read(ctx).Where("visit_id = ?", visitID).Order("created_at, id").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, translate(fmt.Errorf("find receipt: %w", err))
	}
	return snapshot, true, s.openJSON("receipts", row.ID, row.Sealed, &snapshot)
}

// CountReprint returns how often the papers of a visit were asked for again,
// this time included; 0 when no paper of it is kept here.
func (s *Store) CountReprint(ctx context.Context, visitID string) (int, error) {
	var row receiptRow
	err := s.together(ctx, func(ctx context.Context) error {
		err := s.write(ctx).Model(&receiptRow{}).Where("visit_id = ?", visitID).
			UpdateColumn("reprints", gorm.Expr("reprints + 1")).Error
		if err != nil {
			return fmt.Errorf("count reprint: %w", err)
		}
		return s.write(ctx).Select("reprints").Where("visit_id = ?", visitID).Limit(1).Find(&row).Error
	})
	return row.Reprints, err
}
