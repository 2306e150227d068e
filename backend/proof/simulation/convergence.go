package simulation

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// comparison holds what a kiosk has of one noun of the feed against what the center has.
// What there is comes from the center's tables, not from its feed: a change the feed
// forgot must be seen.
type comparison struct {
	noun    sync.Noun
	compare func(p *Promises, ctx context.Context, k Kept) error
}

// comparisons has every noun the feed knows; TestEveryNounIsCompared sees to that.
var comparisons = []comparison{
	{sync.Site, (*Promises).sameSites}, {sync.Pack, (*Promises).samePacks}, {sync.Gate, (*Promises).sameGate},
	{sync.Appointment, (*Promises).sameBookings}, {sync.Notice, (*Promises).sameNotices}, {sync.Pass, (*Promises).samePasses},
	{sync.Donor, (*Promises).sameDonors}, {sync.StaffCall, (*Promises).sameCalls}, {sync.Gift, (*Promises).sameGifts},
	{sync.Stock, (*Promises).sameStock}, {sync.Visit, (*Promises).sameVisits}, {sync.Arrival, (*Promises).sameArrivals},
}

// convergence checks that a kiosk knows the same as the center, and could take over
// everything it was told.
func (p *Promises) convergence(ctx context.Context, k Kept) error {
	for _, c := range comparisons {
		if err := c.compare(p, ctx, k); err != nil {
			return err
		}
	}
	aside, err := k.Store.CountQuarantined(ctx)
	if aside > 0 {
		p.broken("%s: %d changes of the center are set aside", k.Name, aside)
	}
	return err
}

// same compares what a kiosk has of a thing with what it needs; the zero value of
// needs is for what it must not have, and had tells whether it has anything.
func (p *Promises) same(k Kept, what string, has any, had bool, needs any, must bool) {
	switch {
	case had && !must:
		p.broken("%s: still has %s", k.Name, what)
	case !had && must:
		p.broken("%s: lacks %s", k.Name, what)
	case must && digest(has) != digest(needs):
		p.broken("%s: %s\n\thas  %s\n\tneeds %s", k.Name, what, digest(has), digest(needs))
	}
}

