package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/paper"
)

type paperRow struct {
	ID        string `gorm:"primaryKey"`
	CodeIndex string
	About     string // keyed hash of the donation; papers of one donation are found by it
	IssuedAt  Instant
	RevokedAt Instant
	Sealed    []byte
}

func (paperRow) TableName() string { return "issued_papers" }

// paperPadding is what each paper is filled up to, in bytes: a slip's size says nothing of the result.
const paperPadding = 2048

func (s *Store) paperAbout(donationID string) string {
	return s.keyring.Index("paper-donation", donationID)
}
func (s *Store) paperCode(code string) string { return s.keyring.Index("paper-code", code) }

// SavePaper implements paper.Store.
func (s *Store) SavePaper(ctx context.Context, donationID string, p paper.Paper) error {
	sealed, err := s.sealPadded("issued_papers", p.ID, p, paperPadding)
	if err != nil {
		return err
	}
	return translate(s.add(ctx, &paperRow{ID: p.ID, CodeIndex: s.paperCode(p.Code), About: s.paperAbout(donationID),
		IssuedAt: Instant{p.IssuedAt}, Sealed: sealed}))
}

// PaperByCode implements paper.Store.
func (s *Store) PaperByCode(ctx context.Context, code string) (paper.Paper, bool, error) {
	var rows []paperRow
	if err := s.read(ctx).Where("code_index = ? AND revoked_at = 0", s.paperCode(code)).Find(&rows).Error; err != nil || len(rows) == 0 {
		return paper.Paper{}, false, translate(err)
	}
	p, err := s.paperFrom(rows[0])
	return p, err == nil, err
}

func (s *Store) paperFrom(row paperRow) (p paper.Paper, err error) {
	return p, s.openJSON("issued_papers", row.ID, row.Sealed, &p)
}

// PaperOf implements paper.Store.
func (s *Store) PaperOf(ctx context.Context, donationID string, kind paper.Kind, language lang.Tag) (paper.Paper, bool, error) {
	var rows []paperRow
	err := s.write(ctx).Where("about = ? AND revoked_at = 0", s.paperAbout(donationID)).Order("issued_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return paper.Paper{}, false, translate(fmt.Errorf("find papers: %w", err))
	}
	for _, row := range rows {
		p, err := s.paperFrom(row)
		if err != nil || p.Kind == kind && p.Language == language {
			return p, err == nil, err
		}
	}
	return paper.Paper{}, false, nil
}

// PapersAbout lists the papers about a donation or claim that are good.
func (s *Store) PapersAbout(ctx context.Context, id string) ([]paper.Paper, error) {
	var rows []paperRow
	if err := s.write(ctx).Where("about = ? AND revoked_at = 0", s.paperAbout(id)).Order("issued_at, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("papers about something: %w", err))
	}
	papers := make([]paper.Paper, len(rows))
	for i, row := range rows {
		var err error
		if papers[i], err = s.paperFrom(row); err != nil {
			return nil, err
		}
	}
	return papers, nil
}

// RevokePapers implements paper.Store.
func (s *Store) RevokePapers(ctx context.Context, at time.Time, donationIDs ...string) (int, error) {
	if len(donationIDs) == 0 {
		return 0, nil
	}
	about := make([]any, 0, len(donationIDs)+1)
	about = append(about, at.UnixMicro())
	for _, id := range donationIDs {
		about = append(about, s.paperAbout(id))
	}
	n, err := s.exec(ctx, "UPDATE issued_papers SET revoked_at = ? WHERE revoked_at = 0 AND about IN (?"+strings.Repeat(", ?", len(donationIDs)-1)+")", about...)
	if err != nil {
		return 0, translate(fmt.Errorf("revoke papers: %w", err))
	}
	return int(n), nil
}

// RevokePaper revokes one; ok is false when it is not there or was revoked before.
func (s *Store) RevokePaper(ctx context.Context, at time.Time, id string) (ok bool, err error) {
	n, err := s.exec(ctx, "UPDATE issued_papers SET revoked_at = ? WHERE revoked_at = 0 AND id = ?", at.UnixMicro(), id)
	return n > 0, translate(err)
}
