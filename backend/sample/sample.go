// Package sample makes people, histories and bookings for demos and tests:
// realistic in shape, clearly made up in content, and the same for the same
// seed. Document numbers carry the area code 110199, which no district has, so
// no number can belong to anybody; phones are of the 5550 range.
package sample

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/questionnaire"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

// Sink takes what is made. The center is one.
type Sink interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	SaveSite(ctx context.Context, s site.Site) error
	SaveDonor(ctx context.Context, d donor.Donor, donations []donor.Donation, deferrals []donor.Deferral) error
	SaveResults(ctx context.Context, all ...result.Result) error
	SaveAppointment(ctx context.Context, a appointment.Appointment) error
	SavePass(ctx context.Context, p visit.Pass) error
	SaveCatalogue(ctx context.Context, c gift.Catalogue) error
	SaveStock(ctx context.Context, all []gift.Stock) error
	SaveCodes(ctx context.Context, giftID string, codes []string) error
	SaveRedeemed(ctx context.Context, r Redeemed) error
	SaveDoubt(ctx context.Context, pair donor.Merge) error
	SaveCorrection(ctx context.Context, r correction.Request) error
	SaveRefusal(ctx context.Context, personID, giftID, siteID string, at time.Time) error
}

// Options say what to make.
type Options struct {
	Seed          uint64
	Donors        int
	Today         calendar.Date
	Now           time.Time // nothing was answered later; zero if any time of the day will do
	GateKey       []byte
	Questionnaire *questionnaire.Questionnaire
	// Progress is told how many donors are done; it may be nil.
	Progress func(done int)
}

// Figures are what was made.
type Figures struct {
	Sites, Donors, Donations, Deferrals, Appointments, Today, Passes, Redemptions int
	Pairs                                                                         int // donors who may be one person; the second of each is not among Donors
	Vouchers                                                                      int // that wait to be picked up by who comes today; not among Redemptions
	Corrections                                                                   int // that somebody asked for and staff have not answered
}

// maker draws everything from one source of chance.
type maker struct {
	Options
	random  *rand.Rand
	sites   []site.Site
	figures Figures
	drawn   map[int]int           // numbers of donations by year
	taken   map[donation.DIN]bool // and which
	liking  *liking
	codes   int // how many were made up
	waiting *waiting
	asking  *asking
	shop    *maker // draws what has to do with gifts, so that people are the same with and without them
}

// batch is how many donors are written in one transaction.
const batch = 200

// Make fills a sink.
func Make(ctx context.Context, to Sink, o Options) (Figures, error) {
	sites, err := site.Samples()
	if err != nil {
		return Figures{}, fmt.Errorf("sample sites: %w", err)
	}
	m := &maker{Options: o, random: rand.New(rand.NewPCG(o.Seed, 0x6c69616e78696e)), sites: sites,
		drawn: map[int]int{}, taken: map[donation.DIN]bool{}}
	m.shop = &maker{Options: o, random: rand.New(rand.NewPCG(o.Seed, 0x67696674)), sites: sites}
	m.waiting, m.asking = m.newWaiting(), m.newAsking()
	err = to.InTx(ctx, func(ctx context.Context) error {
		for _, s := range sites {
			if err := to.SaveSite(ctx, s); err != nil {
				return err
			}
			m.figures.Sites++
		}
		return m.shop.gifts(ctx, to)
	})
	for done := 0; err == nil && done < o.Donors; {
		n := min(batch, o.Donors-done)
		err = to.InTx(ctx, func(ctx context.Context) error { return m.donors(ctx, to, done, n) })
		done += n
		if o.Progress != nil {
			o.Progress(done)
		}
	}
	if err == nil {
		err = to.InTx(ctx, func(ctx context.Context) (err error) {
			m.figures.Vouchers, err = m.waiting.vouchers(ctx, to)
			return err
		})
	}
	m.figures.Pairs, m.figures.Corrections = m.waiting.pairs, m.asking.figures.Corrections
	return m.figures, err
}

func (m *maker) donors(ctx context.Context, to Sink, from, count int) error {
	for i := from; i < from+count; i++ {
		if err := m.donor(ctx, to, i); err != nil {
			return fmt.Errorf("sample donor %d: %w", i, err)
		}
	}
	return nil
}

// donor makes one person with everything that belongs to them.
func (m *maker) donor(ctx context.Context, to Sink, i int) error {
	person := m.person(i)
	home := m.sites[m.random.IntN(len(m.sites))]
	card, err := identity.NewCode(identity.DonorCode, chance{m.random})
	if err != nil {
		return err
	}
	d := donor.Donor{ID: m.id(), StationID: string(home.Station), SiteID: home.ID, Key: screening.Key(m.GateKey, person.Document),
		Card: card.ID, Person: person, Phone: fmt.Sprintf("010-5550-%04d", i%10_000), ABO: m.abo(), RhD: m.rhd()}
	past := m.pastOf(d, home, i)
	if err := to.SaveDonor(ctx, d, past.donations, past.deferrals); err != nil {
		return err
	}
	if err := to.SaveResults(ctx, past.results...); err != nil {
		return err
	}
	had := m.shop.redeemed(d, home, past.donations)
	for _, r := range had {
		if err := to.SaveRedeemed(ctx, r); err != nil {
			return err
		}
		m.figures.Redemptions++
	}
	m.figures.Donors++
	m.figures.Donations += len(past.donations)
	m.figures.Deferrals += len(past.deferrals)
	if i%20 < 4 { // gave lately and may not come today, see pastOf
		if err := m.asking.says(ctx, to, d, home, past.donations); err != nil {
			return err
		}
	}
	if i%20 == 8 && m.waiting.wantsDouble(person.Name) {
		if err := m.waiting.double(ctx, to, d, home); err != nil {
			return err
		}
	}
	if !past.mayBook {
		return nil
	}
	a, answered, err := m.bookings(ctx, to, d, home, i)
	if err == nil && answered {
		m.waiting.comes(d, a, past.donations, had, m.shop.liking.all)
	}
	return err
}

// id draws a UUID; version 8 says that its bits mean nothing to others.
func (m *maker) id() string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], m.random.Uint64())
	binary.BigEndian.PutUint64(u[8:], m.random.Uint64())
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return u.String()
}

func pick[T any](m *maker, of []T) T { return of[m.random.IntN(len(of))] }

// chance reads bytes from the maker's source.
type chance struct{ random *rand.Rand }

// Read implements io.Reader.
func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.random.Uint32())
	}
	return len(b), nil
}

func (m *maker) abo() string {
	return pick(m, []string{"A", "A", "A", "B", "B", "B", "O", "O", "O", "AB"})
}

func (m *maker) rhd() string {
	if m.random.IntN(300) == 0 {
		return "-"
	}
	return "+"
}

// morning is the instant a pass was answered on the day of the booking: after six,
// or, for a sample made earlier than that, at most an hour before it is made.
func (m *maker) morning() time.Time {
	midnight := time.Date(m.Today.Year(), m.Today.Month(), m.Today.Day(), 0, 0, 0, 0, calendar.Beijing)
	at := midnight.Add(6*time.Hour + time.Duration(m.random.IntN(60))*time.Minute)
	if m.Now.IsZero() || at.Before(m.Now) {
		return at
	}
	back := min(m.Now.Sub(midnight), time.Hour)
	return m.Now.Add(-back * time.Duration(at.Minute()) / 60).Truncate(time.Second)
}
