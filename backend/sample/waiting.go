package sample

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/redemption"
	"lianxin/backend/screening"
	"lianxin/backend/site"
)

// waiting makes what waits for somebody on the day of the sample: a voucher to be picked
// up at each site, and pairs of donors who may be one person. It draws from a source of
// its own, so that everybody else is the same with and without it.
type waiting struct {
	*maker
	first map[string]visitor // who comes first today and may pick something up, by site
	pairs int
}

// visitor is somebody who comes today, with what they may still spend as far as the sample knows.
type visitor struct {
	donor donor.Donor
	start string
	id    string // of the booking: among equal hours, screens show the first one first
	gift  gift.Gift
}

// pairsMade is how many pairs a sample has on its list.
const pairsMade = 3

func (m *maker) newWaiting() *waiting {
	own := &maker{Options: m.Options, random: rand.New(rand.NewPCG(m.Seed, 0x77616974)), sites: m.sites, drawn: map[int]int{}, taken: m.taken}
	return &waiting{maker: own, first: map[string]visitor{}}
}

// comes notes somebody with an answered questionnaire: of those a demo shows the first.
// had is what they redeemed.
func (w *waiting) comes(d donor.Donor, a appointment.Appointment, given []donor.Donation, had []Redeemed, all []gift.Gift) {
	before, known := w.first[a.SiteID]
	if known && cmp.Or(cmp.Compare(before.start, a.Start), cmp.Compare(before.id, a.ID)) <= 0 {
		return
	}
	points := spendable(given, had, w.Today.AddDays(-1))
	small := slices.DeleteFunc(slices.Clone(all), func(g gift.Gift) bool {
		return g.Codes || g.Points > min(points, 2*worth) || !g.From.IsZero() || !g.Until.IsZero() || slices.ContainsFunc(had, func(r Redeemed) bool { return r.Gift.ID == g.ID })
	})
	if len(small) > 0 {
		w.first[a.SiteID] = visitor{d, a.Start, a.ID, pick(w.maker, small)}
	}
}

// spendable are the points somebody has on a day, as far as the sample counts them.
func spendable(given []donor.Donation, had []Redeemed, on calendar.Date) (points int64) {
	for _, g := range given {
		if !on.Before(g.On.AddDays(CreditedAfter + 1)) {
			points += worth
		}
	}
	for _, r := range had {
		if r.Status != redemption.Cancelled {
			points -= r.Gift.Points
		}
	}
	return points
}

// vouchers redeems something for the first who comes to each site: yesterday, to be picked up there.
func (w *waiting) vouchers(ctx context.Context, to Sink) (made int, err error) {
	for _, s := range w.sites {
		who, ok := w.first[s.ID]
		if !ok {
			continue
		}
		on := w.Today.AddDays(-1)
		code, err := identity.NewCode(identity.VoucherCode, chance{w.random})
		if err != nil {
			return made, err
		}
		r := Redeemed{ID: w.id(), DonorID: who.donor.ID, Gift: who.gift, SiteID: s.ID, Voucher: code, Status: redemption.Confirmed,
			At: time.Date(on.Year(), on.Month(), on.Day(), 10+w.random.IntN(6), w.random.IntN(60), 0, 0, calendar.Beijing)}
		if err := to.SaveRedeemed(ctx, r); err != nil {
			return made, fmt.Errorf("sample voucher of %s: %w", s.ID, err)
		}
		made++
	}
	return made, nil
}

// wantsDouble tells whether somebody of a name is to be known twice. The last pair has a character
// beyond U+FFFF in its name: what staff compare must show it.
func (w *waiting) wantsDouble(name string) bool {
	if w.pairs == pairsMade-1 {
		return strings.ContainsFunc(name, func(r rune) bool { return r > 0xffff })
	}
	return w.pairs < pairsMade
}

// double makes the same person once more, as another station knows them by a passport,
// and puts the two on the list of those who may be one.
func (w *waiting) double(ctx context.Context, to Sink, d donor.Donor, home site.Site) error {
	i := slices.IndexFunc(w.sites, func(s site.Site) bool { return s.Station != home.Station })
	if i < 0 {
		return nil
	}
	w.pairs++
	other := d
	// UTO is no country: machine-readable travel documents have it in examples (ICAO Doc 9303).
	other.Person.Document = identity.Document{Kind: identity.Passport, Country: "UTO", Number: fmt.Sprintf("T55500%02d", w.pairs)}
	card, err := identity.NewCode(identity.DonorCode, chance{w.random})
	if err != nil {
		return err
	}
	other.ID, other.StationID, other.SiteID, other.Card = w.id(), string(w.sites[i].Station), w.sites[i].ID, card.ID
	other.Key = screening.Key(w.GateKey, other.Person.Document)
	on := w.Today.AddYears(-2).AddDays(-w.random.IntN(200))
	given := w.donation(other, w.sites[i], on)
	given.Product, given.VolumeML, given.Units = donation.WholeBlood, 200, 0
	if err := to.SaveDonor(ctx, other, []donor.Donation{given}, nil); err != nil {
		return err
	}
	if err := to.SaveResults(ctx, testedFor(other, given, 1)); err != nil {
		return err
	}
	found := w.Today.AddDays(-w.pairs)
	return to.SaveDoubt(ctx, donor.Merge{ID: w.id(), DonorID: d.ID, OtherID: other.ID, Reason: donor.SamePerson, Status: donor.MergeOpen,
		FoundAt: time.Date(found.Year(), found.Month(), found.Day(), 12, 0, 0, 0, calendar.Beijing)})
}
