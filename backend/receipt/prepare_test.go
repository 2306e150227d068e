package receipt

import (
	"testing"
	"time"

	"lianxin/backend/lang"
)

// The page made for warming up must be one that can be made, on every paper.
func TestPrepare(t *testing.T) {
	for _, layout := range []Layout{Roll80, A5, A4} {
		if err := Prepare(layout); err != nil {
			t.Errorf("%s: %v", layout, err)
		}
	}
}

// BenchmarkFirstAfterPrepare is the first donor's page in a process that prepared
// itself: run it alone, -benchtime 1x.
func BenchmarkFirstAfterPrepare(b *testing.B) {
	began := time.Now()
	if err := Prepare(Roll80); err != nil {
		b.Fatal(err)
	}
	prepared := time.Since(began)
	s := checkInSnapshot(lang.Chinese)
	for b.Loop() {
		if _, err := Render(s, Roll80); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(prepared.Milliseconds()), "ms-beforehand")
}
