package store

import (
	"context"

	"lianxin/backend/questionnaire/draft"
)

type draftRow struct {
	ID        string `gorm:"primaryKey"`
	BasedOn   string
	Revision  int
	Content   []byte
	ChangedAt Instant
	ChangedBy string
}

func (draftRow) TableName() string { return "questionnaire_drafts" }

// Draft implements draft.Store.
func (s *Store) Draft(ctx context.Context, id string) (draft.Draft, error) {
	var row draftRow
	err := first(s.read(ctx).Where("id = ?", id), &row, "draft.not_found")
	return draft.Draft{ID: row.ID, BasedOn: row.BasedOn, Revision: row.Revision, Content: row.Content, ChangedAt: row.ChangedAt.Time, ChangedBy: row.ChangedBy}, err
}

// SaveDraft implements draft.Store.
func (s *Store) SaveDraft(ctx context.Context, d draft.Draft) error {
	row := draftRow{ID: d.ID, BasedOn: d.BasedOn, Revision: d.Revision, Content: d.Content, ChangedAt: Instant{d.ChangedAt}, ChangedBy: d.ChangedBy}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// DeleteDraft implements draft.Store.
func (s *Store) DeleteDraft(ctx context.Context, id string) error {
	return translate(s.write(ctx).Where("id = ?", id).Delete(&draftRow{}).Error)
}
