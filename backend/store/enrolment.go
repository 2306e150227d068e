package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/token"
)

type enrolmentRow struct {
	ID        string `gorm:"primaryKey"`
	CodeHash  []byte
	ExpiresAt Instant
	Sealed    []byte
}

func (enrolmentRow) TableName() string { return "enrolments" }

// enrolmentSealed is an enrolment with its key as bytes: token.PublicKey is made
// by its checks only.
type enrolmentSealed struct {
	token.Enrolment
	Key []byte
}

// SaveEnrolment inserts or replaces by ID.
func (s *Store) SaveEnrolment(ctx context.Context, e token.Enrolment) error {
	sealed, err := s.sealJSON("enrolments", e.ID, enrolmentSealed{e, e.Key.Bytes()})
	if err != nil {
		return err
	}
	row := enrolmentRow{ID: e.ID, CodeHash: e.CodeHash, ExpiresAt: Instant{e.ExpiresAt}, Sealed: sealed}
	if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save enrolment: %w", err))
	}
	return nil
}

// Enrolment finds by ID; fault "enrolment.not_found".
func (s *Store) Enrolment(ctx context.Context, id string) (token.Enrolment, error) {
	return s.enrolmentWhere(s.read(ctx).Where("id = ?", id), "enrolment.not_found")
}

// EnrolmentByCode finds by the hash of the code and keeps other claims of it
// waiting; fault "enrolment.code_unknown".
func (s *Store) EnrolmentByCode(ctx context.Context, hash []byte) (token.Enrolment, error) {
	return s.enrolmentWhere(s.locked(ctx).Where("code_hash = ?", hash), "enrolment.code_unknown")
}

// LockEnrolment finds by ID and keeps others who decide on it waiting; fault
// "enrolment.not_found".
func (s *Store) LockEnrolment(ctx context.Context, id string) (token.Enrolment, error) {
	return s.enrolmentWhere(s.locked(ctx).Where("id = ?", id), "enrolment.not_found")
}

// EnrolmentsUntil lists the enrolments whose time is not over at now, oldest first.
func (s *Store) EnrolmentsUntil(ctx context.Context, now time.Time) ([]token.Enrolment, error) {
	var rows []enrolmentRow
	if err := s.read(ctx).Order("id").Find(&rows, "expires_at > ?", Instant{now}).Error; err != nil {
		return nil, translate(fmt.Errorf("list enrolments: %w", err))
	}
	all := make([]token.Enrolment, 0, len(rows))
	for _, row := range rows {
		e, err := s.enrolmentFromRow(row)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (s *Store) enrolmentWhere(query *gorm.DB, missing string) (token.Enrolment, error) {
	var row enrolmentRow
	if err := first(query, &row, missing); err != nil {
		return token.Enrolment{}, err
	}
	return s.enrolmentFromRow(row)
}

func (s *Store) enrolmentFromRow(row enrolmentRow) (token.Enrolment, error) {
	var kept enrolmentSealed
	if err := s.openJSON("enrolments", row.ID, row.Sealed, &kept); err != nil {
		return token.Enrolment{}, err
	}
	e := kept.Enrolment
	if len(kept.Key) > 0 {
		key, err := token.NewPublicKey(kept.Key)
		if err != nil {
			return token.Enrolment{}, fmt.Errorf("stored key of an enrolment: %w", err)
		}
		e.Key = key
	}
	return e, nil
}

type signingKeyRow struct {
	ID     string `gorm:"primaryKey"`
	Sealed []byte
}

func (signingKeyRow) TableName() string { return "signing_keys" }

type signingKeySealed struct {
	Seed         []byte
	ActiveFrom   time.Time
	RetiredUntil time.Time
}

// SigningKeys returns the periods of the center's token keys.
func (s *Store) SigningKeys(ctx context.Context) ([]token.Period, error) {
	var rows []signingKeyRow
	if err := s.read(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read signing keys: %w", err))
	}
	var periods []token.Period
	for _, row := range rows {
		var kept signingKeySealed
		if err := s.openJSON("signing_keys", row.ID, row.Sealed, &kept); err != nil {
			return nil, err
		}
		key, err := token.KeyFromSeed(kept.Seed)
		if err != nil {
			return nil, fmt.Errorf("stored signing key: %w", err)
		}
		periods = append(periods, token.Period{Key: key, ActiveFrom: kept.ActiveFrom, RetiredUntil: kept.RetiredUntil})
	}
	return periods, nil
}

// SaveSigningKeys replaces all periods by these.
func (s *Store) SaveSigningKeys(ctx context.Context, periods []token.Period) error {
	return s.together(ctx, func(ctx context.Context) error {
		if err := s.write(ctx).Where("1 = 1").Delete(&signingKeyRow{}).Error; err != nil {
			return fmt.Errorf("replace signing keys: %w", err)
		}
		for _, p := range periods {
			id := p.Key.Public().ID()
			sealed, err := s.sealJSON("signing_keys", id, signingKeySealed{p.Key.Seed(), p.ActiveFrom, p.RetiredUntil})
			if err != nil {
				return err
			}
			if err := s.write(ctx).Create(&signingKeyRow{ID: id, Sealed: sealed}).Error; err != nil {
				return fmt.Errorf("save signing key: %w", err)
			}
		}
		return nil
	})
}

type usedTokenRow struct {
	ID        string `gorm:"primaryKey"`
	ExpiresAt Instant
}

func (usedTokenRow) TableName() string { return "used_tokens" }

// Remember implements token.Replays over all centers of the database.
func (s *Store) Remember(ctx context.Context, issuer, id string, until time.Time) (bool, error) {
	row := usedTokenRow{ID: issuer + "\n" + id, ExpiresAt: Instant{until}}
	done := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return false, translate(fmt.Errorf("remember used token: %w", done.Error))
	}
	return done.RowsAffected == 1, nil
}

// ForgetTokens drops remembered tokens that expired before now.
func (s *Store) ForgetTokens(ctx context.Context, now time.Time) error {
	return translate(s.write(ctx).Delete(&usedTokenRow{}, "expires_at < ?", Instant{now}).Error)
}
