package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

type staffRow struct {
	ID     string `gorm:"primaryKey"`
	Login  string
	Sealed []byte
}

func (staffRow) TableName() string { return "staff" }

func (s *Store) staffToRow(m staff.Member) (staffRow, error) {
	sealed, err := s.sealJSON("staff", m.ID, m)
	return staffRow{ID: m.ID, Login: m.Login, Sealed: sealed}, err
}

func (s *Store) staffFromRow(row staffRow) (staff.Member, error) {
	var m staff.Member
	err := s.openJSON("staff", row.ID, row.Sealed, &m)
	return m, err
}

// InsertMember implements staff.Store.
func (s *Store) InsertMember(ctx context.Context, m staff.Member) error {
	row, err := s.staffToRow(m)
	if err != nil {
		return err
	}
	err = s.write(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.Wrap(err, fault.Conflict, "staff.login_taken")
	}
	if err != nil {
		return translate(fmt.Errorf("insert member of staff: %w", err))
	}
	return nil
}

// Member implements staff.Store.
func (s *Store) Member(ctx context.Context, id string) (staff.Member, error) {
	var row staffRow
	found, err := s.take(ctx, s.reader, &row, "WHERE id = ?", id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "staff.not_found")
	}
	if err != nil {
		return staff.Member{}, translate(err)
	}
	return s.staffFromRow(row)
}

// MemberByLogin implements staff.Store.
func (s *Store) MemberByLogin(ctx context.Context, login string) (staff.Member, error) {
	return s.memberWhere(s.read(ctx).Where("login = ?", login))
}

func (s *Store) memberWhere(query *gorm.DB) (staff.Member, error) {
	var row staffRow
	if err := first(query, &row, "staff.not_found"); err != nil {
		return staff.Member{}, err
	}
	return s.staffFromRow(row)
}

// Members implements staff.Store.
func (s *Store) Members(ctx context.Context) ([]staff.Member, error) {
	var rows []staffRow
	if err := s.read(ctx).Order("login").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list staff: %w", err))
	}
	members := make([]staff.Member, 0, len(rows))
	for _, row := range rows {
		m, err := s.staffFromRow(row)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// CountMembers implements staff.Store.
func (s *Store) CountMembers(ctx context.Context) (int, error) {
	var n int64
	err := s.read(ctx).Model(&staffRow{}).Count(&n).Error
	return int(n), translate(err)
}

// UpdateMember implements staff.Store: nobody else reads the row for a change of
// their own before this one is written.
func (s *Store) UpdateMember(ctx context.Context, id string, change func(*staff.Member) error) (staff.Member, error) {
	var m staff.Member
	err := s.InTx(ctx, func(ctx context.Context) error {
		var err error
		if m, err = s.memberWhere(s.locked(ctx).Where("id = ?", id)); err != nil {
			return err
		}
		if err := change(&m); err != nil {
			return err
		}
		row, err := s.staffToRow(m)
		if err != nil {
			return err
		}
		if err := s.write(ctx).Where("id = ?", id).Select("login", "sealed").Updates(&row).Error; err != nil {
			return fmt.Errorf("update member of staff: %w", err)
		}
		return nil
	})
	if err != nil {
		return staff.Member{}, err
	}
	return m, nil
}

// locked queries rows so that nobody else changes them until the transaction is
// over. SQLite has one writer, so the transaction itself is the lock there.
func (s *Store) locked(ctx context.Context) *gorm.DB {
	query := s.write(ctx)
	if s.engine == Postgres {
		query = query.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return query
}

// firstRunSetting is the name the first-run link is kept under.
const firstRunSetting = "staff.first_run"

// SaveFirstRun implements staff.Store.
func (s *Store) SaveFirstRun(ctx context.Context, f staff.FirstRun) error {
	return s.SaveSetting(ctx, firstRunSetting, f)
}

// UpdateFirstRun implements staff.Store.
func (s *Store) UpdateFirstRun(ctx context.Context, change func(context.Context, *staff.FirstRun) error) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		var row settingRow
		if err := s.locked(ctx).Take(&row, "name = ?", firstRunSetting).Error; err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return fmt.Errorf("lock the first-run link: %w", err)
		}
		var f staff.FirstRun
		if _, err := s.Setting(ctx, firstRunSetting, &f); err != nil {
			return err
		}
		if err := change(ctx, &f); err != nil {
			return err
		}
		return s.SaveSetting(ctx, firstRunSetting, f)
	})
}

