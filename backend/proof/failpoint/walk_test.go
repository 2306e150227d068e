package failpoint

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	product "lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/payout"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/reception"
	"lianxin/backend/redemption"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

// told is what people at desks and devices were answered, and what must be so for it.
type told struct {
	gifts    map[string]redemption.Status // by id of the redemption
	balances map[string]int64             // points of a donor in the end
	visits   map[string]reception.Record  // state, interview and outcome
	reports  map[string]result.Result     // by number of the donation
	claims   map[string]filed
}

// filed is a claim as it was filed.
type filed struct {
	steps  []claim.Step // in this order, each once
	files  map[string][]byte
	status claim.Status
	openID string // it was paid to, over WeChat Pay
}

func newTold() told {
	return told{map[string]redemption.Status{}, map[string]int64{}, map[string]reception.Record{}, map[string]result.Result{}, map[string]filed{}}
}

// walk goes one whole way at desks while the process with the fuse ends on it.
func (w *world) walk(with *fuse, in Process) {
	w.t.Helper()
	w.gather()
	w.walks++
	w.figures.walks++
	ways := map[Stage]func(in Process){Gift: w.giftWay, Visit: w.visitWay, Report: w.reportWay, File: w.fileWay, Capture: w.captureWay,
		Send: w.captureWay, Pay: w.payWay, Transfer: w.transferWay}
	w.fuse = with
	ways[with.Stage](in)
	w.burnt(w.center) // with the last of it
	if w.fuse != nil {
		w.t.Fatalf("the %s never passed %s", in, with.Name)
	}
}

// light starts the center anew, with the fuse until it has burnt.
func (w *world) light() {
	w.t.Helper()
	w.burnt(w.center)
	w.figures.centers += count(w.center.kill())
	w.startCenter(w.fuse)
}

// burnt notes that the fuse has ended a process.
func (w *world) burnt(p *process) {
	if w.fuse != nil && p != nil && !p.isAlive() && p.endedAt(w.fuse.Name) {
		w.fuse = nil
		w.figures.fuses++
	}
}

// someone is a made-up person nobody checks in at a kiosk.
func (w *world) someone(place int) identity.Person {
	n := w.walks*10 + place
	doc := identity.WithCheck(fmt.Sprintf("1101991965%02d%02d%03d", 1+n%12, 1+n/12%28, n%1000))
	born, _ := doc.BirthDate()
	return identity.Person{Name: "测试甲乙", Sex: doc.Sex(), Born: born, Nationality: "CHN", Document: doc}
}

// gave puts a donor on file who gave blood a year ago.
func (w *world) gave(ctx context.Context, c *product.Center, p identity.Person) (donor.Donor, error) {
	d := donor.Donor{ID: fleet.NewID(), StationID: "miyun", SiteID: sites[0], Key: screening.Key(c.GateKey(), p.Document), Card: "card-" + p.Document.Number, Person: p,
		Phone: "010-55500000"}
	given := donor.Donation{ID: fleet.NewID(), DonorID: d.ID, SiteID: sites[0], DIN: donation.DIN(fmt.Sprintf("Z900026%06d", 400_000+w.walks)),
		Product: donation.WholeBlood, VolumeML: 400, On: c.Today().AddYears(-1)}
	return d, c.SaveDonor(ctx, d, []donor.Donation{given}, nil)
}

// brokenAtDesks says which promise to people at desks was broken. Nothing runs.
func (w *world) brokenAtDesks(ctx context.Context, c *product.Center) (wrong []string, err error) {
	look := looking{world: w, center: c}
	for _, check := range []func(context.Context) error{look.books, look.gifts, look.visits, look.reports, look.claims} {
		if err := check(ctx); err != nil {
			return look.wrong, err
		}
	}
	return look.wrong, nil
}

// looking is a look at what a center has.
type looking struct {
	*world
	center *product.Center
	wrong  []string
}

