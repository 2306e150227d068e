package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lianxin/backend/calendar"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
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
		marks := sync.InOrder(marks)
		for len(marks) > 0 {
			scope := marks[0].Scope
			n := slices.IndexFunc(marks, func(m sync.Mark) bool { return m.Scope != scope })
			if n < 0 {
				n = len(marks)
			}
			if err := s.markIn(ctx, scope, marks[:n]); err != nil {
				return err
			}
			marks = marks[n:]
		}
		return nil
	})
}

// markIn gives marks of one scope the places that follow its last.
func (s *Store) markIn(ctx context.Context, scope string, marks []sync.Mark) error {
	last, err := s.nextPlaces(ctx, scope, len(marks))
	if err != nil {
		return err
	}
	rows := make([]changeRow, len(marks))
	for i, m := range marks {
		rows[i] = changeRow{Scope: scope, Noun: m.Noun, ID: m.ID, Seq: last - int64(len(marks)-1-i)}
		if m.Deleted {
			rows[i].Deleted = 1
		}
	}
	if err := overwriteAll(ctx, s, rows); err != nil {
		return fmt.Errorf("mark %d things changed: %w", len(rows), err)
	}
	return nil
}

// nextPlaces moves a scope's counter on by n and returns the last place.
func (s *Store) nextPlaces(ctx context.Context, scope string, n int) (last int64, err error) {
	err = s.scan(ctx, s.writer, []any{&last}, `INSERT INTO feeds (scope, head) VALUES (?, ?)
		ON CONFLICT (scope) DO UPDATE SET head = feeds.head + excluded.head RETURNING head`, scope, n)
	if err != nil {
		return 0, fmt.Errorf("next place in feed: %w", err)
	}
	return last, nil
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

// ToCome lists the bookings from a day on, and who waits then, which ForgetNotices forgets
// as soon as that day seems to be over.
func (s *Store) ToCome(ctx context.Context, day calendar.Date) (bookings []string, arrivals []visit.Visit, err error) {
	if err := s.read(ctx).Model(&appointmentRow{}).Where("day >= ?", day).Order("id").Pluck("id", &bookings).Error; err != nil {
		return nil, nil, translate(fmt.Errorf("list bookings to come: %w", err))
	}
	var rows []visitRow
	err = s.read(ctx).Select("donor_key", "day").Where("day >= ? AND outcome = ?", day, visit.Waiting).Order("id").Find(&rows).Error
	for _, r := range rows {
		arrivals = append(arrivals, visit.Visit{DonorKey: r.DonorKey, Day: r.Day})
	}
	return bookings, arrivals, translate(err)
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
