package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/calendar"
	"lianxin/backend/sync"
)

type feedRow struct {
	Scope string `gorm:"primaryKey"`
	Head  int64
}

func (feedRow) TableName() string { return "feeds" }

type changeRow struct {
	Scope   string    `gorm:"primaryKey"`
	Noun    sync.Noun `gorm:"primaryKey"`
	ID      string    `gorm:"primaryKey"`
	Seq     int64
	Deleted int
}

func (changeRow) TableName() string { return "changes" }

// MarkChanged implements sync.Feed. The counter's row is locked until the
// transaction ends, so places become visible in order: a reader that has seen
// place 8 can never miss a 7 that commits later.
func (s *Store) MarkChanged(ctx context.Context, marks ...sync.Mark) error {
	return s.together(ctx, func(ctx context.Context) error {
		for _, m := range sync.InOrder(marks) {
			seq, err := s.nextPlace(ctx, m.Scope)
			if err != nil {
				return err
			}
			row := changeRow{Scope: m.Scope, Noun: m.Noun, ID: m.ID, Seq: seq}
			if m.Deleted {
				row.Deleted = 1
			}
			if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
				return fmt.Errorf("mark %s changed: %w", m.Noun, err)
			}
		}
		return nil
	})
}

// nextPlace moves a scope's counter on by one.
func (s *Store) nextPlace(ctx context.Context, scope string) (int64, error) {
	row := feedRow{Scope: scope, Head: 1}
	err := s.write(ctx).Clauses(
		clause.OnConflict{
			Columns:   []clause.Column{{Name: "scope"}},
			DoUpdates: clause.Assignments(map[string]any{"head": gorm.Expr("feeds.head + 1")}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "head"}}},
	).Create(&row).Error
	if err != nil {
		return 0, fmt.Errorf("next place in feed: %w", err)
	}
	return row.Head, nil
}

// FeedHeads returns the last place that was given in each scope; scopes without any
// are left out.
func (s *Store) FeedHeads(ctx context.Context) (map[string]int64, error) {
	var rows []feedRow
	if err := s.read(ctx).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read heads of the feed: %w", err))
	}
	heads := make(map[string]int64, len(rows))
	for _, row := range rows {
		heads[row.Scope] = row.Head
	}
	return heads, nil
}

// Changed implements sync.Feed.
func (s *Store) Changed(ctx context.Context, scope string, after int64, limit int) ([]sync.Placed, error) {
	var rows []changeRow
	err := s.read(ctx).Where("scope = ? AND seq > ?", scope, after).Order("seq").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("read feed: %w", err))
	}
	placed := make([]sync.Placed, 0, len(rows))
	for _, row := range rows {
		placed = append(placed, sync.Placed{Seq: row.Seq,
			Mark: sync.Mark{Scope: row.Scope, Noun: row.Noun, ID: row.ID, Deleted: row.Deleted != 0}})
	}
	return placed, nil
}

// ForgetNotices forgets the places of bookings and arrivals of days before day in
// the feed everybody follows, which would grow for ever. An arrival's ID ends in its day.
func (s *Store) ForgetNotices(ctx context.Context, day calendar.Date) error {
	err := s.write(ctx).Exec(`DELETE FROM changes WHERE scope = ? AND noun = ? AND id IN (
		SELECT c.id FROM changes c JOIN appointments a ON a.id = c.id WHERE c.scope = ? AND c.noun = ? AND a.day < ?)`,
		sync.Notices, sync.Notice, sync.Notices, sync.Notice, day).Error
	if err == nil {
		err = s.write(ctx).Exec(`DELETE FROM changes WHERE scope = ? AND noun = ? AND substr(id, length(id) - 9) < ?`,
			sync.Notices, sync.Arrival, day.String()).Error
	}
	if err != nil {
		return translate(fmt.Errorf("forget past notices: %w", err))
	}
	return nil
}

type settingRow struct {
	Name  string `gorm:"primaryKey"`
	Value []byte
}

func (settingRow) TableName() string { return "settings" }

// SaveSetting seals a value under a name.
func (s *Store) SaveSetting(ctx context.Context, name string, value any) error {
	sealed, err := s.sealJSON("settings", name, value)
	if err != nil {
		return err
	}
	return translate(s.write(ctx).Clauses(replace).Create(&settingRow{Name: name, Value: sealed}).Error)
}

// Setting reads a value; ok is false when the name was never saved.
func (s *Store) Setting(ctx context.Context, name string, value any) (ok bool, err error) {
	var row settingRow
	err = s.read(ctx).Take(&row, "name = ?", name).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	if err != nil {
		return false, translate(fmt.Errorf("read setting %s: %w", name, err))
	}
	return true, s.openJSON("settings", name, row.Value, value)
}
