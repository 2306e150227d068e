package linearizable

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// Numbers of a kiosk: many people at the same moment, each two times.
func TestTicketNumbers(t *testing.T) {
	for name, defect := range map[string]string{"as it is": "",
		"a number is forgotten": "CREATE TRIGGER defect AFTER INSERT ON visits BEGIN UPDATE visits SET ticket_number = 0 WHERE id = NEW.id; END"} {
		t.Run(name, func(t *testing.T) {
			h := queue(t, defect)
			if got, story := h.Check(tickets()); (got == porcupine.Ok) != (defect == "") {
				t.Errorf("%s\n%s", got, story)
			}
		})
	}
}

// papers keeps no paper.
type papers struct{}

func (papers) Unprintable(string) []string { return nil }

func (papers) Keep(context.Context, visit.Visit) error { return nil }

func queue(t *testing.T, defect string) *History {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kiosk.db")
	kept, err := store.Open(t.Context(), store.Options{URL: file, Keyring: storetest.Keyring(t)})
	must(t, err)
	defer func() { must(t, kept.Close()) }()
	if defect != "" {
		execute(t, file, defect)
	}
	recorder := visit.Recorder{Store: kept, Log: kept, Papers: papers{}, NewID: fleet.NewID}
	h := NewHistory()
	var all []func()
	for n := range 40 {
		person := n % 20
		all = append(all, func() {
			v := storetest.Visit(person)
			v.ID, v.Day, v.At = storetest.Visit(n).ID, calendar.Of(time.Now()), time.Now()
			err := h.Ask(ticket{1, person}, func() (any, error) {
				saved, err := recorder.CheckIn(t.Context(), v, "A")
				if fault.CodeOf(err) == "visit.already_checked_in" {
					return 0, nil
				}
				return saved.TicketNumber, err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	together(all...)
	return h
}
