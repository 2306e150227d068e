package hospital

import (
	"os"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// The pack holds, and one whose example comes out otherwise is refused with its line.
func TestHandling(t *testing.T) {
	h := BuiltIn()
	if h.ReserveDays != 60 || h.CorrectDays != 30 || h.ConsentDays != 90 {
		t.Errorf("%+v", h)
	}
	text, err := os.ReadFile("packs/handling/beijing.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ was, is, code string }{
		{"correct_days: 30", "correct_days: 31", "pack.example_failed"},
		{"reserve_days: 60", "reserve_days: 0", "pack."},
		{"consent_days: 90", "consent_weeks: 90", "pack."},
	} {
		_, err := LoadBytes("pack.yaml", []byte(strings.Replace(string(text), c.was, c.is, 1)))
		places := fault.From(err).Places
		if err == nil || len(places) == 0 || !strings.HasPrefix(places[0].Code, c.code) || !strings.Contains(places[0].Location, "pack.yaml") {
			t.Errorf("%s: %v at %v", c.is, err, places)
		}
	}
}

func TestHospitalsAreChecked(t *testing.T) {
	err := Hospital{ID: "A b", District: "1101"}.Check()
	if got := fault.From(err); got.Code != "hospital.malformed" || len(got.Places) != 3 {
		t.Errorf("%v", err)
	}
}
