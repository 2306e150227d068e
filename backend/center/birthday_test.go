package center

import (
	"strings"
	gosync "sync"
	"testing"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/point"
)

func (b *bench) points(donorID string) int64 {
	b.t.Helper()
	n, _, err := b.Points(b.t.Context(), donorID)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// passTo lets time go by until noon of a day.
func (b *bench) passTo(day calendar.Date) { b.pass(noon(day).Sub(b.clock())) }

// atOnce does something on several instances in the same moment.
func atOnce(t *testing.T, instances []*Center, do func(c *Center) error) {
	t.Helper()
	var working gosync.WaitGroup
	for _, c := range instances {
		working.Go(func() {
			if err := do(c); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
}

// Everybody is given the points of their birthday once, also when no center ran on that
// day, and whatever number of instances look.
func TestABirthdayGivesPointsOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		who, other := donorOf("001"), donorOf("002") // both born on 4 March
		b.takes(b.reported(1, who), b.reported(2, other))
		permit := with(who, identity.TaiwanTravelPermit, "12345678") // the same person, counted once
		b.takes(b.reported(3, permit, func(r *intake.Record) { r.Earlier = &who.Document; r.Donation.On = b.Today().AddDays(-300) }))
		pairs, err := b.openPairs()
		if err != nil || len(pairs) != 1 {
			t.Fatal(pairs, err)
		}
		if err := b.merge(pairs[0].ID); err != nil {
			t.Fatal(err)
		}
		instances := []*Center{b.Center, b.open(), b.open()}
		look := func() {
			t.Helper()
			atOnce(t, instances, func(c *Center) error { return c.giveBirthdays(t.Context()) })
		}
		look()
		one, two := b.found(who), b.found(other)
		if has := b.points(one.ID); has != 40 {
			t.Fatalf("%d points in November", has)
		}
		b.passTo(calendar.New(2027, 3, 1))
		look()
		b.passTo(calendar.New(2027, 3, 9)) // the center stood still on 4 March
		look()
		look()
		if has := [2]int64{b.points(one.ID), b.points(two.ID)}; has != [2]int64{45, 25} {
			t.Errorf("%v points after the birthday, want 5 more than 40 and 20", has)
		}
		job, err := b.store.Job(t.Context(), birthdayJob)
		if err != nil || job.Changed != 2 || job.Seen != 3 || job.Day != b.Today() {
			t.Errorf("%+v, %v", job, err)
		}
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: two.Key}, &a); err != nil {
			t.Fatal(err)
		}
		if line := a.Points.Lines[0]; a.Points.Balance != 25 || line.Kind != point.Awarded || line.Title.ZH != "生日祝福" || line.Points != 5 || line.Balance != 25 {
			t.Errorf("the kiosk shows %d points and %+v", a.Points.Balance, line)
		}
		b.passTo(calendar.New(2031, 3, 9)) // four years later: who has not given for two gets none any more
		look()
		if has := b.points(two.ID); has != 20 {
			t.Errorf("%d points: those of 2027 and 2028 are over, the birthdays since give nothing", has)
		}
	})
}

// An instance that dies in the middle is gone on for.
func TestBirthdaysGoOnAfterAnInstanceDied(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.passTo(calendar.New(2027, 3, 4))
		b.heldDonors(birthdayPart+20, 5)
		if more, err := b.giveBirthdaysPart(t.Context()); err != nil || !more {
			t.Fatal(more, err)
		}
		other := b.open()
		if err := other.giveBirthdays(t.Context()); err != nil {
			t.Fatal(err)
		}
		if has := b.points("donor-0519"); has != 0 {
			t.Errorf("taken over from an instance at work: %d points", has)
		}
		b.pass(birthdayLease)
		if err := other.giveBirthdays(t.Context()); err != nil {
			t.Fatal(err)
		}
		if first, last := b.points("donor-0000"), b.points("donor-0519"); first != 5 || last != 5 {
			t.Errorf("%d and %d points", first, last)
		}
		if m := b.metrics(); !strings.Contains(m, `lianxin_point_job_changed{job="birthday"} 520`) || !strings.Contains(m, `lianxin_point_job_finished_timestamp_seconds{job="birthday"} 1.8`) {
			t.Error("/metrics does not tell of it")
		}
	})
}

// What is over is booked by the next day, once; statement, balance and report say the
// same then.
func TestPointsThatAreOverAreBooked(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		people := b.rich(3, 20)
		over := b.Today().AddDays(5)
		for _, d := range people[:2] {
			if err := b.ledger().Give(t.Context(), b.clock(), point.Credit{DonorID: d.ID, Cause: "campaign/" + d.ID,
				Awards: []point.Award{{Rule: "birthday", Pack: "2026.1", Points: 10, Expires: over}}}); err != nil {
				t.Fatal(err)
			}
		}
		instances := []*Center{b.Center, b.open(), b.open()}
		look := func() {
			t.Helper()
			atOnce(t, instances, func(c *Center) error { return c.expirePoints(t.Context()) })
		}
		look()
		if has := b.points(people[0].ID); has != 30 {
			t.Fatalf("%d points while they are good", has)
		}
		b.passTo(over.AddDays(8)) // also after some days of standstill
		look()
		look()
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: people[0].Key}, &a); err != nil {
			t.Fatal(err)
		}
		if line := a.Points.Lines[0]; a.Points.Balance != 20 || line.Kind != point.Lapsed || line.Points != -10 || line.Balance != 20 || len(a.Points.Lines) != 3 {
			t.Errorf("the kiosk shows %d points and %+v", a.Points.Balance, a.Points.Lines)
		}
		if report, err := b.GiftReport(t.Context()); err != nil || report.Expired != 20 || report.Check != nil {
			t.Errorf("%+v, %v", report, err)
		}
		if m := b.metrics(); !strings.Contains(m, `lianxin_point_job_changed{job="expiry"} 2`) {
			t.Error("/metrics does not tell of it")
		}
	})
}
