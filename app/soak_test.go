//go:build production

package app

import (
	_ "embed"
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"

	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/memory"
)

var soakVisitors = flag.Int("visitors", 10, "how many people come to the window that is soaked")

// donor is the body of a function that goes through a check-in.
//
//go:embed testdata/donor.js
var donorScript string

// soakGrowth is how much the memory may be of that after the first tenth.
const soakGrowth = 1.05

func TestWindowSoak(t *testing.T) {
	l := openLobby(t)
	began := time.Now()
	var early, late []float64
	presses := 0
	for n := range *soakVisitors {
		presses += l.visits(n)
		if n%max(1, *soakVisitors/100) != 0 {
			continue
		}
		held := l.held()
		t.Logf("%4.0f s, visitor %4d: %6.1f MiB %v", time.Since(began).Seconds(), n+1, memory.Total(held), held)
		switch {
		case n >= *soakVisitors/2:
			late = append(late, memory.Total(held))
		case n >= *soakVisitors/10:
			early = append(early, memory.Total(held))
		}
	}
	t.Logf("%d presses", presses)
	_ = early
	_ = late
	_ = figure.Figure{}
	_ = soakGrowth
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

// visits lets somebody check in, pressing what the page shows.
func (l *lobby) visits(n int) (presses int) {
	l.t.Helper()
	l.identifies()
	p := l.stranger()
	l.lays(p)
	l.leaves(func() {
		var err error
		if presses, err = strconv.Atoi(l.eval(donorScript)); err != nil {
			l.t.Fatal(fmt.Errorf("visitor %d: %w", n, err))
		}
	})
	return presses
}

// lays lays a card on the reader until the kiosk has read it.
func (l *lobby) lays(p identity.Person) {
	l.t.Helper()
	l.do(command{Card: &p})
	l.until("the card is read", func() bool { s, there := l.session(); return there && s.Step != checkin.StepIdentify })
	l.do(command{Lift: true})
}
