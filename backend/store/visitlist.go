package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/visit"
)

// ListVisits returns a site's visits of a day in order of Arrived, without their answers:
// how many findings a visit has lies with the visit, so nothing of a screening is read.
func (s *Store) ListVisits(ctx context.Context, siteID string, day calendar.Date) ([]visit.Listed, error) {
	rows, err := find[visitRow](ctx, s, s.reader, "WHERE site_id = ? AND day = ? ORDER BY "+arrival+", id", siteID, day)
	if err != nil {
		return nil, translate(fmt.Errorf("list visits: %w", err))
	}
	listed := make([]visit.Listed, 0, len(rows))
	for _, row := range rows {
		v, private, err := s.openVisit(row)
		if err != nil {
			return nil, err
		}
		one := visit.Listed{Visit: v}
		if private.Findings != nil {
			one.Findings = *private.Findings
		} else if one.Findings, err = s.findingsOf(ctx, row); err != nil {
			return nil, err
		}
		listed = append(listed, one)
	}
	return listed, nil
}

// findingsOf counts the findings of a visit of before that was with it.
func (s *Store) findingsOf(ctx context.Context, row visitRow) (int, error) {
	v, err := s.visitFromRow(ctx, row)
	if err != nil || v.Screening == nil {
		return 0, err
	}
	return len(v.Screening.Findings), nil
}
