//go:build production

package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"
)

// Whoever comes next gets a page of their own, in a process of its own. Nobody sees
// that: the screen stays as the last page left it, and a tap meanwhile is not lost.
func TestWindowBeginsAnewUnseen(t *testing.T) {
	l := openLobby(t)
	usual, x, y := l.welcome()
	usual = usual.still()
	seen := 0
	for n := range 2 {
		l.walk(l.begins(l.stranger()), "gate")
		l.until("the gate, on the screen", func() bool { return l.shot().still().unlike(usual) > mostChange })
		old, pages := engineProcesses(t, l.cmd.Process.Pid, pageProcessStat), l.pages()
		l.must(http.MethodDelete, "/kiosk/session", nil, nil)
		l.tells()
		for l.shot().still().unlike(usual) > mostChange && l.pages() == pages { // the old page, until it has gone
		}
		if n == 1 {
			l.until("a process that has ended", func() bool {
				return !slices.Contains(engineProcesses(t, l.cmd.Process.Pid, pageProcessStat), old[0])
			})
			l.hand("mousemove", x, y, "click", "1", "mousemove", "1", "1")
		}
		// A picture counts when the page had not been replaced by the time it was taken.
		for now := l.shot(); l.pages() == pages; now = l.shot() {
			if share := now.still().unlike(usual); share > mostChange {
				t.Fatalf("%.1f %% of the screen look another way while the page is replaced (%s)", 100*share, l.keep(now, "renewal"))
			}
			seen++
		}
		if now := engineProcesses(t, l.cmd.Process.Pid, pageProcessStat); slices.Contains(now, old[0]) {
			t.Errorf("the process is the same: %v", now)
		}
	}
	if seen == 0 {
		t.Error("nobody looked at the screen while the page was replaced")
	}
	l.until("the check-in that was tapped for", func() bool { _, there := l.session(); return there })
}

// still is the lower half of a picture, where nothing of the welcome screen moves.
func (p picture) still() picture { return p[len(p)/8*4:] }

// welcome is how the welcome screen looks when nothing moves, and where one begins.
func (l *lobby) welcome() (usual picture, x, y string) {
	l.t.Helper()
	l.hand("mousemove", "1", "1")
	l.eval(calm)
	last := l.shot()
	l.until("a screen that rests", func() bool {
		l.eval(`await document.fonts.ready; await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`)
		usual = last
		last = l.shot()
		return last.differs(usual) == 0
	})
	var at [2]int
	place := l.eval(`const b = document.querySelector("button.check-in").getBoundingClientRect(); return [Math.round(b.x + b.width / 2), Math.round(b.y + b.height / 2)]`)
	if err := json.Unmarshal([]byte(place), &at); err != nil {
		l.t.Fatal(err)
	}
	return usual, strconv.Itoa(at[0]), strconv.Itoa(at[1])
}
