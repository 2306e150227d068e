package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/node"
	"lianxin/backend/outbox"
	"lianxin/backend/staffcall"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// kiosk is one kiosk with its line and its clock.
type kiosk struct {
	node.Idle
	world   *World
	number  int
	data    string
	source  source
	line    *line
	version string
	off     time.Duration              // its clock minus the true time
	booted  time.Time                  // true time of its start
	saved   []string                   // operations it was told are safe, by id of what they are about
	made    int64                      // how many operations it was told are safe
	ahead   bool                       // the center was restored, and may lack what counts as done here
	forged  []string                   // operations the center must refuse, if they came into the log
	said    map[string]json.RawMessage // payloads by id of operation, as they were before it forgot any
	speaks  int                        // version of sync; 0 is the program's own
	fuse    *fuse                      // ends it; nil most times
}

func kioskFolder(n int) string { return fmt.Sprintf("kiosk-%d", n) }

// wall is the kiosk's clock. It looks at it on every way, so it may end there.
func (k *kiosk) wall() time.Time {
	k.fuse.pass()
	return k.world.now.Add(k.off)
}

// config is how a kiosk of the simulation is opened.
func (k *kiosk) config() node.Config {
	return node.Config{Data: k.data, Demo: true, Version: k.version, Protocol: k.speaks, Now: k.wall,
		Elapsed: func() time.Duration { return k.world.now.Sub(k.booted) },
		NewID:   func() string { return k.source.id(k.wall) }, Random: k.source, HTTP: &http.Client{Transport: k.line}}
}

func (k *kiosk) open() (err error) {
	k.booted = k.world.now
	if k.Idle, err = node.OpenIdle(context.Background(), k.config()); err != nil {
		return fmt.Errorf("kiosk %d does not open: %w", k.number, err)
	}
	if k.Place().DeviceID == "" {
		return nil // only while the template is made
	}
	return k.Connect()
}

func (k *kiosk) close() error { return k.Idle.Close() }

// visitOf makes the visit of a person as this kiosk would record it.
func (k *kiosk) visitOf(person int) visit.Visit {
	v := storetest.Visit(person)
	v.ID, v.At, v.Day = k.source.id(k.wall), k.Clock().Now().UTC().Truncate(time.Microsecond), k.Clock().Today()
	v.SiteID, v.DeviceID, v.ClockOffset, v.AppointmentID = k.Place().SiteID, k.Place().DeviceID, k.Clock().Offset(), ""
	return v
}

func (k *kiosk) checkIn(ctx context.Context) error {
	v := k.visitOf(k.world.chance.IntN(k.world.people))
	if k.world.booked > 0 && k.world.luck(50) {
		booked := k.world.chance.IntN(k.world.booked)
		v.AppointmentID = bookingID(booked)
	}
	_, err := k.Visits().CheckIn(ctx, v, k.Place().Letter)
	if errors.Is(err, fault.New(fault.Conflict, "visit.already_checked_in")) {
		k.world.say("kiosk %d: %s is already checked in", k.number, v.DonorKey)
		return nil
	}
	return k.note(err, v.ID, "check-in of "+v.DonorKey)
}

func (k *kiosk) deferDonor(ctx context.Context) error {
	v := k.visitOf(k.world.chance.IntN(k.world.people))
	v.Screening, v.Ticket, v.TicketNumber = nil, "", 0
	_, err := k.Visits().Defer(ctx, v)
	return k.note(err, v.ID, "deferral of "+v.DonorKey)
}

// call raises a call for staff or takes one back.
func (k *kiosk) call(ctx context.Context) error {
	open, err := k.Store().OpenCalls(ctx, k.Place().SiteID)
	if err != nil {
		return err
	}
	if len(open) > 0 && k.world.luck(50) {
		c := open[len(open)-1]
		c.ClearedAt = k.wall().UTC()
		return k.note(k.Calls().Record(ctx, c), "", "call taken back")
	}
	c := staffcall.Call{ID: k.source.id(k.wall), SiteID: k.Place().SiteID, DeviceID: k.Place().DeviceID, RaisedAt: k.wall().UTC()}
	return k.note(k.Calls().Record(ctx, c), "", "call")
}

