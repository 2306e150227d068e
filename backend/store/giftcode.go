package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/fault"
	"lianxin/backend/gift"
)

type giftCodeRow struct {
	ID           string `gorm:"primaryKey"`
	GiftID       string
	CodeIndex    string
	RedemptionID *string // NULL while nobody has it
	Sealed       []byte
}

func (giftCodeRow) TableName() string { return "gift_codes" }

// AddCodes implements gift.Store.
func (s *Store) AddCodes(ctx context.Context, codes ...gift.Code) (added int, err error) {
	rows := make([]giftCodeRow, len(codes))
	for i, c := range codes {
		sealed, err := s.sealJSON("gift_codes", c.ID, c.Text)
		if err != nil {
			return 0, err
		}
		rows[i] = giftCodeRow{ID: c.ID, GiftID: c.GiftID, CodeIndex: s.keyring.Index("gift-code", c.Text), Sealed: sealed}
	}
	if len(rows) == 0 {
		return 0, nil
	}
	written := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, insertedAtOnce)
	if written.Error != nil {
		return 0, translate(fmt.Errorf("add codes: %w", written.Error))
	}
	return int(written.RowsAffected), nil
}

// ReserveCode implements gift.Store.
func (s *Store) ReserveCode(ctx context.Context, giftID, redemptionID string) error {
	done := s.write(ctx).Model(&giftCodeRow{}).
		Where("id = (SELECT MIN(id) FROM gift_codes WHERE gift_id = ? AND redemption_id IS NULL)", giftID).
		UpdateColumn("redemption_id", redemptionID)
	if done.Error != nil {
		return translate(fmt.Errorf("reserve code: %w", done.Error))
	}
	if done.RowsAffected == 0 {
		return fault.New(fault.Conflict, "gift.none_left")
	}
	return nil
}

// FreeCode implements gift.Store.
func (s *Store) FreeCode(ctx context.Context, redemptionID string) error {
	err := s.write(ctx).Model(&giftCodeRow{}).Where("redemption_id = ?", redemptionID).UpdateColumn("redemption_id", gorm.Expr("NULL")).Error
	if err != nil {
		return translate(fmt.Errorf("free code: %w", err))
	}
	return nil
}

// CodeOf implements gift.Store.
func (s *Store) CodeOf(ctx context.Context, redemptionID string) (gift.Code, error) {
	var row giftCodeRow
	if err := first(s.read(ctx).Where("redemption_id = ?", redemptionID), &row, "gift.no_code"); err != nil {
		return gift.Code{}, err
	}
	c := gift.Code{ID: row.ID, GiftID: row.GiftID}
	return c, s.openJSON("gift_codes", row.ID, row.Sealed, &c.Text)
}

// CountCodes counts the codes of a gift, and those somebody has.
func (s *Store) CountCodes(ctx context.Context, giftID string) (all, taken int64, err error) {
	err = s.read(ctx).Model(&giftCodeRow{}).Where("gift_id = ?", giftID).Count(&all).Error
	if err == nil {
		err = s.read(ctx).Model(&giftCodeRow{}).Where("gift_id = ? AND redemption_id IS NOT NULL", giftID).Count(&taken).Error
	}
	return all, taken, translate(err)
}
