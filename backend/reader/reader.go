// Package reader drives identity card readers.
//
// A Reader runs until its context ends and tells what happens as events. It
// polls only between Resume and Pause: a kiosk resumes it when somebody reaches
// the identify step and pauses it when they leave, so that no card is read
// without being asked for.
//
// SDT is the driver for serial readers that speak the protocol of GA 450 with
// the security module everybody calls SDT. Readers with another protocol get
// their own driver behind the same interface. Package readersim simulates a
// reader on a pseudo-terminal.
package reader

import (
	"context"

	"lianxin/backend/fault"
	"lianxin/backend/identity"
)

// State is what the reader is doing, as a screen words it.
type State string

const (
	Paused     State = "paused"     // not asked to read
	Absent     State = "absent"     // no reader is connected; Fault says why
	Ready      State = "ready"      // put a card on the reader
	Reading    State = "reading"    // hold the card still
	Read       State = "read"       // Person was read
	Unreadable State = "unreadable" // this card could not be read; Fault says why
	Lift       State = "lift"       // the last card is still there: take it away first
	Broken     State = "fault"      // the reader does not work; Fault says why
)

// Event is one change of state. Ready, Lift, Absent and Broken are told once
// per change, the others each time they happen. After Unreadable the card must
// be lifted; Ready follows when it was, so a screen keeps the reason of
// Unreadable in sight until the next Reading.
type Event struct {
	State  State
	Person identity.Person // with Read only
	Fault  *fault.Fault    // with Absent, Unreadable and Broken
}

// Reader is a card reader of any make.
type Reader interface {
	// Run drives the reader until ctx ends and returns ctx's error. It calls
	// events from one goroutine, one at a time; events may call Pause and Resume.
	// A reader runs once at a time.
	Run(ctx context.Context, events func(Event)) error
	// Resume starts reading; the current state is told anew.
	Resume()
	// Pause stops reading. A card being read at that moment is forgotten.
	Pause()
}

// None is the reader of a machine without one: absent whenever asked.
type None struct{ gate gate }

// Run tells Absent on every Resume until ctx ends.
func (n *None) Run(ctx context.Context, events func(Event)) error {
	for n.gate.awaitOpen(ctx) == nil {
		events(Event{State: Absent, Fault: fault.New(fault.Unavailable, "reader.none")})
		if n.gate.awaitClosed(ctx) == nil {
			events(Event{State: Paused})
		}
	}
	return ctx.Err()
}

// Resume implements Reader.
func (n *None) Resume() { n.gate.set(true) }

// Pause implements Reader.
func (n *None) Pause() { n.gate.set(false) }