// unknown makes an operation of a kind this center has not learnt yet.
func (k *kiosk) unknown(ctx context.Context) error {
	op, err := outbox.New(k.source.id(k.wall), laterKind, k.wall(), json.RawMessage(`{"later":true}`))
	if err != nil {
		return err
	}
	err = k.Store().InTx(ctx, func(ctx context.Context) error { _, err := k.Store().AppendOperation(ctx, op); return err })
	return k.note(err, "", "operation of a later kind")
}

// forge makes an operation the center must refuse: a call in another kiosk's name.
func (k *kiosk) forge(ctx context.Context) error {
	c := staffcall.Call{ID: k.source.id(k.wall), SiteID: k.Place().SiteID, DeviceID: "another", RaisedAt: k.wall().UTC()}
	op, err := outbox.New(k.source.id(k.wall), outbox.StaffCallRaised, c.RaisedAt, c)
	if err != nil {
		return err
	}
	err = k.Store().InTx(ctx, func(ctx context.Context) error { _, err := k.Store().AppendOperation(ctx, op); return err })
	k.forged = append(k.forged, op.ID)
	return k.note(err, "", "call in another's name")
}

// note keeps what the kiosk was told is safe.
func (k *kiosk) note(err error, id, what string) error {
	if err != nil {
		return fmt.Errorf("kiosk %d: %s: %w", k.number, what, err)
	}
	k.made++
	if id != "" {
		k.saved = append(k.saved, id)
	}
	k.world.say("kiosk %d: %s", k.number, what)
	return nil
}

func (k *kiosk) push(ctx context.Context) error { return k.turn("push", k.Push(ctx)) }
func (k *kiosk) pull(ctx context.Context) error { return k.turn("pull", k.Pull(ctx)) }

// turn writes down how an exchange went; it may fail in every way a line can.
func (k *kiosk) turn(what string, err error) error {
	code := fault.CodeOf(err)
	k.world.say("kiosk %d: %s %s", k.number, what, code)
	switch {
	case what != "push":
	case k.speaks == older && code == "":
		k.world.broken("kiosk %d: the center takes a protocol it does not know any more", k.number)
	case k.speaks == older && code == "sync.protocol_too_old":
		k.world.count(OldProtocol)
	case k.speaks == newer && code == "":
		k.world.count(NewProtocol)
	}
	if code == "internal" { // no fault with a name of its own
		k.world.broken("kiosk %d: %s fails inside: %v", k.number, what, err)
	}
	return nil
}

// forget lets the kiosk forget what is long over; what it said stays known here.
func (k *kiosk) forget(ctx context.Context) error {
	ops, err := k.Store().OperationsFrom(ctx, 1, 1_000_000)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if !op.Forgotten() {
			k.said[op.ID] = op.Payload
		}
	}
	k.world.say("kiosk %d: forgets what is over", k.number)
	return k.Forget(ctx)
}

// restart ends the program at once and starts it again, now and then a newer one.
func (k *kiosk) restart(context.Context) error {
	if err := k.close(); err != nil {
		return err
	}
	if k.world.luck(20) {
		k.version += "+"
	}
	k.world.say("kiosk %d restarts as version %s", k.number, k.version)
	return k.open()
}

// setClock sets the kiosk's own clock, by minutes or by up to ten years, or right.
func (k *kiosk) setClock(context.Context) error {
	switch k.world.chance.IntN(4) {
	case 0:
		k.off = 0
	case 1:
		k.off = k.world.within(time.Hour)
	default:
		k.off = k.world.within(years)
		k.world.count(ClockOff)
	}
	k.world.say("kiosk %d: its clock is %v off", k.number, k.off.Round(time.Second))
	return nil
}

func (k *kiosk) changeLine(context.Context) error {
	k.line.change()
	k.world.say("kiosk %d: its line: cut %v, loss %d, twice %d, held %d", k.number, k.line.cut, k.line.loss, k.line.twice, k.line.hold)
	return nil
}

// deliverLate lets a held copy of an old request arrive now.
func (k *kiosk) deliverLate(context.Context) error {
	if len(k.line.held) == 0 {
		return nil
	}
	n := k.world.chance.IntN(len(k.line.held))
	r := k.line.held[n]
	k.line.held = append(k.line.held[:n:n], k.line.held[n+1:]...)
	answer := k.world.center.serve(r)
	k.world.count(Late)
	k.world.say("kiosk %d: an old %s arrives: %d", k.number, r.path, answer.Code)
	return nil
}
