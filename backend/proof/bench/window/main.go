// Command window measures how long a kiosk's window takes from its start to its first
// page, and how much memory all of its processes hold after use, in turns with Chromium
// showing the same page and with an almost empty window of the same library.
// build/bench/window.sh makes what it needs and starts it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/memory"
)

// What of Chromium's the kiosk may take.
const (
	timeAim   = 0.8
	memoryAim = 0.7
)

var (
	program = flag.String("program", "build/bin/lianxin", "the kiosk's program")
	data    = flag.String("data", "", "data folder of an enrolled kiosk")
	address = flag.String("page", "", "address of the same page for a browser")
	paint   = flag.String("firstpaint", "build/bench/window/firstpaint.mjs", "script that asks a browser when it painted")
	empty   = flag.String("empty", "", "program of the empty window")
	path    = flag.String("taps", "", "file with the places to tap, as path.mjs prints them")
	rounds  = flag.Int("rounds", 5, "turns of each")
	use     = flag.Duration("use", 10*time.Minute, "how long each is used before its memory is measured")
	used    = flag.Int("used", 1, "in how many of the turns, the last ones; the others are for the start only")
	pause   = flag.Duration("pause", 700*time.Millisecond, "between two taps")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "window:", err)
		os.Exit(1)
	}
}

func run() error {
	taps, err := readTaps(*path)
	if err != nil {
		return err
	}
	version, err := chromiumVersion()
	if err != nil {
		return err
	}
	all := []*contender{
		{name: "Lianxin", open: kiosk, navigates: true},
		{name: "chromium --kiosk " + version + " with the same page, its server not counted", open: browser, navigates: true},
		{name: "an almost empty window of Wails 2.16.0", open: emptyWindow},
	}
	for round := range *rounds {
		for _, c := range all {
			if err := c.turn(taps, round >= *rounds-*used); err != nil {
				return fmt.Errorf("round %d of %s: %w", round+1, c.name, err)
			}
			last := len(c.painted) - 1
			fmt.Printf("%-70s first page %6.0f ms, %6.1f MiB at first, after use %.1f MiB %v\n", c.name, c.painted[last], c.fresh[last], c.used, c.shares)
		}
	}
	return figure.Keep(figures(all)...)
}

// figures sets the first beside the others.
func figures(all []*contender) (out []figure.Figure) {
	ours := all[0]
	for _, peer := range all[1:] {
		start := figure.Figure{Work: "kiosk, from start to first page", Unit: "ms", Peer: peer.name,
			Ours: figure.SpreadOf(ours.painted...), Theirs: figure.SpreadOf(peer.painted...)}
		memory := figure.Figure{Work: fmt.Sprintf("kiosk, memory of all its processes (PSS) after %s of use", *use), Unit: "MiB", Peer: peer.name,
			Ours: figure.SpreadOf(ours.used...), Theirs: figure.SpreadOf(peer.used...)}
		if peer == all[1] {
			start.Aim, memory.Aim = figure.Aim{RatioAtMost: timeAim}, figure.Aim{RatioAtMost: memoryAim}
		}
		out = append(out, start, memory)
	}
	return out
}

// contender is a window that is opened, used and closed again and again.
type contender struct {
	name      string
	open      func(*turn) (painted time.Time, err error)
	navigates bool // taps must lead somewhere

	painted, fresh, used []float64      // milliseconds, MiB, MiB
	shares               []memory.Share // of the last turn
}

// turn opens the window on a screen of its own, uses it if it is to be used, and closes it.
func (c *contender) turn(taps []spot, isUsed bool) (err error) {
	t, err := newTurn()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end()) }()
	began := time.Now()
	painted, err := c.open(t)
	if err != nil {
		return err
	}
	c.painted = append(c.painted, float64(painted.Sub(began).Microseconds())/1000)
	time.Sleep(3 * time.Second) // memory is measured at rest, and nothing tells when a web engine rests
	fresh, err := t.memory(memory.Proportional)
	if err != nil {
		return err
	}
	c.fresh = append(c.fresh, memory.Total(fresh))
	if !isUsed {
		return nil
	}
	if err := t.walk(taps, c.navigates); err != nil {
		return err
	}
	time.Sleep(3 * time.Second)
	if c.shares, err = t.memory(memory.Proportional); err != nil {
		return err
	}
	slices.SortFunc(c.shares, func(a, b memory.Share) int { return int(b.MiB - a.MiB) })
	c.used = append(c.used, memory.Total(c.shares))
	return nil
}
