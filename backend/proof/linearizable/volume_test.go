package linearizable

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/relief"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// shared is what one donation earns a family, in mL.
const shared = 400

// Two offices and a hospital want the same millilitres at the same moment, at one
// instance or at two: whoever is told they have them has them, and nobody else.
func TestSharedVolumes(t *testing.T) {
	for engine, instances := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(engine, func(t *testing.T) {
			database := ""
			if engine == "postgres" {
				database = pgtest.Database(t)
			}
			x := newDispute(t, fleet.Installation{Data: t.TempDir(), Database: database, URL: "http://localhost:1"}, instances)
			x.run(*rounds)
			check(t, "volumes", x.History, volumes(shared))
			sums, err := x.centers[0].Store().VolumeSums(t.Context())
			must(t, err)
			must(t, sums.Check())
		})
	}
}

// The checker sees when what is set aside is forgotten.
func TestTheCheckerBitesWhenAReservationIsForgotten(t *testing.T) {
	at := fleet.Installation{Data: t.TempDir(), URL: "http://localhost:1"}
	x := newDispute(t, at, 1, `CREATE TRIGGER defect AFTER INSERT ON volume_reservations
		BEGIN UPDATE volume_lots SET amount = 0 WHERE account LIKE 'reserved/%'; END`)
	x.run(3)
	if got, _ := x.Check(volumes(shared)); got != porcupine.Illegal {
		t.Error(got)
	}
}

// dispute is about donations that several draw on at once.
type dispute struct {
	t *testing.T
	*History
	centers []*center.Center
	on      calendar.Date
}

func newDispute(t *testing.T, at fleet.Installation, instances int, defects ...string) dispute {
	t.Helper()
	x := dispute{t: t, History: NewHistory(), on: calendar.Of(time.Now())}
	for range instances {
		c, err := center.Open(t.Context(), at.Config())
		must(t, err)
		t.Cleanup(func() { must(t, c.Close()) })
		x.centers = append(x.centers, c)
	}
	for _, statement := range defects {
		execute(t, filepath.Join(at.Data, "center.db"), statement)
	}
	return x
}

// run lets six reservations fight for each donation: three parties, each of which
// tries again with another when it has given back what it had.
func (x dispute) run(rounds int) {
	for n := range rounds {
		d := storetest.Donor(n)
		must(x.t, x.centers[0].Store().InTx(x.t.Context(), func(ctx context.Context) error {
			if err := x.centers[0].Store().SaveDonor(ctx, d); err != nil {
				return err
			}
			return x.centers[0].Store().InsertDonation(ctx, donor.Donation{ID: d.ID, DonorID: d.ID, DIN: donation.DIN(d.ID),
				Product: donation.WholeBlood, VolumeML: shared, On: x.on.AddYears(-1)})
		}))
		var parties []func()
		for party := range 3 {
			parties = append(parties, func() { x.party(n, d.ID, party) }, func() { x.party(n, d.ID, party) }) // each told twice
		}
		together(parties...)
	}
}

// party reserves, ends it in one of the ways, and once more.
func (x dispute) party(n int, donorID string, party int) {
	wants := shared
	if n%2 == 1 {
		wants = 250 // one has it, and another what is left
	}
	for _, by := range []int{party, party + 3} {
		x.reserve(n, donorID, by, wants)
		for range 2 {
			x.end(n, by, []string{"confirm", "release", "release", "reverse"}[rand.IntN(4)])
		}
	}
}

func (x dispute) reserve(n int, donorID string, by, ml int) {
	now := time.Now()
	order := relief.Order{ID: reservationOf(n, by), For: reservationOf(n, by), Channel: relief.Reimbursed, PlaceID: "110101", At: now, Until: now.Add(time.Hour),
		Question: relief.Question{On: x.on, Donors: []relief.Related{{DonorID: donorID, Relation: relief.Spouse}}, Bill: relief.Bill{
			Lines: []relief.Line{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: relief.Quantity(ml * 100), On: x.on, AmountFen: int64(ml)}}}}}
	x.ask(volume{n, "reserve", by, ml}, func(ctx context.Context, s relief.Service) (any, error) {
		r, err := s.Reserve(ctx, order)
		return int(r.ML), err
	})
}

func (x dispute) end(n, by int, do string) {
	id, now := reservationOf(n, by), time.Now()
	x.ask(volume{n, do, by, 0}, func(ctx context.Context, s relief.Service) (any, error) {
		var err error
		switch do {
		case "confirm":
			_, err = s.Confirm(ctx, id, now)
		case "release":
			_, err = s.Release(ctx, id, now)
		case "reverse":
			_, err = s.Reverse(ctx, id, "proof", now)
		}
		return "done", err
	})
}

func reservationOf(n, by int) string { return fmt.Sprintf("reservation-%d-%d", n, by) }

// ask asks any center. One in ten goes away while it is answered, and never hears
// whether it happened.
func (x dispute) ask(in volume, ask func(context.Context, relief.Service) (any, error)) {
	ctx, leave := context.WithCancel(x.t.Context())
	defer leave()
	if rand.IntN(10) == 0 {
		go leave()
	}
	err := x.Ask(in, func() (any, error) {
		answer, err := ask(ctx, x.centers[rand.IntN(len(x.centers))].Relief())
		if err != nil {
			code, err := codeOf(err)
			return code, err
		}
		return answer, nil
	})
	if err != nil && ctx.Err() == nil {
		x.t.Error(err)
	}
}
