package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lianxin/backend/fault"
)

// ClosedVisit is a visit as it lies in the database, with nothing personal opened.
type ClosedVisit struct {
	store     *Store
	row       visitRow
	screening screeningRow
}

// SiteID is where the visit was.
func (v ClosedVisit) SiteID() string { return v.row.SiteID }

// Document opens the visit and returns the JSON of a visit.Visit. The answers are
// neither decoded nor written anew: as JSON of a visit.Screening they were sealed.
func (v ClosedVisit) Document() (json.RawMessage, error) {
	open, _, err := v.store.openVisit(v.row)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(open)
	if err != nil {
		return nil, fmt.Errorf("encode visit: %w", err)
	}
	if v.screening.Sealed == nil {
		return text, nil
	}
	screening, err := v.store.open("screenings", v.row.ID, v.screening.Sealed)
	if err != nil {
		return nil, err
	}
	const name = `,"screening":`
	document := make(json.RawMessage, 0, len(text)+len(name)+len(screening))
	document = append(append(document, text[:len(text)-1]...), name...)
	return append(append(document, screening...), '}'), nil
}

// ClosedVisit finds a visit by its ID; fault "visit.not_found".
func (s *Store) ClosedVisit(ctx context.Context, id string) (ClosedVisit, error) {
	v := ClosedVisit{store: s}
	l, err := s.layoutOf(&v.row)
	if err != nil {
		return v, err
	}
	err = s.scan(ctx, s.reader, append(l.into(ctx, &v.row), &v.screening.Sealed), "SELECT "+l.columns+", screenings.sealed FROM visits "+
		"LEFT JOIN screenings ON screenings.visit_id = visits.id WHERE visits.id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "visit.not_found")
	}
	return v, translate(err)
}
