package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/result"
)

type resultRow struct {
	DonationID string `gorm:"primaryKey"`
	Sealed     []byte
}

func (resultRow) TableName() string { return "results" }

type markerRow struct {
	DonationID string `gorm:"primaryKey"`
	Sealed     []byte
}

func (markerRow) TableName() string { return "result_markers" }

type resultSealed struct {
	Qualified  bool
	Group      donation.Group
	ReportedOn calendar.Date
}

// resultPadding is what a verdict and its markers are each filled up to, in bytes:
// neither what was found nor how much was told can be seen in their size.
const resultPadding = 256

// SaveResults implements result.Store.
func (s *Store) SaveResults(ctx context.Context, all ...result.Result) error {
	verdicts, markers := make([]resultRow, len(all)), make([]markerRow, len(all))
	for i, r := range all {
		verdict, err := s.sealPadded("results", r.DonationID, resultSealed{r.Qualified, r.Group, r.ReportedOn}, resultPadding)
		if err != nil {
			return err
		}
		values, err := s.sealPadded("result_markers", r.DonationID, r.Markers, resultPadding)
		if err != nil {
			return err
		}
		verdicts[i], markers[i] = resultRow{r.DonationID, verdict}, markerRow{r.DonationID, values}
	}
	return s.together(ctx, func(ctx context.Context) error {
		if err := saveRows(ctx, s, verdicts); err != nil {
			return fmt.Errorf("save results: %w", err)
		}
		return saveRows(ctx, s, markers)
	})
}

// Results implements result.Store.
func (s *Store) Results(ctx context.Context, donationIDs []string) (map[string]result.Result, error) {
	var rows []resultRow
	if err := s.read(ctx).Where("donation_id IN ?", donationIDs).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read results: %w", err))
	}
	found := make(map[string]result.Result, len(rows))
	for _, row := range rows {
		var v resultSealed
		if err := s.openJSON("results", row.DonationID, row.Sealed, &v); err != nil {
			return nil, err
		}
		found[row.DonationID] = result.Result{DonationID: row.DonationID, Qualified: v.Qualified, Group: v.Group, ReportedOn: v.ReportedOn}
	}
	return found, nil
}

// Markers implements result.Store.
func (s *Store) Markers(ctx context.Context, by result.Leave, donationID string) (result.Markers, error) {
	if err := by.Check(); err != nil {
		return result.Markers{}, err
	}
	var row markerRow
	if err := first(s.read(ctx).Where("donation_id = ?", donationID), &row, "result.not_found"); err != nil {
		return result.Markers{}, err
	}
	var m result.Markers
	return m, s.openJSON("result_markers", donationID, row.Sealed, &m)
}

// ResultsAfter returns donations with a result in the order of their IDs, after one of them.
func (s *Store) ResultsAfter(ctx context.Context, donationID string, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Model(&resultRow{}).Where("donation_id > ?", donationID).Order("donation_id").Limit(limit).Pluck("donation_id", &ids).Error
	return ids, translate(err)
}