type staffSessionRow struct {
	ID        string `gorm:"primaryKey"`
	StaffID   string
	PublicKey []byte
	StartedAt Instant
	EndsAt    Instant
}

func (staffSessionRow) TableName() string { return "staff_sessions" }

func (row staffSessionRow) session() staff.Session {
	return staff.Session{ID: row.ID, MemberID: row.StaffID, PublicKey: row.PublicKey,
		StartedAt: row.StartedAt.Time, EndsAt: row.EndsAt.Time}
}

// InsertSession adds a login.
func (s *Store) InsertSession(ctx context.Context, x staff.Session) error {
	row := staffSessionRow{ID: x.ID, StaffID: x.MemberID, PublicKey: x.PublicKey,
		StartedAt: Instant{x.StartedAt}, EndsAt: Instant{x.EndsAt}}
	if err := s.write(ctx).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("insert session: %w", err))
	}
	return nil
}

// Session finds a login that was not ended with whose it is, as both are at this
// moment; fault "staff.session_not_found".
func (s *Store) Session(ctx context.Context, id string) (staff.Session, staff.Member, error) {
	var row staffSessionRow
	var of staffRow
	l, err := s.layoutOf(&row)
	if err != nil {
		return staff.Session{}, staff.Member{}, err
	}
	err = s.scan(ctx, s.reader, append(l.into(ctx, &row), &of.Sealed), "SELECT "+l.columns+", staff.sealed FROM staff_sessions "+
		"JOIN staff ON staff.id = staff_sessions.staff_id WHERE staff_sessions.id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "staff.session_not_found")
	}
	if err != nil {
		return staff.Session{}, staff.Member{}, translate(err)
	}
	of.ID = row.StaffID
	m, err := s.members.of(of, s.staffFromRow)
	return row.session(), m, err
}

// members remembers what was sealed of members of staff. It is asked with what lies in the
// database now, and knows nothing of anything else that was ever sealed.
type members struct{ known sync.Map } // by ID: openedMember

type openedMember struct {
	sealed []byte
	member staff.Member
}

func (o *members) of(row staffRow, open func(staffRow) (staff.Member, error)) (staff.Member, error) {
	if one, ok := o.known.Load(row.ID); ok && bytes.Equal(one.(openedMember).sealed, row.Sealed) {
		return one.(openedMember).member, nil
	}
	m, err := open(row)
	if err == nil {
		o.known.Store(row.ID, openedMember{row.Sealed, m})
	}
	return m, err
}

// EndSession ends one login. One that is not there has ended already.
func (s *Store) EndSession(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&staffSessionRow{}, "id = ?", id).Error)
}

// EndSessionsOf ends every login of a member but one ("" for none).
func (s *Store) EndSessionsOf(ctx context.Context, memberID, but string) error {
	return translate(s.write(ctx).Delete(&staffSessionRow{}, "staff_id = ? AND id <> ?", memberID, but).Error)
}

// OpenSessions counts the logins that go on at a time, by member.
func (s *Store) OpenSessions(ctx context.Context, now time.Time) (map[string]int, error) {
	var rows []struct {
		StaffID string
		N       int
	}
	err := s.read(ctx).Model(&staffSessionRow{}).Select("staff_id, COUNT(*) AS n").Where("ends_at > ?", Instant{now}).Group("staff_id").Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("count sessions: %w", err))
	}
	open := make(map[string]int, len(rows))
	for _, row := range rows {
		open[row.StaffID] = row.N
	}
	return open, nil
}

// ForgetSessions drops logins that were over before now.
func (s *Store) ForgetSessions(ctx context.Context, now time.Time) error {
	return translate(s.write(ctx).Delete(&staffSessionRow{}, "ends_at < ?", Instant{now}).Error)
}
