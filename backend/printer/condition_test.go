package printer

import "testing"

func TestCondition(t *testing.T) {
	const idle, processing, stopped = 3, 4, 5
	for _, c := range []struct {
		state     int
		accepting bool
		reasons   string
		more      string
		want      State
	}{
		{idle, true, "none", "", Ready},
		{processing, true, "connecting-to-device", "", Ready},
		{idle, true, "media-empty-error", "", OutOfPaper},
		{idle, true, "media-empty", "", OutOfPaper},
		{idle, true, "media-empty-warning", "", LowPaper},
		{stopped, true, "media-empty-warning", "", OutOfPaper},
		{stopped, true, "media-needed-error", "", OutOfPaper},
		{idle, true, "media-low-report", "", LowPaper},
		{idle, true, "media-jam-error", "media-empty-error", Jam},
		{stopped, true, "media-jam-warning", "", Jam},
		{idle, true, "media-jam-warning", "", Ready},
		{idle, true, "cover-open-error", "", CoverOpen},
		{idle, true, "door-open", "", CoverOpen},
		{idle, true, "interlock-open-error", "", CoverOpen},
		{idle, true, "toner-empty-error", "", SupplyEmpty},
		{idle, true, "toner-empty-warning", "", Ready},
		{idle, true, "toner-low-warning", "", Ready},
		{idle, true, "marker-waste-full-error", "", SupplyEmpty},
		{idle, true, "offline-report", "", Offline},
		{idle, true, "paused", "", Stopped},
		{stopped, true, "none", "", Stopped},
		{stopped, true, "", "", Stopped},
		{stopped, true, "fuser-over-temp-error", "", Trouble},
		{idle, true, "fuser-over-temp-warning", "", Ready},
		{idle, true, "com.example-odd-error", "", Trouble},
		{idle, false, "none", "", Stopped},
		{idle, false, "media-jam-error", "", Jam},
	} {
		if got := condition(c.state, c.accepting, []string{c.reasons, c.more}); got != c.want {
			t.Errorf("state %d, accepting %v, %s %s: %s, want %s", c.state, c.accepting, c.reasons, c.more, got, c.want)
		}
	}
}

func TestSuspicionTakesWarningsSeriously(t *testing.T) {
	for reason, want := range map[string]State{
		"media-empty-warning": OutOfPaper, "media-jam-report": Jam, "toner-low-warning": Ready, "none": Ready, "media-low-warning": LowPaper,
	} {
		if got := suspicion([]string{reason}); got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
}
