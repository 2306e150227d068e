package simulation

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is something that goes wrong in a history. A run counts each, for a fault that
// never happens proves nothing.
type Kind string

const (
	Lost        Kind = "request or answer lost"
	Twice       Kind = "request arrived twice"
	Worst       Kind = "request arrived twice where half are lost and eight in ten doubled"
	Late        Kind = "old request arrived much later, after newer ones"
	Garbled     Kind = "answer cut short"
	Portal      Kind = "answer of somebody else's login page"
	CutLine     Kind = "asked over a cut line"
	LongCut     Kind = "cut off for 59 to 61 days with something to send"
	Waiting     Kind = "books looked at with something to send"
	ClockOff    Kind = "clock set by up to ten years"
	CenterClock Kind = "the center's clock set by up to ten years"
	CenterDoubt Kind = "the center does not follow its clock"
	CenterAhead Kind = "the center is days ahead of the time"
	WentBack    Kind = "the center goes back to the right time"
	KioskKilled Kind = "kiosk killed"
	KioskHalf   Kind = "kiosk killed before it was done"
	CenterKill  Kind = "center killed"
	CenterHalf  Kind = "center killed before it was done"
	Torn        Kind = "half a page at the end of the log of writes"
	Restored    Kind = "center restored from a backup"
	PutBack     Kind = "older database put back by hand"
	OldProtocol Kind = "older protocol told to update"
	NewProtocol Kind = "newer protocol taken"
	Replayed    Kind = "operation parked, and carried out by a newer center"
)

// Kinds are all that a run must have had.
var Kinds = []Kind{Lost, Twice, Worst, Late, Garbled, Portal, CutLine, LongCut, Waiting, ClockOff, CenterClock, CenterDoubt, CenterAhead, WentBack, KioskKilled, KioskHalf, CenterKill, CenterHalf, Torn,
	Restored, PutBack, OldProtocol, NewProtocol, Replayed}

func (w *World) count(k Kind) { w.happened[k]++ }

// Tally adds up what happened in several histories: how often, and in how many.
type Tally map[Kind][2]int

// Add takes in a history.
func (t Tally) Add(w *World) {
	for kind, n := range w.happened {
		sum := t[kind]
		t[kind] = [2]int{sum[0] + n, sum[1] + 1}
	}
}

// Never names the kinds that never happened.
func (t Tally) Never() []Kind {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return t[k][0] > 0 })
}

// String is a line for each kind.
func (t Tally) String() string {
	var lines []string
	for _, kind := range Kinds {
		lines = append(lines, fmt.Sprintf("%9d times in %6d histories: %s", t[kind][0], t[kind][1], kind))
	}
	return strings.Join(lines, "\n")
}
