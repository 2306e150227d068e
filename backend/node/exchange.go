package node

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/pack"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// newReplica builds the device's end of sync.
func (n *Node) newReplica(ctx context.Context) error {
	n.replica = &sync.Replica{Store: n.store, Absorbers: n.absorbers(), Version: n.config.Version, Protocol: n.config.Protocol, LongPoll: n.config.LongPoll,
		Together:  map[sync.Noun]sync.AbsorbAll{sync.Gate: n.absorbGate},
		Clock:     &sync.Clock{Wall: n.config.Now, Elapsed: n.config.Elapsed, Built: n.config.Built},
		DeviceID:  func() string { return n.place().DeviceID },
		Condition: n.condition,
		Pulled:    n.pulled, Changed: n.exchanged,
		Failed: func(doing string, err error) {
			n.config.Log.Warn("exchange with the center failed", "doing", doing, "error", err)
		}}
	var revoked bool
	if _, err := n.store.Setting(ctx, revokedSetting, &revoked); err != nil {
		return err
	}
	n.revoked.Store(revoked)
	n.clock = &clock{Clock: n.replica.Clock, status: n.replica.Status}
	if n.config.HTTP == nil {
		n.config.HTTP = sync.NewHTTPClient(n.replica.Clock, n.config.Roots)
	}
	return n.replica.Load(ctx)
}

// revokedSetting keeps over restarts that the center no longer takes this kiosk:
// a stolen one must not serve people again because its cable was pulled.
const revokedSetting = "device.revoked"

// exchanged looks what the last exchange with the center says, and wakes the screens.
func (n *Node) exchanged() {
	status := n.replica.Status()
	out := status.Fails(token.Ended...)
	if (out || status.Online) && n.revoked.Swap(out) != out {
		if err := n.store.SaveSetting(context.Background(), revokedSetting, out); err != nil {
			n.config.Log.Error("keeping whether this kiosk is revoked", "error", err)
		}
	}
	n.stateChanged()
}

// exchange waits for the enrolment and then pushes and pulls until ctx ends.
// An enrolment anew hangs up and begins again.
func (n *Node) exchange(ctx context.Context) {
	for ctx.Err() == nil && n.awaitApproval(ctx) == nil {
		line, hangUp := context.WithCancel(ctx)
		n.enrol.connect(hangUp)
		if who := n.identity.Load(); who.Grant != nil {
			n.talk(line, who)
		}
		hangUp()
	}
}

// openLine is the line by which one person's question may be asked, nil when there is
// none. One direction that works is enough: after a center was away, the other one may
// still rest, and whoever stands there would be told that it cannot be reached.
func (n *Node) openLine() *sync.HTTPCenter {
	if s := n.replica.Status(); !s.Push.Works && !s.Pull.Works {
		return nil
	}
	return n.line.Load()
}

// talk pushes and pulls as who until ctx ends.
func (n *Node) talk(ctx context.Context, who *identity) {
	if err := n.connect(who); err != nil {
		n.config.Log.Error("the device key cannot be used", "error", err)
		<-ctx.Done()
		return
	}
	defer n.line.Store(nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.forgetPast(ctx)
	}()
	n.replica.Run(ctx)
	<-done
}

// connect gives the exchange the center that who is enrolled at.
func (n *Node) connect(who *identity) error {
	key, err := who.key()
	if err != nil {
		return err
	}
	center := &sync.HTTPCenter{URL: who.Center, Issuer: who.Grant.Issuer, DeviceID: who.Grant.DeviceID,
		Key: key, Now: n.clock.Corrected, NewID: n.config.NewID, Client: n.config.HTTP}
	n.replica.Center = center
	n.line.Store(center)
	return nil
}

// forgetEvery is how often a kiosk looks whether a day is over.
const forgetEvery = time.Hour