func (l *looking) broken(format string, args ...any) {
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// books checks that points, stock, millilitres and money add up.
func (l *looking) books(ctx context.Context) error {
	gifts, err := l.center.GiftReport(ctx)
	if err != nil {
		return err
	}
	volumes, err := l.center.ReliefReport(ctx)
	if err != nil {
		return err
	}
	money, err := l.center.SettlementReport(ctx)
	for name, wrong := range map[string]error{"points and stock": gifts.Check, "millilitres": volumes.Check, "money": money.Check} {
		if wrong != nil {
			l.broken("the book of %s: %v", name, wrong)
		}
	}
	return err
}

func (l *looking) gifts(ctx context.Context) error {
	for id, want := range l.told.gifts {
		if r, err := l.center.Store().Redemption(ctx, id); err != nil || r.Status != want {
			l.broken("redemption %s is %q and was said to be %q: %v", id, r.Status, want, err)
		}
	}
	for id, want := range l.told.balances {
		if points, _, err := l.center.Points(ctx, id); err != nil || points != want {
			l.broken("donor %s has %d points, want %d: %v", id, points, want, err)
		}
	}
	return nil
}

// visits checks that what was found out is there whole, with one deferral for each who was deferred.
func (l *looking) visits(ctx context.Context) error {
	deferred := map[string]int{} // by donor
	for id, said := range l.told.visits {
		is, err := l.center.Store().Reception(ctx, id)
		switch {
		case err != nil:
			return err
		case is.State != said.State || is.CallID != said.CallID:
			l.broken("visit %s is %s by call %s, and was said to be %s by %s", id, is.State, is.CallID, said.State, said.CallID)
		case !reflect.DeepEqual(is.Interview, said.Interview):
			l.broken("of visit %s is kept %+v, and was said %+v", id, is.Interview, said.Interview)
		case is.Outcome == nil || is.Outcome.VolumeML != said.Outcome.VolumeML || is.Outcome.RuleID != said.Outcome.RuleID:
			l.broken("visit %s ended with %+v, and was said to end with %+v", id, is.Outcome, said.Outcome)
		case is.State == reception.Deferred:
			deferred[is.Outcome.DonorID]++
		}
	}
	for id, want := range deferred {
		if held, err := l.center.Store().DeferralsOf(ctx, id); err != nil || len(held) != want {
			l.broken("donor %s was deferred %d times at desks, and has %d deferrals: %v", id, want, len(held), err)
		}
	}
	return l.calls(ctx)
}

// calls checks that no two people were called by one number.
func (l *looking) calls(ctx context.Context) error {
	for _, at := range sites {
		all, err := l.center.Store().ReceptionsAt(ctx, at, l.center.Today())
		if err != nil {
			return err
		}
		numbers := map[int64]string{}
		for id, r := range all {
			if other, twice := numbers[r.CallNumber]; twice && r.CallNumber > 0 {
				l.broken("call %d is of %s and of %s", r.CallNumber, id, other)
			}
			numbers[r.CallNumber] = id
		}
	}
	return nil
}

// reports checks that each donation is there once, with its result and values.
func (l *looking) reports(ctx context.Context) error {
	for number, want := range l.told.reports {
		who, err := l.center.Store().DonorByKey(ctx, want.DonationID)
		if err != nil {
			l.broken("nobody has donation %s: %v", number, err)
			continue
		}
		given, err := l.center.Store().DonationsOf(ctx, who.ID)
		if err != nil {
			return err
		}
		if len(given) != 1 || string(given[0].DIN) != number {
			l.broken("donation %s is on file as %+v", number, given)
			continue
		}
		is, err := l.center.Store().Results(ctx, []string{given[0].ID})
		if err != nil {
			return err
		}
		values, err := l.center.Store().Markers(ctx, result.LeaveToKeep(), given[0].ID)
		if r := is[given[0].ID]; err != nil || r.Group != want.Group || r.Qualified != want.Qualified || values != want.Markers {
			l.broken("the result of donation %s is not as it was said: %v", number, err)
		}
		if points, _, err := l.center.Points(ctx, who.ID); err != nil || points <= 0 {
			l.broken("whoever gave %s has %d points: %v", number, points, err)
		}
	}
	return nil
}

// claims checks that every step was taken once, that all that was handed in is there, and
// that nobody is paid twice.
func (l *looking) claims(ctx context.Context) error {
	for id, said := range l.told.claims {
		is, err := l.center.Store().Claim(ctx, id)
		if err != nil {
			l.broken("claim %s: %v", id, err)
			continue
		}
		if is.Status != said.status || len(is.Attachments) != len(said.files) {
			l.broken("claim %s is %s with %d files, and was said to be %s with %d", id, is.Status, len(is.Attachments), said.status, len(said.files))
		}
		events, err := l.center.Store().ClaimEvents(ctx, id)
		if err != nil {
			return err
		}
		var steps []claim.Step
		for _, e := range events {
			steps = append(steps, e.Step)
		}
		if !slices.Equal(steps, said.steps) {
			l.broken("claim %s went %v, and was said to go %v", id, steps, said.steps)
		}
		for name, want := range said.files {
			if content, err := l.center.Store().ClaimFile(ctx, id, name); err != nil || !slices.Equal(content, want) {
				l.broken("file %s of claim %s has %d bytes, want %d: %v", name, id, len(content), len(want), err)
			}
		}
		if err := l.paid(ctx, is, said); err != nil {
			return err
		}
	}
	return nil
}

// paid checks that a claim that is paid has one payment that left, and one bill of its amount.
func (l *looking) paid(ctx context.Context, is claim.Claim, said filed) error {
	all, err := l.center.Store().PaymentsOfClaim(ctx, is.ID)
	if err != nil || said.status != claim.Paid {
		return err
	}
	if len(all) != 1 || all[0].Status != payout.Paid || all[0].AmountFen != is.Decision.AmountFen {
		l.broken("claim %s has payments %+v", is.ID, all)
	}
	if said.openID == "" {
		return nil
	}
	bills := l.emulator.BillsTo(said.openID)
	if len(bills) != 1 || bills[0].Amount != is.Decision.AmountFen {
		l.broken("claim %s was paid over WeChat %d times: %+v", is.ID, len(bills), bills)
	}
	return nil
}

// comesTrue waits until something is so; false when the center was killed before.
func (w *world) comesTrue(is func(ctx context.Context, c *product.Center) (bool, error)) (yes bool) {
	w.t.Helper()
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		look := time.NewTicker(50 * time.Millisecond)
		defer look.Stop()
		for {
			if yes, err = is(ctx, c); err != nil || yes {
				return err
			}
			select {
			case <-w.center.ended:
				yes, err = is(ctx, c)
				return err
			case <-look.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return yes
}

// passes ends the center and lets the time pass for which it keeps others from its job.
func (w *world) passes(job string) {
	w.t.Helper()
	w.burnt(w.center)
	w.figures.centers += count(w.center.kill())
	w.inCenter(func(ctx context.Context, c *product.Center) error {
		return c.Store().InTx(ctx, func(ctx context.Context) error {
			held, err := c.Store().LockJob(ctx, job)
			if err != nil {
				return err
			}
			held.HeldUntil = time.Now().Add(-time.Minute)
			return c.Store().SaveJob(ctx, held)
		})
	})
}
