package reader

import (
	"context"
	"errors"
	"time"

	"lianxin/backend/identity"
)

// leastPoll is the shortest time between two looks for a card (GA 450 readers
// need it to power the field down in between).
const leastPoll = 300 * time.Millisecond

// patience is how many troubled polls in a row make a broken reader.
const patience = 3

// Options are the timings of an SDT driver; zero values mean the defaults.
type Options struct {
	Poll    time.Duration // between two looks for a card; 300 ms, which is also the least
	Silence time.Duration // until a reader that says nothing counts as silent; 2 s
	Retry   time.Duration // between two tries to open the port; 1 s
	// Wait waits d or until ctx ends; a test puts its own clock here.
	Wait func(ctx context.Context, d time.Duration) error
}

// SDT drives a GA 450 reader.
type SDT struct {
	open func() (Port, error)
	opt  Options
	gate gate

	// Only Run's goroutine uses what follows.
	events   func(Event)
	turn     int    // the Resume that events are for
	last     string // state and code told last
	mustLift bool   // a card was dealt with and not seen to leave
	absences int    // polls in a row that found no card
	trouble  int    // polls in a row without a usable answer
}

// NewSDT returns a driver, paused, over the port that open opens; see Serial.
func NewSDT(open func() (Port, error), opt Options) *SDT {
	opt.Poll = max(opt.Poll, leastPoll)
	if opt.Silence <= 0 {
		opt.Silence = 2 * time.Second
	}
	if opt.Retry <= 0 {
		opt.Retry = time.Second
	}
	if opt.Wait == nil {
		opt.Wait = wait
	}
	return &SDT{open: open, opt: opt}
}

// Resume implements Reader.
func (d *SDT) Resume() { d.gate.set(true) }

// Pause implements Reader.
func (d *SDT) Pause() { d.gate.set(false) }

// Run implements Reader.
func (d *SDT) Run(ctx context.Context, events func(Event)) error {
	d.events, d.turn, d.last = events, 0, ""
	for d.awaitWanted(ctx) {
		port, err := d.open()
		if err != nil {
			d.tell(Event{State: Absent, Fault: absence(err)})
		} else {
			d.converse(ctx, port)
		}
		if d.opt.Wait(ctx, d.opt.Retry) != nil {
			break
		}
	}
	return ctx.Err()
}

// awaitWanted blocks while paused; false means that ctx ended.
func (d *SDT) awaitWanted(ctx context.Context) bool {
	open, turn := d.gate.isOpen()
	if open && turn == d.turn {
		return ctx.Err() == nil
	}
	if d.turn > 0 && !open {
		d.events(Event{State: Paused})
	}
	if d.gate.awaitOpen(ctx) != nil {
		return false
	}
	_, d.turn = d.gate.isOpen()
	d.last = ""
	d.absences = 1 // one more look without a card is enough: time has passed
	return true
}

// converse talks over one open port until it is lost, troubled, or ctx ends.
func (d *SDT) converse(ctx context.Context, port Port) {
	l := &line{port: port, silence: d.opt.Silence}
	defer func() {
		l.scan.wipe()
		_ = port.Close() // the port is given up; there is nobody to tell
	}()
	if !d.start(ctx, l) {
		return
	}
	d.trouble = 0
	for d.awaitWanted(ctx) {
		err := d.poll(ctx, l)
		if ctx.Err() != nil || err != nil && d.isOver(err) {
			return
		}
		if d.opt.Wait(ctx, d.opt.Poll) != nil {
			return
		}
	}
}

// start asks for the status, and resets a reader that does not give it.
func (d *SDT) start(ctx context.Context, l *line) bool {
	_, err := l.ask(ctx, cmdStatus, statusOK)
	if err != nil && !isLost(err) && ctx.Err() == nil {
		if _, err = l.ask(ctx, cmdReset, statusOK); err == nil {
			_, err = l.ask(ctx, cmdStatus, statusOK)
		}
	}
	if err != nil && ctx.Err() == nil {
		d.trouble = patience
		d.isOver(err)
	}
	return err == nil
}

// isOver tells the reader's trouble, and whether the port must be given up.
func (d *SDT) isOver(err error) bool {
	if isLost(err) {
		d.tell(Event{State: Absent, Fault: absence(err)})
		return true
	}
	d.trouble++
	status, ok := errors.AsType[*StatusError](err)
	if d.trouble >= patience || ok && meaningOf(status.SW3).final {
		d.tell(Event{State: Broken, Fault: explain(err)})
		return true
	}
	return false
}

// poll looks for a card once and reads it when there is a new one.
func (d *SDT) poll(ctx context.Context, l *line) error {
	found, err := l.ask(ctx, cmdFind, statusFound, statusNone)
	if err != nil {
		return err
	}
	d.trouble = 0
	if found.sw3 == statusNone {
		d.absences++
		if d.absences >= 2 {
			d.mustLift = false
		}
		if !d.mustLift {
			d.tell(Event{State: Ready})
		}
		return nil
	}
	d.absences = 0
	if d.mustLift {
		d.tell(Event{State: Lift})
		return nil
	}
	return d.readCard(ctx, l)
}

// readCard reads the card that was found. An error means that the port is lost
// or ctx ended; everything else is told as the card's.
func (d *SDT) readCard(ctx context.Context, l *line) error {
	d.tell(Event{State: Reading})
	d.mustLift = true
	person, err := d.takeCard(ctx, l)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case isLost(err):
		return err
	case err != nil:
		d.tell(Event{State: Unreadable, Fault: explain(err)})
	default:
		d.tell(Event{State: Read, Person: person})
	}
	return nil
}

func (d *SDT) takeCard(ctx context.Context, l *line) (identity.Person, error) {
	if _, err := l.askTwice(ctx, cmdSelect, statusOK); err != nil {
		return identity.Person{}, err
	}
	card, err := l.askTwice(ctx, cmdRead, statusOK)
	defer l.scan.wipe() // the photo and all that is not taken vanish here
	if err != nil {
		return identity.Person{}, err
	}
	return decodeCard(card.data)
}

// tell passes an event on, unless it is what was told last or nobody is at the
// reader any more.
func (d *SDT) tell(e Event) {
	if open, turn := d.gate.isOpen(); !open || turn != d.turn {
		return
	}
	now := string(e.State)
	if e.Fault != nil {
		now += " " + e.Fault.Code
	}
	if now == d.last && e.State != Reading && e.State != Read && e.State != Unreadable {
		return
	}
	d.last = now
	d.events(e)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
