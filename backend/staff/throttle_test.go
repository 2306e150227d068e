package staff

import (
	"testing"
	"time"

	"lianxin/backend/fault"
)

func TestThrottleTable(t *testing.T) {
	wants := []time.Duration{0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}
	var throttle Throttle
	for i, want := range wants {
		throttle = throttle.Fail(noon)
		if got := throttle.NotBefore.Sub(noon); got != want*time.Second {
			t.Errorf("failure %d: wait %v, want %v s", i+1, got, int64(want))
		}
	}
	for range 1000 {
		throttle = throttle.Fail(noon)
	}
	if got := throttle.NotBefore.Sub(noon); got != maxDelay {
		t.Errorf("after a thousand failures: %v", got)
	}
	err := throttle.Check(noon.Add(maxDelay - 1500*time.Millisecond))
	wantCode(t, "just before", err, "staff.too_soon")
	if got := fault.From(err).Params["retry_seconds"]; got != 2 {
		t.Errorf("told to wait %v s", got)
	}
	wantCode(t, "then", throttle.Check(noon.Add(maxDelay)), "")
	if later := throttle.Fail(noon.Add(48 * time.Hour)); later.Failures != 1 {
		t.Errorf("two days later: %+v", later)
	}
}
