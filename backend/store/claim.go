package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

type claimRow struct {
	ID          string `gorm:"primaryKey"`
	Number      string
	District    string
	Status      claim.Status
	Channel     claim.Channel
	Version     int
	ReviewerID  string
	CreatedAt   Instant
	SubmittedAt Instant
	EnteredAt   Instant
	Sealed      []byte
}

func (claimRow) TableName() string { return "claims" }

type claimMarkRow struct {
	Mark    string `gorm:"primaryKey"`
	ClaimID string `gorm:"primaryKey"`
}

func (claimMarkRow) TableName() string { return "claim_marks" }

type claimEventRow struct {
	ID         string `gorm:"primaryKey"`
	ClaimID    string
	Seq        int
	At         Instant
	ByID       string
	Duty       claim.Duty
	Step       claim.Step
	FromStatus claim.Status
	ToStatus   claim.Status
	Sealed     []byte
}

func (claimEventRow) TableName() string { return "claim_events" }

// claimSaid is what of an event is sealed: free words, and what is paid.
type claimSaid struct {
	AmountFen int64          `json:"amount_fen,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Note      string         `json:"note,omitempty"`
	Wanted    []claim.Wanted `json:"wanted,omitempty"`
}

func (s *Store) claimToRow(c claim.Claim) (claimRow, error) {
	sealed, err := s.sealJSON("claims", c.ID, c)
	return claimRow{ID: c.ID, Number: c.Number, District: c.District, Status: c.Status, Channel: c.Channel, Version: c.Version, ReviewerID: c.ReviewerID,
		CreatedAt: Instant{c.CreatedAt}, SubmittedAt: Instant{c.SubmittedAt}, EnteredAt: Instant{c.EnteredAt}, Sealed: sealed}, err
}

func (s *Store) claimFrom(row claimRow) (c claim.Claim, err error) {
	return c, s.openJSON("claims", row.ID, row.Sealed, &c)
}

// InsertClaim implements claim.Store.
func (s *Store) InsertClaim(ctx context.Context, c claim.Claim, marks []claim.Mark) error {
	row, err := s.claimToRow(c)
	if err != nil {
		return err
	}
	n, err := s.insert(ctx, &row, "ON CONFLICT (id) DO NOTHING")
	if err != nil {
		return translate(fmt.Errorf("insert claim: %w", err))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "claim.exists")
	}
	return s.saveClaimMarks(ctx, c.ID, marks)
}

// SaveClaim implements claim.Store.
func (s *Store) SaveClaim(ctx context.Context, c claim.Claim, marks []claim.Mark) error {
	row, err := s.claimToRow(c)
	if err != nil {
		return err
	}
	n, err := s.exec(ctx, `UPDATE claims SET status = ?, channel = ?, version = ?, reviewer_id = ?, submitted_at = ?, entered_at = ?, sealed = ?
		WHERE id = ? AND version = ?`, row.Status, row.Channel, row.Version, row.ReviewerID, row.SubmittedAt, row.EnteredAt, row.Sealed, row.ID, row.Version-1)
	if err != nil {
		return translate(fmt.Errorf("save claim: %w", err))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "claim.changed")
	}
	if marks == nil {
		return nil
	}
	if _, err := s.exec(ctx, "DELETE FROM claim_marks WHERE claim_id = ?", c.ID); err != nil {
		return translate(fmt.Errorf("forget marks of a claim: %w", err))
	}
	return s.saveClaimMarks(ctx, c.ID, marks)
}

func (s *Store) claimMark(m claim.Mark) string {
	return s.keyring.Index("claim-"+string(m.Kind), m.Text)
}

func (s *Store) claimMarks(marks []claim.Mark) []string {
	hashes := make([]string, len(marks))
	for i, m := range marks {
		hashes[i] = s.claimMark(m)
	}
	return hashes
}

func (s *Store) saveClaimMarks(ctx context.Context, claimID string, marks []claim.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	rows := make([]claimMarkRow, len(marks))
	for i, m := range marks {
		rows[i] = claimMarkRow{s.claimMark(m), claimID}
	}
	err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, insertedAtOnce).Error
	return translate(err)
}

// Claim implements claim.Store.
func (s *Store) Claim(ctx context.Context, id string) (claim.Claim, error) {
	var row claimRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "claim.not_found"); err != nil {
		return claim.Claim{}, err
	}
	return s.claimFrom(row)
}

// LockClaim implements claim.Store.
func (s *Store) LockClaim(ctx context.Context, id string) (claim.Claim, error) {
	var row claimRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "claim.not_found"); err != nil {
		return claim.Claim{}, err
	}
	return s.claimFrom(row)
}

// NextClaimNumber implements claim.Store.
func (s *Store) NextClaimNumber(ctx context.Context, district string, year int) (n int, err error) {
	err = s.scan(ctx, s.writer, []any{&n}, `INSERT INTO claim_numbers (district, year, given) VALUES (?, ?, 1)
		ON CONFLICT (district, year) DO UPDATE SET given = claim_numbers.given + 1 RETURNING given`, district, year)
	if err != nil {
		return 0, translate(fmt.Errorf("number of a claim: %w", err))
	}
	return n, nil
}

// AppendClaimEvent implements claim.Store.
func (s *Store) AppendClaimEvent(ctx context.Context, e claim.Event) error {
	id := fmt.Sprintf("%s/%d", e.ClaimID, e.Seq)
	sealed, err := s.sealJSON("claim_events", id, claimSaid{e.AmountFen, e.Reason, e.Note, e.Wanted})
	if err != nil {
		return err
	}
	return translate(s.add(ctx, &claimEventRow{ID: id, ClaimID: e.ClaimID, Seq: e.Seq, At: Instant{e.At}, ByID: e.By, Duty: e.Duty, Step: e.Step,
		FromStatus: e.From, ToStatus: e.To, Sealed: sealed}))
}

// ClaimEvents lists the history of a claim, oldest first.
func (s *Store) ClaimEvents(ctx context.Context, claimID string) ([]claim.Event, error) {
	var rows []claimEventRow
	if err := s.read(ctx).Where("claim_id = ?", claimID).Order("seq").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("history of a claim: %w", err))
	}
	events := make([]claim.Event, len(rows))
	for i, row := range rows {
		var said claimSaid
		if err := s.openJSON("claim_events", row.ID, row.Sealed, &said); err != nil {
			return nil, err
		}
		events[i] = claim.Event{ClaimID: row.ClaimID, Seq: row.Seq, At: row.At.Time, By: row.ByID, Duty: row.Duty, Step: row.Step, From: row.FromStatus,
			To: row.ToStatus, AmountFen: said.AmountFen, Reason: said.Reason, Note: said.Note, Wanted: said.Wanted}
	}
	return events, nil
}
