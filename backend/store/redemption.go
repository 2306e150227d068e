package store

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/redemption"
)

type redemptionRow struct {
	ID          string `gorm:"primaryKey"`
	DonorID     string
	GiftID      string
	SiteID      string
	Points      int64
	Status      redemption.Status
	Year        int
	Codes       int
	Queued      int
	Reason      string
	Lang        lang.Tag
	DeviceID    string
	AskedAt     Instant
	HeldUntil   Instant
	ConfirmedAt Instant
	PickedUpAt  Instant
	HandedBy    string
	ClosedAt    Instant
	PickUpUntil calendar.Date
	Reminded    int
}

func (redemptionRow) TableName() string { return "redemptions" }

type voucherRow struct {
	RedemptionID string `gorm:"primaryKey"`
	NumberIndex  string
	Sealed       []byte
}

func (voucherRow) TableName() string { return "redemption_vouchers" }

func redemptionToRow(r redemption.Redemption) redemptionRow {
	row := redemptionRow{ID: r.ID, DonorID: r.DonorID, GiftID: r.GiftID, SiteID: r.SiteID, Points: r.Points, Status: r.Status, Year: r.Year,
		Reason: r.Reason, Lang: r.Lang, DeviceID: r.DeviceID, AskedAt: Instant{r.AskedAt}, HeldUntil: Instant{r.HeldUntil},
		ConfirmedAt: Instant{r.ConfirmedAt}, PickedUpAt: Instant{r.PickedUpAt}, HandedBy: r.HandedBy, ClosedAt: Instant{r.ClosedAt},
		PickUpUntil: r.PickUpUntil, Reminded: r.Reminded}
	if r.Codes {
		row.Codes = 1
	}
	if r.Queued {
		row.Queued = 1
	}
	return row
}

func (r redemptionRow) redemption() redemption.Redemption {
	return redemption.Redemption{ID: r.ID, DonorID: r.DonorID, GiftID: r.GiftID, SiteID: r.SiteID, Points: r.Points, Status: r.Status, Year: r.Year,
		Codes: r.Codes != 0, Queued: r.Queued != 0, Reason: r.Reason, Lang: r.Lang, DeviceID: r.DeviceID, AskedAt: r.AskedAt.Time,
		HeldUntil: r.HeldUntil.Time, ConfirmedAt: r.ConfirmedAt.Time, PickedUpAt: r.PickedUpAt.Time, HandedBy: r.HandedBy, ClosedAt: r.ClosedAt.Time,
		PickUpUntil: r.PickUpUntil, Reminded: r.Reminded}
}

// SaveRedemption implements redemption.Store.
func (s *Store) SaveRedemption(ctx context.Context, r redemption.Redemption) error {
	if err := saveRows(ctx, s, []redemptionRow{redemptionToRow(r)}); err != nil {
		return fmt.Errorf("save redemption: %w", err)
	}
	return nil
}

// Redemption implements redemption.Store.
func (s *Store) Redemption(ctx context.Context, id string) (redemption.Redemption, error) {
	var row redemptionRow
	err := first(s.read(ctx).Where("id = ?", id), &row, "redemption.not_found")
	return row.redemption(), err
}

// LockRedemption implements redemption.Store.
func (s *Store) LockRedemption(ctx context.Context, id string) (redemption.Redemption, error) {
	var row redemptionRow
	err := first(s.locked(ctx).Where("id = ?", id), &row, "redemption.not_found")
	return row.redemption(), err
}

// RedemptionsOf implements redemption.Store.
func (s *Store) RedemptionsOf(ctx context.Context, donorIDs []string, limit int) ([]redemption.Redemption, error) {
	return redemptionsFrom(s.redemptionsWhere(ctx, "donor_id IN ?", donorIDs, limit))
}

