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
		for inOrder := sync.InOrder(marks); len(inOrder) > 0; {
			n := 1
			for n < len(inOrder) && inOrder[n].Scope == inOrder[0].Scope {
				n++
			}
			last, err := s.nextPlaces(ctx, inOrder[0].Scope, n)
			if err != nil {
				return err
			}
			rows := changesFrom(inOrder[:n], last-int64(n))
			if err := saveAll(s.write(ctx), rows); err != nil {
				return fmt.Errorf("mark changes: %w", err)
			}
			inOrder = inOrder[n:]
		}
		return nil
	})
}

// changesFrom gives marks of one scope the places after one.
func changesFrom(marks []sync.Mark, after int64) []changeRow {
	rows := make([]changeRow, len(marks))
	for i, m := range marks {
		rows[i] = changeRow{Scope: m.Scope, Noun: m.Noun, ID: m.ID, Seq: after + int64(i) + 1}
		if m.Deleted {
			rows[i].Deleted = 1
		}
	}
	return rows
}

// nextPlaces moves a scope's counter on and returns where it stands then.
func (s *Store) nextPlaces(ctx context.Context, scope string, count int) (int64, error) {
	row := feedRow{Scope: scope, Head: int64(count)}
	err := s.write(ctx).Clauses(
		clause.OnConflict{
			Columns:   []clause.Column{{Name: "scope"}},
			DoUpdates: clause.Assignments(map[string]any{"head": gorm.Expr("feeds.head + ?", count)}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "head"}}},
	).Create(&row).Error
	if err != nil {
		return 0, fmt.Errorf("next places in feed: %w", err)
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
