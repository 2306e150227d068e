package store

import (
	"context"
	"fmt"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

type claimFileRow struct {
	ID           string `gorm:"primaryKey"`
	ClaimID      string
	AttachmentID string
	Part         int // from 0; previewPart is the preview
	Sealed       []byte
}

func (claimFileRow) TableName() string { return "claim_files" }

const (
	// filePart is how many bytes one envelope takes: sealing them again holds some hundred of them at once.
	filePart    = 256 << 10
	previewPart = -1
)

func fileRowID(claimID, attachmentID string, part int) string {
	return fmt.Sprintf("%s/%s/%d", claimID, attachmentID, part)
}

// SaveClaimFile implements claim.Store.
func (s *Store) SaveClaimFile(ctx context.Context, claimID, attachmentID string, content, preview []byte) error {
	save := func(part int, plain []byte) error {
		row := claimFileRow{ID: fileRowID(claimID, attachmentID, part), ClaimID: claimID, AttachmentID: attachmentID, Part: part}
		var err error
		if row.Sealed, err = s.keyring.Seal(seal.Place{Table: "claim_files", Column: "sealed", Row: row.ID}, plain); err != nil {
			return fmt.Errorf("seal attachment: %w", err)
		}
		return translate(s.overwrite(ctx, &row))
	}
	if len(preview) > 0 {
		if err := save(previewPart, preview); err != nil {
			return err
		}
	}
	for part := 0; part*filePart < len(content); part++ {
		if err := save(part, content[part*filePart:min(len(content), (part+1)*filePart)]); err != nil {
			return err
		}
	}
	return nil
}

// ClaimFile returns the content of an attachment; fault "claim.attachment_not_found".
func (s *Store) ClaimFile(ctx context.Context, claimID, attachmentID string) ([]byte, error) {
	return s.claimFile(ctx, "claim_id = ? AND attachment_id = ? AND part >= 0", claimID, attachmentID)
}

// ClaimPreview is ClaimFile for the small picture of it; a PDF has none.
func (s *Store) ClaimPreview(ctx context.Context, claimID, attachmentID string) ([]byte, error) {
	return s.claimFile(ctx, "claim_id = ? AND attachment_id = ? AND part = -1", claimID, attachmentID)
}

func (s *Store) claimFile(ctx context.Context, where string, args ...any) ([]byte, error) {
	var rows []claimFileRow
	if err := s.read(ctx).Where(where, args...).Order("part").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read attachment: %w", err))
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "claim.attachment_not_found")
	}
	var content []byte
	for _, row := range rows {
		plain, err := s.open("claim_files", row.ID, row.Sealed)
		if err != nil {
			return nil, err
		}
		content = append(content, plain...)
	}
	return content, nil
}

// DeleteClaimFile implements claim.Store.
func (s *Store) DeleteClaimFile(ctx context.Context, claimID, attachmentID string) error {
	_, err := s.exec(ctx, "DELETE FROM claim_files WHERE claim_id = ? AND attachment_id = ?", claimID, attachmentID)
	return translate(err)
}
