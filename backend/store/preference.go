package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/calendar"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
)

type basketRow struct {
	DonorID string `gorm:"primaryKey"`
	SiteID  string
	Gifts   string // JSON
}

func (basketRow) TableName() string { return "preference_baskets" }

type preferenceCountRow struct {
	SiteID  string `gorm:"primaryKey"`
	GiftID  string `gorm:"primaryKey"`
	OtherID string `gorm:"primaryKey"`
	People  int
}

func (preferenceCountRow) TableName() string { return "preference_counts" }

type switchRow struct {
	DonorID     string `gorm:"primaryKey"`
	Suggestions int
	ChangedAt   Instant
	Counted     int
}

func (switchRow) TableName() string { return "preference_switches" }

// RedeemersAfter lists up to limit donors with a redemption or a counted basket, by ID,
// behind one.
func (s *Store) RedeemersAfter(ctx context.Context, after string, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Raw("SELECT donor_id FROM (SELECT donor_id FROM redemptions WHERE donor_id > ? UNION SELECT donor_id FROM preference_baskets WHERE donor_id > ?) AS known ORDER BY donor_id LIMIT ?",
		after, after, limit).Scan(&ids).Error
	return ids, translate(err)
}

// RedeemersSince lists up to limit donors behind one who asked for a gift since a moment,
// or whose switch was not counted yet.
func (s *Store) RedeemersSince(ctx context.Context, since time.Time, after string, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Raw("SELECT donor_id FROM (SELECT donor_id FROM redemptions WHERE asked_at >= ? AND donor_id > ? UNION SELECT donor_id FROM preference_switches WHERE counted = 0 AND donor_id > ?) AS lately ORDER BY donor_id LIMIT ?",
		Instant{since}, after, after, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Baskets returns what was counted of donors; who is missing was not counted.
func (s *Store) Baskets(ctx context.Context, donorIDs []string) (map[string]preference.Basket, error) {
	var rows []basketRow
	if err := s.read(ctx).Where("donor_id IN ?", donorIDs).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read baskets: %w", err))
	}
	return basketsFrom(rows)
}

// SomeBaskets returns up to limit baskets of at least two gifts, by donor.
func (s *Store) SomeBaskets(ctx context.Context, limit int) ([]preference.Basket, error) {
	var rows []basketRow
	if err := s.read(ctx).Where("gifts LIKE '%,%'").Order("donor_id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read baskets: %w", err))
	}
	byDonor, err := basketsFrom(rows)
	all := make([]preference.Basket, 0, len(rows))
	for _, row := range rows { // in their order
		all = append(all, byDonor[row.DonorID])
	}
	return all, err
}

func basketsFrom(rows []basketRow) (map[string]preference.Basket, error) {
	found := make(map[string]preference.Basket, len(rows))
	for _, row := range rows {
		b := preference.Basket{SiteID: row.SiteID}
		if err := json.Unmarshal([]byte(row.Gifts), &b.Gifts); err != nil {
			return nil, fmt.Errorf("decode a basket: %w", err)
		}
		found[row.DonorID] = b
	}
	return found, nil
}

// SaveBaskets keeps what is counted of donors now; an empty one is forgotten.
func (s *Store) SaveBaskets(ctx context.Context, all map[string]preference.Basket) error {
	var rows []basketRow
	var gone []string
	for id, b := range all {
		if len(b.Gifts) == 0 {
			gone = append(gone, id)
			continue
		}
		gifts, err := json.Marshal(b.Gifts)
		if err != nil {
			return fmt.Errorf("encode a basket: %w", err)
		}
		rows = append(rows, basketRow{id, b.SiteID, string(gifts)})
	}
	if len(gone) > 0 {
		if err := s.write(ctx).Delete(&basketRow{}, "donor_id IN ?", gone).Error; err != nil {
			return translate(fmt.Errorf("forget baskets: %w", err))
		}
	}
	return saveRows(ctx, s, rows)
}

// ChangeCounts adds to counts of people, and forgets those that count nobody.
func (s *Store) ChangeCounts(ctx context.Context, by preference.Counts) error {
	if len(by) == 0 {
		return nil
	}
	rows := make([]preferenceCountRow, 0, len(by))
	for k, n := range by {
		rows = append(rows, preferenceCountRow{k.SiteID, k.Gift, k.Other, n})
	}
	added := clause.OnConflict{Columns: []clause.Column{{Name: "site_id"}, {Name: "gift_id"}, {Name: "other_id"}},
		DoUpdates: clause.Assignments(map[string]any{"people": gorm.Expr("preference_counts.people + excluded.people")})}
	if err := s.write(ctx).Clauses(added).CreateInBatches(rows, insertedAtOnce).Error; err != nil {
		return translate(fmt.Errorf("change counts: %w", err))
	}
	return translate(s.write(ctx).Delete(&preferenceCountRow{}, "people = 0").Error)
}

