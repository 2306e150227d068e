package node

import (
	"context"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// lookupTime bounds how long somebody waits for what other sites know.
const lookupTime = 2 * time.Second

// elsewhere asks the center for one person. It implements checkin.Elsewhere.
type elsewhere struct{ node *Node }

// OfDonor implements checkin.Elsewhere.
func (e elsewhere) OfDonor(ctx context.Context, donorKey string) {
	e.node.lookUp(ctx, sync.LookupRequest{DonorKey: donorKey})
}

// OfCard implements checkin.Elsewhere.
func (e elsewhere) OfCard(ctx context.Context, code string) {
	if g := e.node.identity.Load().Grant; g != nil {
		e.node.lookUp(ctx, sync.LookupRequest{CardKey: donor.CardKey(g.GateKey, code)})
	}
}

// OfBooking implements checkin.Elsewhere.
func (e elsewhere) OfBooking(ctx context.Context, notice appointment.Appointment, code string) {
	if g := e.node.identity.Load().Grant; g != nil {
		e.node.lookUp(ctx, sync.LookupRequest{BookingID: appointment.BookingID(notice.ID), CodeKey: appointment.CodeKey(g.GateKey, code)})
	}
}

// lookUp takes over what the center answers, as if the feed had brought it. What
// fails is left: the person goes on as without a line.
func (n *Node) lookUp(ctx context.Context, in sync.LookupRequest) {
	line := n.openLine()
	if line == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found, err := line.Lookup(ctx, in)
	if err == nil {
		err = n.store.InTx(ctx, func(ctx context.Context) error { return n.takeOver(ctx, found.Changes) })
	}
	if err != nil {
		n.config.Log.WarnContext(ctx, "looking somebody up at the center failed", "code", fault.CodeOf(err)) // the code only: the rest may be personal
	}
}

// takeOver keeps what was looked up; nothing but this may come so.
func (n *Node) takeOver(ctx context.Context, changes []sync.Change) error {
	take := map[sync.Noun]sync.Absorb{sync.Pass: n.replica.Absorbers[sync.Pass], sync.Donor: n.replica.Absorbers[sync.Donor],
		sync.Appointment: absorb(n.keepBooking, n.store.DeleteAppointment)}
	for _, c := range changes {
		keep, known := take[c.Noun]
		if !known {
			continue // a newer center's
		}
		if err := keep(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// keepBooking keeps a booking of any site in the place of its notice.
func (n *Node) keepBooking(ctx context.Context, a appointment.Appointment) error {
	if err := n.store.DeleteAppointment(ctx, appointment.NoticeID(a.ID)); err != nil {
		return err
	}
	return n.store.SaveAppointment(ctx, a)
}
