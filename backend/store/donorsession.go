package store

import (
	"context"
	"time"

	"lianxin/backend/donor"
)

type donorSessionRow struct {
	ID        string `gorm:"primaryKey"`
	DonorID   string
	PublicKey []byte
	StartedAt Instant
	EndsAt    Instant
}

func (donorSessionRow) TableName() string { return "donor_sessions" }

// SaveDonorSession implements donor.Sessions.
func (s *Store) SaveDonorSession(ctx context.Context, x donor.Session) error {
	return translate(s.overwrite(ctx, &donorSessionRow{ID: x.ID, DonorID: x.DonorID, PublicKey: x.PublicKey,
		StartedAt: Instant{x.StartedAt}, EndsAt: Instant{x.EndsAt}}))
}

// DonorSession implements donor.Sessions.
func (s *Store) DonorSession(ctx context.Context, id string) (donor.Session, error) {
	var row donorSessionRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "donor.session_not_found"); err != nil {
		return donor.Session{}, err
	}
	return donor.Session{ID: row.ID, DonorID: row.DonorID, PublicKey: row.PublicKey, StartedAt: row.StartedAt.Time, EndsAt: row.EndsAt.Time}, nil
}

// EndDonorSession implements donor.Sessions.
func (s *Store) EndDonorSession(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&donorSessionRow{}, "id = ?", id).Error)
}

// EndDonorSessionsOf implements donor.Sessions.
func (s *Store) EndDonorSessionsOf(ctx context.Context, donorIDs []string) error {
	return translate(s.write(ctx).Delete(&donorSessionRow{}, "donor_id IN ?", donorIDs).Error)
}

// ForgetDonorSessions implements donor.Sessions.
func (s *Store) ForgetDonorSessions(ctx context.Context, before time.Time) error {
	return translate(s.write(ctx).Delete(&donorSessionRow{}, "ends_at < ?", Instant{before}).Error)
}