// RedemptionsSince lists up to limit redemptions behind one, by ID: those of all
// donors, for whoever works out what people like.
func (s *Store) RedemptionsSince(ctx context.Context, afterID string, limit int) ([]redemption.Redemption, error) {
	var rows []redemptionRow
	err := s.read(ctx).Where("id > ?", afterID).Order("id").Limit(limit).Find(&rows).Error
	return redemptionsFrom(rows, err)
}

func (s *Store) redemptionsWhere(ctx context.Context, where string, arg any, limit int) (rows []redemptionRow, err error) {
	err = s.read(ctx).Where(where, arg).Order("asked_at DESC, id DESC").Limit(limit).Find(&rows).Error
	return rows, err
}

func redemptionsFrom(rows []redemptionRow, err error) ([]redemption.Redemption, error) {
	if err != nil {
		return nil, translate(fmt.Errorf("list redemptions: %w", err))
	}
	all := make([]redemption.Redemption, len(rows))
	for i, row := range rows {
		all[i] = row.redemption()
	}
	return all, nil
}

// CountRedemptions implements redemption.Store.
func (s *Store) CountRedemptions(ctx context.Context, donorIDs []string, giftID string, year int) (int, error) {
	var n int64
	err := s.read(ctx).Model(&redemptionRow{}).Where("donor_id IN ? AND gift_id = ? AND year = ? AND status IN ?", donorIDs, giftID, year,
		[]redemption.Status{redemption.Held, redemption.Confirmed, redemption.PickedUp}).Count(&n).Error
	return int(n), translate(err)
}

// HeldUntil implements redemption.Store.
func (s *Store) HeldUntil(ctx context.Context, before time.Time, afterID string, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Model(&redemptionRow{}).Where("status = 'held' AND held_until <= ? AND id > ?", Instant{before}, afterID).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, translate(err)
}

// Unused implements redemption.Store.
func (s *Store) Unused(ctx context.Context, today calendar.Date, afterID string, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Model(&redemptionRow{}).Where("status = 'confirmed' AND pick_up_until < ? AND id > ?", today, afterID).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, translate(err)
}

// Ending implements redemption.Store.
func (s *Store) Ending(ctx context.Context, first, last calendar.Date, afterID string, limit int) ([]redemption.Redemption, error) {
	var rows []redemptionRow
	err := s.read(ctx).Where("status = 'confirmed' AND pick_up_until BETWEEN ? AND ? AND id > ?", first, last, afterID).Order("id").Limit(limit).Find(&rows).Error
	return redemptionsFrom(rows, err)
}

// SaveVoucher implements redemption.Store.
func (s *Store) SaveVoucher(ctx context.Context, v redemption.Voucher) error {
	sealed, err := s.sealJSON("redemption_vouchers", v.RedemptionID, v)
	if err != nil {
		return err
	}
	row := voucherRow{RedemptionID: v.RedemptionID, NumberIndex: s.keyring.Index("voucher-number", v.Number()), Sealed: sealed}
	if err := s.write(ctx).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save voucher: %w", err))
	}
	return nil
}

// Voucher implements redemption.Store.
func (s *Store) Voucher(ctx context.Context, redemptionID string) (redemption.Voucher, error) {
	return s.voucherWhere(ctx, "redemption_id = ?", redemptionID)
}

// VoucherByNumber implements redemption.Store.
func (s *Store) VoucherByNumber(ctx context.Context, number string) (redemption.Voucher, error) {
	return s.voucherWhere(ctx, "number_index = ?", s.keyring.Index("voucher-number", number))
}

func (s *Store) voucherWhere(ctx context.Context, where, arg string) (v redemption.Voucher, err error) {
	var row voucherRow
	if err := first(s.read(ctx).Where(where, arg), &row, "redemption.not_found"); err != nil {
		return v, err
	}
	return v, s.openJSON("redemption_vouchers", row.RedemptionID, row.Sealed, &v)
}

// LockDonor implements redemption.Store.
func (s *Store) LockDonor(ctx context.Context, id string) (donor.Donor, error) {
	var row donorRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "donor.not_found"); err != nil {
		return donor.Donor{}, err
	}
	return s.donorFromRow(row)
}
