package center

import (
	"context"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// loaders say what the feed carries of each noun.
func (c *Center) loaders() map[sync.Noun]sync.Load {
	return map[sync.Noun]sync.Load{
		sync.Site:        each(func(ctx context.Context, id string) (any, error) { return c.store.Site(ctx, id) }),
		sync.Gate:        c.loadGate,
		sync.Appointment: each(c.loadAppointment),
		sync.Notice:      each(c.loadNotice),
		sync.Arrival:     each(c.loadArrival),
		sync.Pass:        each(c.loadPass),
		sync.Donor:       each(c.loadDonor),
		sync.Visit:       each(c.loadVisit),
		sync.Pack:        c.loadPacks,
		sync.Gift:        c.loadGifts,
		sync.Stock:       c.loadLevels,
		sync.StaffCall:   each(func(ctx context.Context, id string) (any, error) { return c.store.Call(ctx, id) }),
	}
}

// each loads one by one; what is gone is left out.
func each(load func(ctx context.Context, id string) (any, error)) sync.Load {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		found := make(map[string]any, len(ids))
		for _, id := range ids {
			content, err := load(ctx, id)
			if err != nil && fault.From(err).Kind == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			found[id] = content
		}
		return found, nil
	}
}

func (c *Center) loadGate(ctx context.Context, keys []string) (map[string]any, error) {
	entries, err := c.store.GateEntries(ctx, keys)
	if err != nil {
		return nil, err
	}
	found := make(map[string]any, len(entries))
	for _, e := range entries {
		found[e.Key] = e
	}
	return found, nil
}

func (c *Center) loadPacks(ctx context.Context, ids []string) (map[string]any, error) {
	stored, err := c.store.Packs(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]any{}
	for _, p := range stored {
		found[p.Ref().Key()] = p
	}
	return found, nil
}

// bookingMarks tell the booking's site of it, and everybody else that it is there.
func bookingMarks(a appointment.Appointment) []sync.Mark {
	return []sync.Mark{{Scope: a.SiteID, Noun: sync.Appointment, ID: a.ID}, {Scope: sync.Notices, Noun: sync.Notice, ID: a.ID}}
}

// loadNotice gives every kiosk what it needs to explain a booking of another
// site: no name, no number, no code. Past ones are not told any more.
func (c *Center) loadNotice(ctx context.Context, id string) (any, error) {
	a, err := c.store.Appointment(ctx, id)
	err = c.unlessPast(err, a.Day, "appointment.not_found")
	return a.Notice(c.gateKey()), err
}

// loadArrival tells every kiosk that somebody waits somewhere today: no name, no
// number, not what they came for.
func (c *Center) loadArrival(ctx context.Context, id string) (any, error) {
	donorKey, day, err := visit.ParseArrivalID(id)
	if err != nil {
		return nil, err
	}
	v, ok, err := c.store.WaitingVisit(ctx, donorKey, day)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "visit.not_found")
	}
	return v.Arrival(), c.unlessPast(err, day, "visit.not_found")
}

// loadDonor gives a kiosk what a donor card needs: no phone, no blood group.
func (c *Center) loadDonor(ctx context.Context, id string) (any, error) {
	d, err := c.store.Donor(ctx, id)
	return shownDonor(d), err
}

// shownDonor is what a kiosk may know of a donor.
func shownDonor(d donor.Donor) donor.Donor {
	return donor.Donor{ID: d.ID, StationID: d.StationID, SiteID: d.SiteID, Key: d.Key, Card: d.Card, Person: d.Person}
}

// loadVisit gives the other kiosks of a site what "already checked in" needs:
// no answers, no consent.
func (c *Center) loadVisit(ctx context.Context, id string) (any, error) {
	v, err := c.store.Visit(ctx, id)
	v.Screening, v.Verdict = nil, policy.Verdict{}
	return v, c.unlessPast(err, v.Day, "visit.not_found")
}

// unlessPast keeps what belongs to a day that is over from being told again: a
// kiosk that is new, or pulls anew, needs nobody's yesterday. What could not be
// read is not over: it would be taken away from every kiosk.
func (c *Center) unlessPast(err error, day calendar.Date, code string) error {
	if err == nil && day.AddDays(keptDays).Before(c.Today()) {
		return fault.New(fault.NotFound, code)
	}
	return err
}

// keptDays is how many days after its day a booking, a pass or a visit is still told.
const keptDays = 1

func (c *Center) loadAppointment(ctx context.Context, id string) (any, error) {
	a, err := c.store.Appointment(ctx, id)
	return a, c.unlessPast(err, a.Day, "appointment.not_found")
}

func (c *Center) loadPass(ctx context.Context, id string) (any, error) {
	p, err := c.store.Pass(ctx, id)
	return p, c.unlessPast(err, calendar.Of(p.AnsweredAt), "pass.not_found")
}

// gateMarks tell everybody what changed on the list of who is held back.
func gateMarks(changed []screening.Changed) []sync.Mark {
	marks := make([]sync.Mark, len(changed))
	for i, entry := range changed {
		marks[i] = sync.Mark{Scope: sync.Everywhere, Noun: sync.Gate, ID: entry.Key, Deleted: entry.Gone}
	}
	return marks
}