// there turns "not found" into a fact.
func there(err error) (bool, error) {
	if fault.From(err).Kind == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// whole compares what both sides have all of.
func whole[T any](ctx context.Context, p *Promises, k Kept, what string, center, kiosk func(context.Context) ([]T, error)) error {
	theirs, err := center(ctx)
	if err != nil {
		return err
	}
	ours, err := kiosk(ctx)
	p.same(k, what, ours, true, theirs, true)
	return err
}

func (p *Promises) sameSites(ctx context.Context, k Kept) error {
	return whole(ctx, p, k, "sites", p.Center.Sites, k.Store.Sites)
}

func (p *Promises) samePacks(ctx context.Context, k Kept) error {
	return whole(ctx, p, k, "packs", p.Center.Packs, k.Store.Packs)
}

func (p *Promises) sameGifts(ctx context.Context, k Kept) error {
	offered := func(ctx context.Context) ([]gift.Listed, error) {
		all, err := p.Center.Gifts(ctx)
		return slices.DeleteFunc(all, func(g gift.Listed) bool { return g.Withdrawn }), err
	}
	return whole(ctx, p, k, "gifts", offered, k.Store.Gifts)
}

// sameStock compares what is left at the kiosk's own site, and elsewhere whether
// anything is: nobody is told more of another site.
func (p *Promises) sameStock(ctx context.Context, k Kept) error {
	levels := func(all []gift.Stock, err error) (map[string]int, error) {
		left := map[string]int{}
		for _, s := range all {
			n := s.Left
			if s.SiteID != k.Place.SiteID {
				n = min(n, 1)
			}
			if n > 0 { // none, and never any, look alike
				left[gift.Level{GiftID: s.GiftID, SiteID: s.SiteID}.ID()] = n
			}
		}
		return left, err
	}
	theirs, err := levels(p.Center.Stocks(ctx, ""))
	if err != nil {
		return err
	}
	ours, err := levels(k.Store.Stocks(ctx, ""))
	p.same(k, "stock", ours, true, theirs, true)
	return err
}

// everybody is every donor the center knows.
func (p *Promises) everybody(ctx context.Context) (all []donor.Donor, err error) {
	for after := ""; ; after = all[len(all)-1].ID {
		page, err := p.Center.DonorsAfter(ctx, after, 500)
		if all = append(all, page...); err != nil || len(page) < 500 {
			return all, err
		}
	}
}

func (p *Promises) sameGate(ctx context.Context, k Kept) error {
	donors, err := p.everybody(ctx)
	if err != nil {
		return err
	}
	var keys []string
	for _, d := range donors {
		keys = append(keys, d.Key)
	}
	list := func(all []screening.Entry, err error) (map[string]screening.Entry, error) {
		entries := map[string]screening.Entry{}
		for _, e := range all {
			entries[e.Key] = e
		}
		return entries, err
	}
	theirs, err := list(p.Center.GateEntries(ctx, keys))
	if err != nil {
		return err
	}
	ours, err := list(k.Store.GateEntries(ctx, keys))
	for _, key := range keys {
		has, had := ours[key]
		needs, must := theirs[key]
		p.same(k, "gate entry "+key, has, had, needs, must)
	}
	return err
}

// sameDonors compares the donor cards of the kiosk's site, and that it has nobody else's.
func (p *Promises) sameDonors(ctx context.Context, k Kept) error {
	donors, err := p.everybody(ctx)
	if err != nil {
		return err
	}
	for _, d := range donors {
		ours, err := k.Store.Donor(ctx, d.ID)
		had, err := there(err)
		if err != nil {
			return err
		}
		shown := donor.Donor{ID: d.ID, StationID: d.StationID, SiteID: d.SiteID, Key: d.Key, Card: d.Card, Person: d.Person}
		p.same(k, "donor "+d.ID, ours, had, shown, d.SiteID == k.Place.SiteID)
	}
	return nil
}

// samePasses compares those of the kiosk's site; one that was looked up may be of any.
func (p *Promises) samePasses(ctx context.Context, k Kept) error {
	for _, id := range p.Passes {
		theirs, err := p.Center.Pass(ctx, id)
		must, err := there(err)
		if err != nil {
			return err
		}
		ours, err := k.Store.Pass(ctx, id)
		had, err := there(err)
		if err != nil {
			return err
		}
		isPast := func(there bool, p visit.Pass, today calendar.Date) bool {
			return there && calendar.Of(p.AnsweredAt).Before(today)
		}
		if isPast(must, theirs, p.Today) || isPast(had, ours, p.Today) || must && theirs.SiteID != k.Place.SiteID {
			continue
		}
		p.same(k, "pass "+id, ours, had, theirs, must)
	}
	return nil
}

// sameBookings compares those of the kiosk's own site that are not past.
func (p *Promises) sameBookings(ctx context.Context, k Kept) error {
	return p.eachBooking(ctx, k, func(id string) string { return id }, func(a appointment.Appointment) (appointment.Appointment, bool) {
		return a, a.SiteID == k.Place.SiteID
	})
}

// sameNotices compares what is known of bookings elsewhere. The code is under a key that
// is not here.
func (p *Promises) sameNotices(ctx context.Context, k Kept) error {
	return p.eachBooking(ctx, k, appointment.NoticeID, func(a appointment.Appointment) (appointment.Appointment, bool) {
		kept := a.Notice(nil).Kept()
		kept.Code = ""
		return kept, a.SiteID != k.Place.SiteID
	})
}

// eachBooking compares every booking as shown has it, and whether it is shown here, with
// what the kiosk keeps under a name for it. Past ones may be there or be forgotten.
func (p *Promises) eachBooking(ctx context.Context, k Kept, name func(id string) string,
	shown func(appointment.Appointment) (appointment.Appointment, bool)) error {
	for _, id := range p.Bookings {
		theirs, err := p.Center.Appointment(ctx, id)
		exists, err := there(err)
		if err != nil {
			return err
		}
		needs, must := shown(theirs)
		if must = must && exists; must && theirs.Day.Before(p.Today) {
			continue
		}
		ours, err := k.Store.Appointment(ctx, name(id))
		had, err := there(err)
		if err != nil {
			return err
		}
		if had && !must && ours.Day.Before(p.Today) {
			continue
		}
		if needs.Code == "" {
			ours.Code = ""
		}
		p.same(k, "booking "+name(id), ours, had, needs, must)
	}
	return nil
}

// sameCalls compares what staff did about the kiosk's own calls.
func (p *Promises) sameCalls(ctx context.Context, k Kept) error {
	for _, id := range slices.Sorted(maps.Keys(p.effects.calls)) {
		if p.effects.calls[id].DeviceID != k.Place.DeviceID {
			continue
		}
		theirs, err := p.Center.Call(ctx, id)
		exists, err := there(err)
		if err != nil {
			return err
		}
		if !exists {
			continue // oneEffect says so
		}
		ours, err := k.Store.Call(ctx, id)
		if err != nil {
			return err
		}
		if at := theirs.AcknowledgedAt; !at.IsZero() && !ours.AcknowledgedAt.Equal(at) || !theirs.IsOpen() && ours.IsOpen() {
			p.broken("%s: call %s\n\thas  %s\n\tneeds %s", k.Name, id, digest(ours), digest(theirs))
		}
	}
	return nil
}

// sameVisits compares who waits at the kiosk's site and was checked in at another kiosk.
func (p *Promises) sameVisits(ctx context.Context, k Kept) error {
	return p.eachVisit(ctx, k, func(theirs visit.Visit) (visit.Visit, bool) {
		theirs.Screening, theirs.Verdict = nil, policy.Verdict{}
		return theirs, theirs.SiteID == k.Place.SiteID
	})
}

// sameArrivals compares who waits at other sites.
func (p *Promises) sameArrivals(ctx context.Context, k Kept) error {
	return p.eachVisit(ctx, k, func(theirs visit.Visit) (visit.Visit, bool) {
		return theirs.Arrival().Kept(), theirs.SiteID != k.Place.SiteID
	})
}

// eachVisit compares the visits of other devices from today on that are shown here. Who
// waits there by the center's word waits here: as shown, or by this kiosk's own check-in,
// which came first here and is settled at the center. Who does not must not.
func (p *Promises) eachVisit(ctx context.Context, k Kept, shown func(visit.Visit) (visit.Visit, bool)) error {
	for _, id := range slices.Sorted(maps.Keys(p.effects.visits)) {
		theirs, ok := p.effects.kept[id]
		needs, must := shown(theirs)
		if !ok || !must || theirs.DeviceID == k.Place.DeviceID || theirs.Day.Before(p.Today) {
			continue
		}
		if theirs.Outcome != visit.Waiting {
			ours, err := k.Store.Visit(ctx, id)
			had, err := there(err)
			if err != nil {
				return err
			}
			p.same(k, "visit "+id, ours, had, nil, false)
			continue
		}
		ours, had, err := k.Store.WaitingVisit(ctx, theirs.DonorKey, theirs.Day)
		if err != nil {
			return err
		}
		if !had || ours.DeviceID != k.Place.DeviceID {
			p.same(k, "visit "+id, ours, had, needs, true)
		}
	}
	return nil
}

func digest(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// kept is an instant as a database keeps it.
func kept(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) }
