package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/calendar"
	"lianxin/backend/sync"
)

// Job is work that one instance of the center does for all of them, part by part.
// Each part is one transaction with the row locked, so a program that dies in the
// middle loses nothing, and another goes on at Place when the lease is over.
type Job struct {
	Name       string
	Holder     string    // instance at work
	HeldUntil  time.Time // until then no other one takes it over
	Day        calendar.Date
	Input      int64  // version of what the work rests on
	Place      string // where to go on
	Seen       int64
	Changed    int64
	StartedAt  time.Time
	FinishedAt time.Time // zero while it runs
}

type jobRow struct {
	Name       string `gorm:"primaryKey"`
	Holder     string
	HeldUntil  Instant
	Day        string // "" before the first run
	Input      int64
	Place      string
	Seen       int64
	Changed    int64
	StartedAt  Instant
	FinishedAt Instant
}

func (jobRow) TableName() string { return "jobs" }

// LockJob returns a job and keeps other instances waiting until the transaction
// ends. One that never ran is empty but for its name.
func (s *Store) LockJob(ctx context.Context, name string) (Job, error) {
	if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&jobRow{Name: name}).Error; err != nil {
		return Job{}, translate(fmt.Errorf("first run of job %s: %w", name, err))
	}
	query := s.write(ctx).Where("name = ?", name)
	if s.engine == Postgres {
		query = query.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return jobFrom(query)
}

// Job returns a job as it stands; one that never ran is empty.
func (s *Store) Job(ctx context.Context, name string) (Job, error) {
	return jobFrom(s.read(ctx).Where("name = ?", name))
}

func jobFrom(query *gorm.DB) (Job, error) {
	var r jobRow
	if err := query.Limit(1).Find(&r).Error; err != nil {
		return Job{}, translate(fmt.Errorf("read job: %w", err))
	}
	j := Job{Name: r.Name, Holder: r.Holder, HeldUntil: r.HeldUntil.Time, Input: r.Input, Place: r.Place, Seen: r.Seen, Changed: r.Changed,
		StartedAt: r.StartedAt.Time, FinishedAt: r.FinishedAt.Time}
	if r.Day == "" {
		return j, nil
	}
	var err error
	j.Day, err = calendar.Parse(r.Day)
	return j, err
}

// SaveJob writes how far a job has come.
func (s *Store) SaveJob(ctx context.Context, j Job) error {
	row := jobRow{Name: j.Name, Holder: j.Holder, HeldUntil: Instant{j.HeldUntil}, Input: j.Input, Place: j.Place, Seen: j.Seen,
		Changed: j.Changed, StartedAt: Instant{j.StartedAt}, FinishedAt: Instant{j.FinishedAt}}
	if !j.Day.IsZero() {
		row.Day = j.Day.String()
	}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// AnyJobAfter tells whether a job was done for a day after one.
func (s *Store) AnyJobAfter(ctx context.Context, day calendar.Date) (bool, error) {
	var n int64
	err := s.read(ctx).Model(&jobRow{}).Where("day > ?", day.String()).Count(&n).Error
	return n > 0, translate(err)
}

// BringJobsBack makes jobs of a time that is still to come jobs of yesterday, and ends what
// was taken until then: they are done again on their day.
func (s *Store) BringJobsBack(ctx context.Context, now time.Time, today calendar.Date) error {
	err := s.write(ctx).Model(&jobRow{}).Where("held_until > ?", Instant{now}).UpdateColumn("held_until", Instant{now}).Error
	if err == nil {
		err = s.write(ctx).Model(&jobRow{}).Where("day > ?", today.String()).UpdateColumn("day", today.AddDays(-1).String()).Error
	}
	return translate(err)
}

// LastChange returns the place of the newest change of a noun in a scope, 0 for none.
func (s *Store) LastChange(ctx context.Context, scope string, noun sync.Noun) (int64, error) {
	var last int64
	err := s.scan(ctx, s.reader, []any{&last}, "SELECT COALESCE(MAX(seq), 0) FROM changes WHERE scope = ? AND noun = ?", scope, noun)
	return last, translate(err)
}
