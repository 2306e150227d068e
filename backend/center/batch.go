package center

import (
	"context"
	"fmt"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// TakeBatch implements api.Intake: a client reports for the station its site belongs to.
func (c *Center) TakeBatch(ctx context.Context, deviceID, stationID string, in api.StationBatch) (api.BatchFates, error) {
	from, err := c.store.Device(ctx, deviceID)
	if err != nil {
		return api.BatchFates{}, err
	}
	at, err := c.store.Site(ctx, from.SiteID)
	if err != nil {
		return api.BatchFates{}, err
	}
	if string(at.Station) != stationID {
		return api.BatchFates{}, fault.New(fault.NotFound, "station.not_found")
	}
	checker, err := c.IntakeChecker(ctx, at.Station)
	if err != nil {
		return api.BatchFates{}, err
	}
	out := api.BatchFates{Fates: make([]api.RecordFate, len(in.Records))}
	var records []intake.Record
	var rows []intake.Row
	for i, m := range in.Records {
		row := m.Row(i, fmt.Sprintf("body.records[%d].", i))
		record, err := checker.Check(row)
		if err != nil {
			out.Fates[i] = api.RecordFate{Fate: intake.Refused, Errors: fault.From(err).Places}
			continue
		}
		records, rows = append(records, record), append(rows, row)
	}
	if len(records) == 0 {
		return out, nil
	}
	outcomes, err := c.TakeIn(ctx, at.Station, records, Bringer{deviceID, atDevice}, nil)
	for i, o := range outcomes {
		fate := api.RecordFate{Fate: o.Fate}
		if o.Fate == intake.Refused {
			fate.Errors = rows[i].Places(o)
		}
		out.Fates[rows[i].Number] = fate
	}
	return out, err
}
