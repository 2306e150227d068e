package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/fault"
	"lianxin/backend/gift"
)

type giftRow struct {
	ID        string `gorm:"primaryKey"`
	Position  int
	Withdrawn int
	Body      string
}

func (giftRow) TableName() string { return "gifts" }

func (r giftRow) gift() (gift.Listed, error) {
	var g gift.Listed
	if err := json.Unmarshal([]byte(r.Body), &g); err != nil {
		return g, fmt.Errorf("decode gift: %w", err)
	}
	return g, nil
}

type stockRow struct {
	GiftID    string `gorm:"primaryKey"`
	SiteID    string `gorm:"primaryKey"`
	Loaded    int
	Remaining int
	Held      int
	Handed    int
}

func (stockRow) TableName() string { return "gift_stock" }

func (r stockRow) stock() gift.Stock {
	return gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Loaded: r.Loaded, Left: r.Remaining, Held: r.Held, Handed: r.Handed}
}

// SaveGifts implements gift.Store.
func (s *Store) SaveGifts(ctx context.Context, all ...gift.Listed) error {
	rows := make([]giftRow, len(all))
	for i, g := range all {
		body, err := json.Marshal(g)
		if err != nil {
			return fmt.Errorf("encode gift: %w", err)
		}
		rows[i] = giftRow{ID: g.ID, Position: g.Position, Body: string(body)}
		if g.Withdrawn {
			rows[i].Withdrawn = 1
		}
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("save gifts: %w", err)
	}
	return nil
}

// DeleteGift implements gift.Store.
func (s *Store) DeleteGift(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&giftRow{}, "id = ?", id).Error)
}

// Gift implements gift.Store.
func (s *Store) Gift(ctx context.Context, id string) (gift.Listed, error) {
	var row giftRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "gift.not_found"); err != nil {
		return gift.Listed{}, err
	}
	return row.gift()
}

// Gifts implements gift.Store.
func (s *Store) Gifts(ctx context.Context) ([]gift.Listed, error) {
	return s.giftsWhere(ctx, "withdrawn = 0")
}

// GiftsByIDs implements gift.Store.
func (s *Store) GiftsByIDs(ctx context.Context, ids []string) (map[string]gift.Listed, error) {
	all, err := s.giftsWhere(ctx, "id IN ?", ids)
	found := make(map[string]gift.Listed, len(all))
	for _, g := range all {
		found[g.ID] = g
	}
	return found, err
}

func (s *Store) giftsWhere(ctx context.Context, where string, args ...any) ([]gift.Listed, error) {
	var rows []giftRow
	if err := s.read(ctx).Where(where, args...).Order("position, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list gifts: %w", err))
	}
	all := make([]gift.Listed, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = row.gift(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Stocks implements gift.Store.
func (s *Store) Stocks(ctx context.Context, giftID string) ([]gift.Stock, error) {
	if giftID != "" {
		return s.StocksOf(ctx, []string{giftID})
	}
	return stocksWhere(s.read(ctx))
}

// StocksOf implements gift.Store.
func (s *Store) StocksOf(ctx context.Context, giftIDs []string) ([]gift.Stock, error) {
	return stocksWhere(s.read(ctx).Where("gift_id IN ?", giftIDs))
}

// Left implements gift.Store.
func (s *Store) Left(ctx context.Context, giftID, siteID string) (int, error) {
	var row stockRow
	err := s.read(ctx).Where("gift_id = ? AND site_id = ?", giftID, siteID).Limit(1).Find(&row).Error
	return row.Remaining, translate(err)
}

func stocksWhere(query *gorm.DB) ([]gift.Stock, error) {
	var rows []stockRow
	if err := query.Order("gift_id, site_id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list stock: %w", err))
	}
	all := make([]gift.Stock, len(rows))
	for i, row := range rows {
		all[i] = row.stock()
	}
	return all, nil
}

// MoveStock implements gift.Store. The row is changed where it stands: who wants the
// last one waits for nobody once there is none.
func (s *Store) MoveStock(ctx context.Context, by gift.Stock) (gift.Stock, error) {
	if by.Loaded != by.Left+by.Held+by.Handed {
		return by, fmt.Errorf("stock of %s does not add up: %+v", by.GiftID, by)
	}
	if by.Loaded > 0 {
		empty := stockRow{GiftID: by.GiftID, SiteID: by.SiteID}
		if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&empty).Error; err != nil {
			return by, translate(fmt.Errorf("begin stock: %w", err))
		}
	}
	var moved []stockRow
	err := s.write(ctx).Raw(`UPDATE gift_stock SET loaded = loaded + ?, remaining = remaining + ?, held = held + ?, handed = handed + ?
		WHERE gift_id = ? AND site_id = ? AND remaining + ? >= 0 RETURNING gift_id, site_id, loaded, remaining, held, handed`,
		by.Loaded, by.Left, by.Held, by.Handed, by.GiftID, by.SiteID, by.Left).Scan(&moved).Error
	if err != nil {
		return by, translate(fmt.Errorf("move stock: %w", err))
	}
	if len(moved) == 0 {
		return by, fault.New(fault.Conflict, "gift.none_left")
	}
	return moved[0].stock(), nil
}

// SaveLevel implements gift.Store.
func (s *Store) SaveLevel(ctx context.Context, l gift.Level) error {
	row := stockRow{GiftID: l.GiftID, SiteID: l.SiteID, Loaded: l.Left, Remaining: l.Left}
	return saveRows(ctx, s, []stockRow{row})
}

// DeleteLevel implements gift.Store.
func (s *Store) DeleteLevel(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&stockRow{}, "gift_id || '|' || site_id = ?", id).Error)
}

// SaveStocks keeps stocks as they are said to be, for those of which nothing is known.
func (s *Store) SaveStocks(ctx context.Context, all ...gift.Stock) error {
	rows := make([]stockRow, len(all))
	for i, one := range all {
		rows[i] = stockRow{GiftID: one.GiftID, SiteID: one.SiteID, Loaded: one.Loaded, Remaining: one.Left, Held: one.Held, Handed: one.Handed}
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("save stock: %w", err)
	}
	return nil
}
