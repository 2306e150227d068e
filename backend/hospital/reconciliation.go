package hospital

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/relief"
)

// Day is what was done with a hospital's cases on one day of Beijing's calendar. The
// hospital compares it with its own books. A day that is over is the same for ever.
type Day struct {
	HospitalID   string        `json:"hospital_id"`
	On           calendar.Date `json:"on"`
	Lines        []DayLine     `json:"lines" doc:"In the order in which it was done"`
	ConfirmedFen int64         `json:"confirmed_fen" doc:"By how much what is confirmed grew on that day: what the hospital waived, less what was taken back"`
	ConfirmedML  int64         `json:"confirmed_ml"`
}

// DayLine is one thing that was done.
type DayLine struct {
	At        time.Time    `json:"at"`
	Number    string       `json:"number" doc:"The hospital's own"`
	Reference string       `json:"reference" doc:"The center's"`
	Act       Act          `json:"act" enum:"reserve,confirm,release,correct,reverse"`
	Reason    Reason       `json:"reason,omitempty" enum:"wrong_patient,wrong_bill,wrong_donor,not_used"`
	State     relief.State `json:"state" enum:"reserved,confirmed,released,lapsed,reversed" doc:"After it"`
	Version   int          `json:"version" doc:"Of the case, after it"`
	CoveredML int64        `json:"covered_ml" doc:"After it"`
	WaivedFen int64        `json:"waived_fen" doc:"After it"`
	GrewML    int64        `json:"grew_ml" doc:"By how much what is confirmed grew by it"`
	GrewFen   int64        `json:"grew_fen"`
}

// Reconcile is what was done with the cases of a client's hospital on a day.
func (s Service) Reconcile(ctx context.Context, on calendar.Date, by Client) (Day, error) {
	day := Day{HospitalID: by.HospitalID, On: on, Lines: []DayLine{}}
	from := time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, calendar.Beijing)
	events, cases, err := s.Store.HospitalEvents(ctx, by.HospitalID, from, from.AddDate(0, 0, 1))
	if err != nil {
		return Day{}, err
	}
	for _, e := range events {
		line := DayLine{At: e.At, Number: cases[e.CaseID].Number, Reference: cases[e.CaseID].Reference, Act: e.Act, Reason: e.Reason, State: e.State, Version: e.Seq,
			CoveredML: e.ML, WaivedFen: e.WaivedFen, GrewML: e.GrewML, GrewFen: e.GrewFen}
		day.ConfirmedML, day.ConfirmedFen = day.ConfirmedML+e.GrewML, day.ConfirmedFen+e.GrewFen
		day.Lines = append(day.Lines, line)
	}
	return day, nil
}

// WriteNDJSON writes one line of JSON for each thing that was done, and nothing else.
func (d Day) WriteNDJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	for _, l := range d.Lines {
		if err := encoder.Encode(l); err != nil {
			return fmt.Errorf("write a line: %w", err)
		}
	}
	return nil
}

// columns of the CSV, named as in JSON.
var columns = []string{"at", "number", "reference", "act", "reason", "state", "version", "covered_ml", "waived_fen", "grew_ml", "grew_fen"}

// WriteCSV writes the same with a heading, in UTF-8 with its mark, so that spreadsheets
// read it as it is.
func (d Day) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write the mark: %w", err)
	}
	out := csv.NewWriter(w)
	rows := [][]string{columns}
	for _, l := range d.Lines {
		rows = append(rows, []string{l.At.Format(time.RFC3339Nano), l.Number, l.Reference, string(l.Act), string(l.Reason), string(l.State), strconv.Itoa(l.Version),
			whole(l.CoveredML), whole(l.WaivedFen), whole(l.GrewML), whole(l.GrewFen)})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