// SaveSite records a site and tells every device.
func (c *Center) SaveSite(ctx context.Context, s site.Site) error {
	return c.changed(ctx, func(ctx context.Context) error { return c.store.SaveSite(ctx, s) },
		sync.Mark{Scope: sync.Everywhere, Noun: sync.Site, ID: s.ID})
}

// SaveAppointment records a booking and tells the site's devices; those of the
// site it was moved away from forget it.
func (c *Center) SaveAppointment(ctx context.Context, a appointment.Appointment) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		before, err := c.store.Appointment(ctx, a.ID)
		isEarlier := err == nil && a.Day.Before(before.Day)
		left, err := leaving(err, before.SiteID, a.SiteID, sync.Mark{Noun: sync.Appointment, ID: a.ID})
		if err != nil {
			return nil, err
		}
		if isEarlier {
			// The notice's own place is forgotten when its day is over. A kiosk that was away
			// until then would keep the old notice up to the later day it names.
			left = append(left, sync.Mark{Scope: sync.Notices, Noun: sync.Appointment, ID: appointment.NoticeID(a.ID), Deleted: true})
		}
		return append(left, bookingMarks(a)...), c.store.SaveAppointment(ctx, a)
	})
}

// leaving takes a thing away from the devices of the site it was at before; found
// is what looking for it said.
func leaving(found error, before, now string, m sync.Mark) ([]sync.Mark, error) {
	switch {
	case found != nil && fault.From(found).Kind == fault.NotFound, found == nil && before == now:
		return nil, nil
	case found != nil:
		return nil, found
	}
	m.Scope, m.Deleted = before, true
	return []sync.Mark{m}, nil
}

// SavePass records a questionnaire answered elsewhere and tells the site's devices.
func (c *Center) SavePass(ctx context.Context, p visit.Pass) error {
	return c.changed(ctx, func(ctx context.Context) error { return c.store.SavePass(ctx, p) },
		sync.Mark{Scope: p.SiteID, Noun: sync.Pass, ID: p.ID})
}

// SaveDonor records a donor, tells the kiosks of the site the donor goes to, and
// brings the gate list up to date.
func (c *Center) SaveDonor(ctx context.Context, d donor.Donor, donations []donor.Donation, deferrals []donor.Deferral) error {
	return c.saveDonor(ctx, d, donations, deferrals, c.creditDonations)
}

// saveDonor is SaveDonor with who gives the points for the donations.
func (c *Center) saveDonor(ctx context.Context, d donor.Donor, donations []donor.Donation, deferrals []donor.Deferral,
	credit func(context.Context, donor.Donor, []donor.Donation) error) error {
	if err := c.freshPacks(ctx); err != nil {
		return err
	}
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return err
	}
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		before, err := c.store.Donor(ctx, d.ID)
		marks, err := leaving(err, before.SiteID, d.SiteID, sync.Mark{Noun: sync.Donor, ID: d.ID})
		if err != nil {
			return nil, err
		}
		d.CardKey = donor.CardKey(c.gateKey(), d.Card)
		if err := c.store.SaveDonor(ctx, d); err != nil {
			return nil, err
		}
		for _, given := range donations {
			if err := c.store.InsertDonation(ctx, given); err != nil {
				return nil, err
			}
		}
		if err := credit(ctx, d, donations); err != nil {
			return nil, err
		}
		for _, held := range deferrals {
			if err := c.store.InsertDeferral(ctx, held); err != nil {
				return nil, err
			}
		}
		held, err := c.refreshDonors(ctx, rules, []string{d.ID})
		marks = append(marks, sync.Mark{Scope: d.SiteID, Noun: sync.Donor, ID: d.ID})
		return append(marks, gateMarks(held)...), err
	})
}

// InTx runs do in one transaction and wakes the devices that wait for changes.
func (c *Center) InTx(ctx context.Context, do func(ctx context.Context) error) error {
	err := c.store.InTx(ctx, do)
	if err == nil {
		c.publisher.Wake()
	}
	return err
}

// changed writes something and its marks in one transaction.
func (c *Center) changed(ctx context.Context, do func(ctx context.Context) error, marks ...sync.Mark) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) { return marks, do(ctx) })
}

// tell is changed for what knows its marks only afterwards. They come last: from
// then on everybody who marks the same scopes waits for this transaction.
func (c *Center) tell(ctx context.Context, do func(ctx context.Context) ([]sync.Mark, error)) error {
	return c.InTx(ctx, func(ctx context.Context) error {
		marks, err := do(ctx)
		if err != nil {
			return err
		}
		return c.store.MarkChanged(ctx, marks...)
	})
}

// Pull implements api.SyncCenter: a device follows what is everywhere and its own
// site. Whoever waits is sent away when the center is asked to stop.
func (c *Center) Pull(ctx context.Context, deviceID, cursor string, wait time.Duration) (sync.PullResponse, error) {
	from, err := c.store.Device(ctx, deviceID)
	if err != nil {
		return sync.PullResponse{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.stopping, cancel)()
	out, err := c.publisher.Pull(ctx, []string{sync.Everywhere, from.SiteID, sync.Notices}, cursor, wait)
	if err != nil && c.stopping.Err() != nil {
		return sync.PullResponse{}, fault.New(fault.Unavailable, "center.stopping")
	}
	if err == nil {
		if err := c.witness.told(out.Cursor); err != nil { // the device must not wait for it
			c.config.Log.ErrorContext(ctx, "noting how far the feeds went", "error", err)
		}
	}
	return out, err
}
