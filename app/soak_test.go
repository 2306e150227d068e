//go:build production

package app

import (
	_ "embed"
	"flag"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/memory"
)

var soakVisitors = flag.Int("visitors", 4, "how many people come to the window that is soaked; a lobby's day and night are some 200")

// donor.js is the body of a function that goes through a check-in as fast as the page lets it.
//
//go:embed testdata/donor.js
var donorScript string

// soakGrowth is how much the memory of the last tenth may be of that after the first. (Beside
// the whole second half a steady leak would have looked half as large.)
const soakGrowth = 1.05

// Started by build/bench/run.sh. A lobby's day without the minutes in between: most people check in, some look at what
// is theirs, or walk away somewhere, or only look around. The memory that the window's
// processes do not share is read after each, and no process of the page may crash.
func TestSoak(t *testing.T) {
	l := openLobby(t)
	random := rand.New(rand.NewPCG(1, 0))
	began := time.Now()
	var early, late []float64
	for n := range *soakVisitors {
		l.visits(n, random)
		held := l.held()
		total := memory.Total(held)
		if n%max(1, *soakVisitors/40) == 0 {
			t.Logf("%4.0f s, visitor %4d: %6.1f MiB %v", time.Since(began).Seconds(), n+1, total, held)
		}
		switch tenth := max(1, *soakVisitors/10); {
		case n >= *soakVisitors-tenth:
			late = append(late, total)
		case n >= tenth && n < 2*tenth:
			early = append(early, total)
		}
	}
	f := figure.Figure{Work: "soak: memory of the window that nobody shares, last tenth of a day", Unit: "MiB", Ours: figure.SpreadOf(late...),
		Peer: "itself in the second tenth", Theirs: figure.SpreadOf(early...), Aim: figure.Aim{RatioAtMost: soakGrowth},
		Note: "soak: " + strconv.Itoa(*soakVisitors) + " people came one after the other in " + time.Since(began).Round(time.Second).String() + ", no process of the page crashed"}
	t.Logf("%s: %.3f × %v", f.Note, f.Ratio(), f.Theirs)
	if err := figure.Keep(f); err != nil {
		t.Error(err)
	}
	if crashes := l.logged("the page's process ended", "the page is silent"); crashes > 0 {
		t.Errorf("the page was lost %d times", crashes)
	}
}

// visits is one visitor of a day.
func (l *lobby) visits(n int, random *rand.Rand) {
	l.t.Helper()
	switch n % 10 {
	case 3: // looks around
		l.leaves(func() {
			for _, screen := range []string{"sites", "story"} {
				l.eval(`document.body.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true})); location.hash = "#/` + screen + `"; await new Promise((done) => setTimeout(done, 500))`)
			}
			l.runsOut(true)
		})
	case 5: // looks at what is theirs
		looksAt([]string{"results", "donations", "points"}[random.IntN(3)])(l, random)
		l.leaves(func() { l.eval(`document.querySelector(".actions .next").click()`) })
	case 7: // walks away
		stops[random.IntN(len(stops))].come(l, random)
		l.leaves(func() { l.runsOut(false) })
		_ = l.call(http.MethodDelete, "/kiosk/staff-call", nil, nil) // only some have called
	default:
		l.identifies()
		l.card(l.stranger())
		l.leaves(func() { l.eval(donorScript) })
	}
}

// held is the memory of the kiosk's processes that nobody shares.
func (l *lobby) held() []memory.Share {
	l.t.Helper()
	pids, err := memory.Family(-1, lobbyVariable+"="+l.data)
	if err != nil {
		l.t.Fatal(err)
	}
	held, err := memory.Of(pids, memory.Own)
	if err != nil {
		l.t.Fatal(err)
	}
	return held
}
