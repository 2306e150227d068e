// Package figure keeps what a measurement found beside a peer: what people would use
// instead, measured in the same run on the same machine. build/bench/run.sh gathers
// the figures, command table writes them into docs/performance.md.
package figure

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// EnvFile names the variable that says which file Keep appends to; without it nothing is kept.
const EnvFile = "LIANXIN_FIGURES"

// Spread is what several runs of the same took.
type Spread struct {
	Runs   int     `json:"runs"`
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// SpreadOf sums up measured values; none is the zero Spread.
func SpreadOf(values ...float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return Spread{Runs: len(sorted), Min: sorted[0], Median: median, Max: sorted[len(sorted)-1]}
}

// Percentile returns the value that share (0 to 1) of the durations do not exceed, in milliseconds.
func Percentile(durations []time.Duration, share float64) float64 {
	if len(durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	place := min(int(float64(len(sorted))*share), len(sorted)-1)
	return float64(sorted[place]) / float64(time.Millisecond)
}

// Aim is what is wanted of the medians; zero limits do not apply. Ratio is ours divided by theirs.
type Aim struct {
	RatioAtMost  float64 `json:"ratio_at_most,omitempty"`
	RatioAtLeast float64 `json:"ratio_at_least,omitempty"`
	AtMost       float64 `json:"at_most,omitempty"`
	AtLeast      float64 `json:"at_least,omitempty"`
}

// Figure is one line of the table. Theirs and Peer are empty where nothing compares.
type Figure struct {
	Work   string    `json:"work"` // what is done, and what of it is measured: "receipt, warm"
	Unit   string    `json:"unit"` // ms, KB, MiB, per s
	Ours   Spread    `json:"ours"`
	Peer   string    `json:"peer,omitempty"` // with its version
	Theirs Spread    `json:"theirs,omitzero"`
	Aim    Aim       `json:"aim,omitzero"`
	Note   string    `json:"note,omitempty"` // what else must be known to read it
	At     time.Time `json:"at"`
	Host   Host      `json:"host"`
}

// Host is the machine a figure comes from.
type Host struct {
	Processor string `json:"processor"`
	Cores     int    `json:"cores"`
	System    string `json:"system"`
	Go        string `json:"go"`
	Load      string `json:"load"` // of the last minute when the figure was kept: others may have worked there too
}

// Ratio is ours divided by theirs; 0 where nothing compares.
func (f Figure) Ratio() float64 {
	if f.Theirs.Median == 0 {
		return 0
	}
	return f.Ours.Median / f.Theirs.Median
}

// Held tells whether the medians reach the aim; wanted is false when there is none.
func (f Figure) Held() (held, wanted bool) {
	a, ours, ratio := f.Aim, f.Ours.Median, f.Ratio()
	if a == (Aim{}) {
		return true, false
	}
	compared := a.RatioAtMost == 0 && a.RatioAtLeast == 0 || ratio > 0
	return compared && (a.RatioAtMost == 0 || ratio <= a.RatioAtMost) && ratio >= a.RatioAtLeast &&
		(a.AtMost == 0 || ours <= a.AtMost) && ours >= a.AtLeast, true
}

// Keep appends figures to the file EnvFile names, one JSON object on each line, with
// this machine and moment.
func Keep(figures ...Figure) (err error) {
	name := os.Getenv(EnvFile)
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("keep figures: %w", err)
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	lines := json.NewEncoder(file)
	lines.SetEscapeHTML(false)
	for _, f := range figures {
		f.At, f.Host = time.Now().UTC().Truncate(time.Second), thisHost()
		if err := lines.Encode(f); err != nil {
			return fmt.Errorf("keep figures: %w", err)
		}
	}
	return nil
}

func thisHost() Host {
	h := Host{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Processor: "unknown"}
	for line := range strings.Lines(contents("/proc/cpuinfo")) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			h.Processor = strings.TrimSpace(value)
			break
		}
	}
	for line := range strings.Lines(contents("/etc/os-release")) {
		if value, is := strings.CutPrefix(line, "PRETTY_NAME="); is {
			h.System = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	h.Load, _, _ = strings.Cut(contents("/proc/loadavg"), " ")
	return h
}

// contents is a file of the system, or nothing where there is none.
func contents(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(text)
}
