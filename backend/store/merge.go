package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/donor"
	"lianxin/backend/fault"
)

type mergeRow struct {
	ID        string `gorm:"primaryKey"`
	DonorID   string
	OtherID   string
	Reason    donor.MergeReason
	Status    donor.MergeStatus
	FoundAt   Instant
	DecidedAt Instant
	DecidedBy string
	Sealed    []byte // why it was undone; empty for everything else
}

func (mergeRow) TableName() string { return "merges" }

func (s *Store) mergeFrom(r mergeRow) (donor.Merge, error) {
	m := donor.Merge{ID: r.ID, DonorID: r.DonorID, OtherID: r.OtherID, Reason: r.Reason, Status: r.Status,
		FoundAt: r.FoundAt.Time, DecidedAt: r.DecidedAt.Time, DecidedBy: r.DecidedBy}
	if len(r.Sealed) == 0 {
		return m, nil
	}
	return m, s.openJSON("merges", r.ID, r.Sealed, &m.UndoneFor)
}

func (s *Store) mergeToRow(m donor.Merge) (mergeRow, error) {
	row := mergeRow{ID: m.ID, DonorID: m.DonorID, OtherID: m.OtherID, Reason: m.Reason, Status: m.Status,
		FoundAt: Instant{m.FoundAt}, DecidedAt: Instant{m.DecidedAt}, DecidedBy: m.DecidedBy, Sealed: []byte{}}
	if m.UndoneFor == "" {
		return row, nil
	}
	var err error
	row.Sealed, err = s.sealJSON("merges", m.ID, m.UndoneFor)
	return row, err
}

// Suspect puts pairs on the list, unless they are or were on it.
func (s *Store) Suspect(ctx context.Context, pairs ...donor.Merge) error {
	rows := make([]mergeRow, len(pairs))
	for i, m := range pairs {
		rows[i] = mergeRow{ID: m.ID, DonorID: m.DonorID, OtherID: m.OtherID, Reason: m.Reason, Status: m.Status, FoundAt: Instant{m.FoundAt}, Sealed: []byte{}}
	}
	if len(rows) == 0 {
		return nil
	}
	err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, insertedAtOnce).Error
	if err != nil {
		return translate(fmt.Errorf("suspect: %w", err))
	}
	return nil
}

// SaveMerge replaces what was decided of a pair.
func (s *Store) SaveMerge(ctx context.Context, m donor.Merge) error {
	row, err := s.mergeToRow(m)
	if err != nil {
		return err
	}
	if err := saveRows(ctx, s, []mergeRow{row}); err != nil {
		return fmt.Errorf("save merge: %w", err)
	}
	return nil
}

// Merge implements donor.MergeStore.
func (s *Store) Merge(ctx context.Context, id string) (donor.Merge, error) {
	return s.oneMerge(s.read(ctx), id)
}

// LockMerge finds a pair and keeps others from deciding until the transaction ends;
// fault "merge.not_found".
func (s *Store) LockMerge(ctx context.Context, id string) (donor.Merge, error) {
	return s.oneMerge(s.locked(ctx), id)
}

func (s *Store) oneMerge(query *gorm.DB, id string) (donor.Merge, error) {
	var row mergeRow
	if err := first(query.Where("id = ?", id), &row, "merge.not_found"); err != nil {
		return donor.Merge{}, err
	}
	return s.mergeFrom(row)
}

// Merges implements donor.MergeStore.
func (s *Store) Merges(ctx context.Context, q donor.MergeQuery) ([]donor.Merge, error) {
	column, direction, beyond := "found_at", "", ">"
	if q.Latest {
		column, direction, beyond = "decided_at", " DESC", "<"
	}
	query := s.read(ctx).Where("status IN ?", q.Statuses)
	if q.After != "" {
		query = query.Where("("+column+", id) "+beyond+" (SELECT "+column+", id FROM merges WHERE id = ?)", q.After)
	}
	var rows []mergeRow
	if err := query.Order(column + direction + ", id" + direction).Limit(q.Limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list merges: %w", err))
	}
	return s.mergesFrom(rows)
}

// MergeInto makes donors the same person as head; "" makes each its own again.
func (s *Store) MergeInto(ctx context.Context, head string, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	done := s.write(ctx).Model(&donorRow{}).Where("id IN ?", ids).UpdateColumn("merged_into", orNull(head))
	switch {
	case done.Error != nil:
		return translate(fmt.Errorf("merge donors: %w", done.Error))
	case done.RowsAffected != int64(len(ids)):
		return fault.New(fault.NotFound, "donor.not_found")
	}
	return nil
}

// MergedAmong lists the pairs that are merged now and lie within some donors.
func (s *Store) MergedAmong(ctx context.Context, ids []string) ([]donor.Merge, error) {
	var rows []mergeRow
	err := s.read(ctx).Where("status = ? AND donor_id IN ? AND other_id IN ?", donor.Merged, ids, ids).Order("found_at, id").Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list merged pairs: %w", err))
	}
	return s.mergesFrom(rows)
}

func (s *Store) mergesFrom(rows []mergeRow) ([]donor.Merge, error) {
	found := make([]donor.Merge, len(rows))
	for i, row := range rows {
		var err error
		if found[i], err = s.mergeFrom(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// sameness tells of some donors who else is the same person.
type sameness struct {
	askedFor map[string][]string // by donor, those who were asked for and are the same person
}

// samePeople finds who is the same person as any of the donors. Nearly always
// nobody is.
func (s *Store) samePeople(ctx context.Context, ids []string) (sameness, error) {
	var rows []struct{ ID, MergedInto string }
	err := s.read(ctx).Model(&donorRow{}).Select("id, merged_into").
		Where("merged_into IN (SELECT COALESCE(merged_into, id) FROM donors WHERE id IN ?)", ids).Order("id").Find(&rows).Error
	if err != nil {
		return sameness{}, translate(fmt.Errorf("look for merged donors: %w", err))
	}
	people := map[string][]string{}
	for _, r := range rows {
		people[r.MergedInto] = append(people[r.MergedInto], r.ID)
	}
	same := sameness{askedFor: map[string][]string{}}
	for head, members := range people {
		everybody := append(members, head)
		asked := slices.DeleteFunc(slices.Clone(everybody), func(id string) bool { return !slices.Contains(ids, id) })
		for _, id := range everybody {
			same.askedFor[id] = asked
		}
	}
	return same, nil
}

// everybody is who was asked for and who else is one of them.
func (x sameness) everybody(asked []string) []string {
	if len(x.askedFor) == 0 {
		return asked
	}
	all := slices.Clone(asked)
	for id := range x.askedFor {
		if !slices.Contains(asked, id) {
			all = append(all, id)
		}
	}
	return all
}

// asked are those who were asked for and are the same person as a donor.
func (x sameness) asked(id string) []string {
	if asked, ok := x.askedFor[id]; ok {
		return asked
	}
	return []string{id}
}

// Together adds to donors everybody who is the same person as one of them.
func (s *Store) Together(ctx context.Context, ids []string) ([]string, error) {
	same, err := s.samePeople(ctx, ids)
	if err != nil {
		return nil, err
	}
	return same.everybody(ids), nil
}
