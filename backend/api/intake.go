package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// maxBatch is the largest batch in bytes; 500 records with every field are a fraction of it.
const maxBatch = 2 << 20

// Intake takes in what stations report.
type Intake interface {
	// TakeBatch applies the records of a batch and tells the fate of each. Fault
	// "station.not_found" for a station the client does not belong to.
	TakeBatch(ctx context.Context, deviceID, stationID string, in StationBatch) (BatchFates, error)
}

// StationBatch is donations and results of a station.
type StationBatch struct {
	Records []intake.Message `json:"records" minItems:"1" maxItems:"500" doc:"In the order in which they were made"`
}

// BatchFates tells what became of a batch.
type BatchFates struct {
	Fates []RecordFate `json:"fates" doc:"One for each record, in the order of the batch"`
}

// RecordFate is what became of one record. It does not name the record: the name may
// be somebody's number.
type RecordFate struct {
	Fate   intake.Fate   `json:"fate" enum:"applied,already_applied,corrected,refused"`
	Errors []fault.Place `json:"errors,omitempty" doc:"Refused: every wrong value and where it stands"`
}

type batchInput struct {
	Station string `path:"station" maxLength:"40"`
	Body    StationBatch
}

func stationIntake(api huma.API, s Intake) {
	take := operation("take-batch", http.MethodPost, "/stations/{station}/batches",
		"Donations and results of a station; sent again they change nothing", "station", StationIntake)
	take.MaxBodyBytes = maxBatch
	huma.Register(api, take, handle(func(ctx context.Context, in *batchInput) (*bodyOf[BatchFates], error) {
		out, err := s.TakeBatch(ctx, callerOf(ctx).DeviceID, in.Station, in.Body)
		return &bodyOf[BatchFates]{out}, err
	}))
}