// CountsFor returns what is needed to suggest something to who has gifts: the pairs of
// each of them, and what is popular at a site and anywhere.
func (s *Store) CountsFor(ctx context.Context, gifts []string, siteID string) (preference.Counts, error) {
	query := s.read(ctx).Where("people >= ? AND other_id = '' AND site_id IN ?", preference.MinPeople, []string{"", siteID})
	if len(gifts) > 0 {
		query = query.Or("people >= ? AND other_id <> '' AND (gift_id IN ? OR other_id IN ?)", preference.MinPeople, gifts, gifts)
	}
	return countsFrom(query)
}

// Counts returns all of them.
func (s *Store) Counts(ctx context.Context) (preference.Counts, error) {
	return countsFrom(s.read(ctx))
}

func countsFrom(query *gorm.DB) (preference.Counts, error) {
	var rows []preferenceCountRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read counts: %w", err))
	}
	c := make(preference.Counts, len(rows))
	for _, row := range rows {
		c[preference.Key{SiteID: row.SiteID, Gift: row.GiftID, Other: row.OtherID}] = row.People
	}
	return c, nil
}

// SaveSwitch keeps whether somebody wants suggestions; what was said earlier and comes
// later changes nothing. changed tells whether it did.
func (s *Store) SaveSwitch(ctx context.Context, donorID string, on bool, at time.Time) (changed bool, err error) {
	row := switchRow{DonorID: donorID, ChangedAt: Instant{at}} // not counted yet
	if on {
		row.Suggestions = 1
	}
	later := clause.OnConflict{Columns: []clause.Column{{Name: "donor_id"}}, DoUpdates: clause.AssignmentColumns([]string{"suggestions", "changed_at", "counted"}),
		Where: clause.Where{Exprs: []clause.Expression{gorm.Expr("preference_switches.changed_at < excluded.changed_at")}}}
	done := s.write(ctx).Clauses(later).Create(&row)
	return done.RowsAffected > 0, translate(done.Error)
}

// NoteCounted says that what donors' switches ask for was done.
func (s *Store) NoteCounted(ctx context.Context, donorIDs []string) error {
	return translate(s.write(ctx).Model(&switchRow{}).Where("donor_id IN ? AND counted = 0", donorIDs).Update("counted", 1).Error)
}

// WantsSuggestions tells what donors who are one person said last; true when nobody
// said anything.
func (s *Store) WantsSuggestions(ctx context.Context, donorIDs []string) (bool, error) {
	var last []switchRow
	err := s.read(ctx).Where("donor_id IN ?", donorIDs).Order("changed_at DESC, donor_id").Limit(1).Find(&last).Error
	return len(last) == 0 || last[0].Suggestions != 0, translate(err)
}

// SwitchedOff counts who wants no suggestions.
func (s *Store) SwitchedOff(ctx context.Context) (int, error) {
	var n int64
	err := s.read(ctx).Model(&switchRow{}).Where("suggestions = 0").Count(&n).Error
	return int(n), translate(err)
}

// Requested is how many of a gift were asked for at a place in a week, from 0.
type Requested struct {
	GiftID string
	SiteID string
	Week   int
	N      int
}

// week is how long one is for the database.
const week = 7 * 24 * int64(time.Hour/time.Microsecond)

type refusalRow struct {
	Mark    string `gorm:"primaryKey"` // keyed hash of person, gift and day
	GiftID  string
	SiteID  string
	AskedAt Instant
}

func (refusalRow) TableName() string { return "gift_refusals" }

// NoteRefusal keeps that somebody wanted a gift of which none was left: once for a person,
// a gift and a day, and not who it was.
func (s *Store) NoteRefusal(ctx context.Context, personID, giftID, siteID string, at time.Time) error {
	mark := s.keyring.Index("gift-refusal", personID+"|"+giftID+"|"+calendar.Of(at).String())
	row := refusalRow{Mark: mark, GiftID: giftID, SiteID: siteID, AskedAt: Instant{at}}
	if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("note what was refused: %w", err))
	}
	return nil
}

// ForgetRefusals forgets what was refused before a moment.
func (s *Store) ForgetRefusals(ctx context.Context, before time.Time) error {
	return translate(s.write(ctx).Where("asked_at < ?", Instant{before}).Delete(&refusalRow{}).Error)
}

// RequestedByWeek counts what people took, or could not take because none was left, in
// weeks of seven days from a moment on.
func (s *Store) RequestedByWeek(ctx context.Context, from time.Time) ([]Requested, error) {
	var rows []Requested
	// In two steps, for PostgreSQL takes two parameters of one value for two expressions.
	err := s.read(ctx).Raw("SELECT gift_id, site_id, week, COUNT(*) AS n FROM (SELECT gift_id, site_id, (asked_at - CAST(? AS BIGINT)) / CAST(? AS BIGINT) AS week FROM ("+
		"SELECT gift_id, site_id, asked_at FROM redemptions WHERE asked_at >= ? AND (status IN ? OR status = ? AND reason = 'gift.none_left')"+
		" UNION ALL SELECT gift_id, site_id, asked_at FROM gift_refusals WHERE asked_at >= ?) AS wanted) AS asked GROUP BY gift_id, site_id, week",
		from.UnixMicro(), week, from.UnixMicro(), []redemption.Status{redemption.Held, redemption.Confirmed, redemption.PickedUp}, redemption.Refused, from.UnixMicro()).Scan(&rows).Error
	return rows, translate(err)
}
