package linearizable

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/relief"
	"lianxin/backend/screening"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// shared is what one donation earns a family, in mL.
const shared = 400

// Two offices and a hospital want the same millilitres at the same moment, at one
// instance or at two, and the one the hospital asks is killed in the middle: whoever is
// told they have them has them, and nobody else.
func TestSharedVolumes(t *testing.T) {
	for engine, instances := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(engine, func(t *testing.T) {
			database := ""
			if engine == "postgres" {
				database = pgtest.Database(t)
			}
			at := newInstallation(t, database, instances)
			at.killAt = int64(*rounds) * 5
			x := newDispute(t, at.Installation, instances)
			x.served = at
			x.run(*rounds)
			if !at.killed.Load() {
				t.Error("nobody was killed")
			}
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
	ward    *fleet.Device // the client of a hospital
	served  *installation // over which the hospital asks; nil: within the process
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
	x.ward = newWard(t, x.centers[0])
	for _, statement := range defects {
		execute(t, filepath.Join(at.Data, "center.db"), statement)
	}
	return x
}

// newWard makes a hospital with a client.
func newWard(t *testing.T, c *center.Center) *fleet.Device {
	t.Helper()
	must(t, c.SaveHospital(t.Context(), hospital.Hospital{ID: "test-hospital", Name: lang.Text{ZH: "测试医院", EN: "Test hospital"}, District: "110105"}, "terminal"))
	d, err := fleet.EnrolAs(t.Context(), c, device.Hospital, "HIS", "test-hospital")
	must(t, err)
	return d
}

// giver is the document of whoever gave a donation; others are their spouses.
func giver(n int) hospital.Person {
	return hospital.Person{Kind: identity.Passport, Number: fmt.Sprintf("UTO:GAVE%05d", n)}
}

// run lets six reservations fight for each donation: three parties, each of which
// tries again with another when it has given back what it had.
func (x dispute) run(rounds int) {
	for n := range rounds {
		d := storetest.Donor(n)
		document, err := identity.Parse(giver(n).Kind, giver(n).Number)
		must(x.t, err)
		d.Key = screening.Key(x.centers[0].GateKey(), document)
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

// hospitalParty is the one of the three that is a hospital.
const hospitalParty = 2

// party reserves, ends it in one of the ways, and once more.
func (x dispute) party(n int, donorID string, party int) {
	wants := shared
	if n%2 == 1 {
		wants = 250 // one has it, and another what is left
	}
	for _, by := range []int{party, party + 3} {
		if party == hospitalParty {
			x.stay(n, by, wants)
			continue
		}
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

// stay is what a hospital does with a patient: the same as an office, by its own number.
func (x dispute) stay(n, by, ml int) {
	number := reservationOf(n, by)
	order := hospital.Order{Number: number, Inquiry: hospital.Inquiry{Purpose: hospital.Discharge, Consent: hospital.Consent{Form: hospital.Written, On: x.on},
		Patient: hospital.Person{Kind: identity.Passport, Number: fmt.Sprintf("UTO:USED%05d", n)}, Donors: []hospital.Giver{{Person: giver(n), Relation: relief.Spouse}},
		Charges: []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: fmt.Sprint(ml), On: x.on, AmountFen: int64(ml)}}}}
	ward := x.client()
	x.askWard(volume{n, "reserve", by, ml}, func(ctx context.Context) (any, error) {
		v, err := ward.reserve(ctx, order)
		return int(v.Coverage.CoveredML), err
	})
	for range 2 {
		do := []string{"confirm", "release", "release"}[rand.IntN(3)]
		x.askWard(volume{n, do, by, 0}, func(ctx context.Context) (any, error) {
			v, err := ward.find(ctx, number)
			if err == nil {
				err = ward.end(ctx, v.ID, do)
			}
			return "done", err
		})
	}
}

// his is a hospital's own system: over the network, or within the process.
type his struct {
	reserve func(ctx context.Context, in hospital.Order) (hospital.View, error)
	find    func(ctx context.Context, number string) (hospital.View, error)
	end     func(ctx context.Context, id, do string) error
}

func (x dispute) client() his {
	by := api.Caller{DeviceID: x.ward.ID}
	if x.served == nil {
		c := x.centers[rand.IntN(len(x.centers))]
		return his{func(ctx context.Context, in hospital.Order) (hospital.View, error) {
			return c.ReserveRelief(ctx, in, by)
		},
			func(ctx context.Context, number string) (hospital.View, error) {
				return c.FindHospitalCase(ctx, number, by)
			},
			func(ctx context.Context, id, do string) (err error) {
				if do == "confirm" {
					_, err = c.ConfirmRelief(ctx, id, by)
				} else {
					_, err = c.ReleaseRelief(ctx, id, by)
				}
				return err
			}}
	}
	post := func(ctx context.Context, path string, in any) (v hospital.View, err error) {
		return v, x.ward.Line(x.served.client, x.served.anybody(), x.served.URL).Post(ctx, path, in, &v)
	}
	return his{func(ctx context.Context, in hospital.Order) (hospital.View, error) {
		return post(ctx, "/hospital/cases", in)
	},
		func(ctx context.Context, number string) (hospital.View, error) {
			return post(ctx, "/hospital/cases/find", map[string]string{"number": number})
		},
		func(ctx context.Context, id, do string) error {
			_, err := post(ctx, "/hospital/cases/"+id+"/"+do, nil)
			return err
		}}
}

// askWard asks as a hospital does. An instance may be away; then nobody knows.
func (x dispute) askWard(in volume, ask func(context.Context) (any, error)) {
	err := x.Ask(in, func() (any, error) {
		answer, err := ask(x.t.Context())
		if err = inTheBooksWords(err); err != nil {
			return codeOf(err)
		}
		return answer, nil
	})
	if err != nil && !isOutage(err) {
		x.t.Error(err)
	}
}

// inTheBooksWords says what a hospital is told as the book says it.
func inTheBooksWords(err error) error {
	words := map[string]string{"hospital.case_not_found": "relief.reservation_not_found", "hospital.over": "relief.reservation_over", "hospital.confirmed": "relief.confirmed"}
	if word, ok := words[fault.CodeOf(err)]; ok {
		return fault.New(fault.Conflict, word)
	}
	return err
}

func reservationOf(n, by int) string { return fmt.Sprintf("reservation-%d-%d", n, by) }

// ask asks any center. One in ten goes away while it is answered, and never hears
// whether it happened.
func (x dispute) ask(in volume, ask func(context.Context, relief.Service) (any, error)) {
	x.askCenter(in, func(ctx context.Context, c *center.Center) (any, error) { return ask(ctx, c.Relief()) })
}

func (x dispute) askCenter(in volume, ask func(context.Context, *center.Center) (any, error)) {
	ctx, leave := context.WithCancel(x.t.Context())
	defer leave()
	if rand.IntN(10) == 0 {
		go leave()
	}
	err := x.Ask(in, func() (any, error) {
		answer, err := ask(ctx, x.centers[rand.IntN(len(x.centers))])
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