// forgetPast keeps nobody's yesterday on a public machine longer than needed.
func (n *Node) forgetPast(ctx context.Context) {
	ticker := time.NewTicker(forgetEvery)
	defer ticker.Stop()
	for {
		if err := n.forget(ctx); err != nil && ctx.Err() == nil {
			n.config.Log.Error("forgetting past days", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) forget(ctx context.Context) error {
	if err := n.store.ForgetDonorsElsewhere(ctx, n.place().SiteID); err != nil {
		return err
	}
	today := n.clock.Over()
	if err := n.store.ForgetOwn(ctx, today, n.agreed().AddDays(-n.config.KeepDays)); err != nil {
		n.config.Log.Error("forgetting what was said here", "error", err) // the rest goes all the same
	}
	return n.store.ForgetPast(ctx, n.identity.Load().devices(), today.AddDays(-1))
}

// agreed is the last day on which the center had everything from here that it had ever
// said to have. Later it may have been restored, from a backup as old as the period for
// which things are kept, so that the period does not run before a push was answered again.
func (n *Node) agreed() calendar.Date { return calendar.Of(n.replica.Status().Progress.LastPush) }

// absorbers say how each noun of the feed is taken over. None writes to the outbox.
func (n *Node) absorbers() map[sync.Noun]sync.Absorb {
	return map[sync.Noun]sync.Absorb{
		sync.Site: absorb(func(ctx context.Context, s site.Site) error { return n.store.SaveSite(ctx, s) }, n.store.DeleteSite),
		sync.Gate: absorb(func(ctx context.Context, e screening.Entry) error { return n.store.SaveEntry(ctx, e) }, n.store.DeleteEntry),
		sync.Appointment: absorb(func(ctx context.Context, a appointment.Appointment) error { return n.store.SaveAppointment(ctx, a) },
			n.store.DeleteAppointment),
		sync.Notice: absorb(n.absorbNotice, func(ctx context.Context, id string) error {
			return errors.Join(n.store.DeleteAppointment(ctx, appointment.NoticeID(id)), n.forgetBooking(ctx, id))
		}),
		sync.Pass:      absorb(func(ctx context.Context, p visit.Pass) error { return n.store.SavePass(ctx, p) }, n.store.DeletePass),
		sync.Donor:     absorb(func(ctx context.Context, d donor.Donor) error { return n.store.SaveDonor(ctx, d) }, n.store.DeleteDonor),
		sync.StaffCall: absorb(n.absorbCall, func(context.Context, string) error { return nil }),
		sync.Visit:     absorb(n.absorbVisit, func(context.Context, string) error { return nil }),
		sync.Arrival: absorb(n.absorbArrival, func(ctx context.Context, id string) error {
			return n.store.DeleteForeignVisit(ctx, visit.KeptArrivalID(id), n.place().DeviceID)
		}),
		sync.Gift:  absorb(func(ctx context.Context, g gift.Listed) error { return n.store.SaveGifts(ctx, g) }, n.store.DeleteGift),
		sync.Stock: absorb(func(ctx context.Context, l gift.Level) error { return n.store.SaveLevel(ctx, l) }, n.store.DeleteLevel),
		sync.Pack:  absorb(n.absorbPack, n.store.DeletePack),
	}
}

// absorbGate takes over many entries of the list of who is held back: of a city they are
// a million, of a day some thousands.
func (n *Node) absorbGate(ctx context.Context, changes []sync.Change) error {
	entries, gone := make([]screening.Entry, 0, len(changes)), []string{}
	for _, c := range changes {
		if c.Deleted {
			gone = append(gone, c.ID)
			continue
		}
		var e screening.Entry
		if err := json.Unmarshal(c.Data, &e); err != nil {
			return fault.Wrap(err, fault.Invalid, "sync.change_unreadable")
		}
		entries = append(entries, e)
	}
	return errors.Join(n.store.SaveEntries(ctx, entries...), n.store.DeleteEntries(ctx, gone...))
}

// absorb decodes a change of type T and saves or removes it.
func absorb[T any](save func(context.Context, T) error, remove func(context.Context, string) error) sync.Absorb {
	return func(ctx context.Context, c sync.Change) error {
		if c.Deleted {
			return remove(ctx, c.ID)
		}
		var content T
		if err := json.Unmarshal(c.Data, &content); err != nil {
			return fault.Wrap(err, fault.Invalid, "sync.change_unreadable")
		}
		return save(ctx, content)
	}
}

// absorbNotice keeps that a booking of another site exists; this site's own come whole.
func (n *Node) absorbNotice(ctx context.Context, notice appointment.Notice) error {
	if notice.SiteID == n.place().SiteID {
		return n.store.DeleteAppointment(ctx, appointment.NoticeID(notice.ID))
	}
	// What was looked up of it may be out of date now.
	if err := n.store.DeleteAppointment(ctx, notice.ID); err != nil {
		return err
	}
	return n.store.SaveAppointment(ctx, notice.Kept())
}

// forgetBooking forgets a booking of another site that was looked up; this site's
// own go by their own changes.
func (n *Node) forgetBooking(ctx context.Context, id string) error {
	a, err := n.store.Appointment(ctx, id)
	if fault.CodeOf(err) == "appointment.not_found" {
		return nil
	}
	if err != nil || a.SiteID == n.place().SiteID {
		return err
	}
	return n.store.DeleteAppointment(ctx, id)
}

// absorbVisit keeps who is checked in at this site on other kiosks. This
// kiosk's own visits are here already, with everything.
func (n *Node) absorbVisit(ctx context.Context, v visit.Visit) error {
	here := n.place().DeviceID
	if v.DeviceID == here {
		return nil
	}
	// What is told again may be judged otherwise: by a restored center, which knows other
	// bookings, or because an earlier visit came to light and this one does not count any more.
	if err := n.store.DeleteForeignVisit(ctx, v.ID, here); err != nil || v.Outcome != visit.Waiting {
		return err
	}
	if err := n.store.DeleteForeignVisit(ctx, visit.KeptArrivalID(visit.ArrivalID(v.DonorKey, v.Day)), here); err != nil {
		return err
	}
	return n.store.SaveForeignVisit(ctx, v)
}

// absorbArrival keeps that somebody is checked in at another site today; this
// site's own visits come whole.
func (n *Node) absorbArrival(ctx context.Context, a visit.Arrival) error {
	kept := a.Kept()
	err := n.store.DeleteForeignVisit(ctx, kept.ID, n.place().DeviceID)
	if err != nil || a.SiteID == n.place().SiteID {
		return err
	}
	return n.store.SaveForeignVisit(ctx, kept)
}

// absorbCall takes over what staff did about a call of this kiosk; those of others
// are not here.
func (n *Node) absorbCall(ctx context.Context, said staffcall.Call) error {
	own, err := n.store.Call(ctx, said.ID)
	if fault.CodeOf(err) == "staff_call.not_found" {
		return nil
	}
	if err != nil {
		return err
	}
	return n.store.SaveCall(ctx, own.Answered(said))
}

// absorbPack keeps a pack that passes its check; another is set aside and the one
// before it stays in force.
func (n *Node) absorbPack(ctx context.Context, p pack.Pack) error {
	if err := pack.Check(p); err != nil {
		n.config.Log.ErrorContext(ctx, "pulled pack left out", "pack", p.ID, "version", p.Version, "error", err)
		return fault.Wrap(err, fault.Invalid, "pack.refused")
	}
	return n.store.SavePack(ctx, p)
}

// pulled takes packs and the catalogue off the disk once they are there for certain.
// What was swept away is known by nothing but the end of a pull from the beginning.
func (n *Node) pulled(page sync.Page) {
	if err := n.giftPulled(context.Background(), page); err != nil {
		n.config.Log.Error("loading the gifts that were pulled", "error", err)
	}
	if !page.Swept && !slices.ContainsFunc(page.Changes, func(c sync.Change) bool { return c.Noun == sync.Pack }) {
		return
	}
	if err := n.fillPacks(context.Background()); err != nil {
		n.config.Log.Error("loading the packs that were pulled", "error", err)
	}
	n.replica.Made() // which packs are here the center is told at once
}
