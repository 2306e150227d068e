package api

import (
	"context"
	crand "crypto/rand"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/relief"
	"lianxin/backend/screening"
	"lianxin/backend/token"
)

// wards are the hospitals of a city that ask at the same time, each with a key of its own.
const wards = 64

// mostDonors is how many there are at most: they are made one by one.
const mostDonors = 20_000

// given is how many donations each donor made.
const given = 6

// clinic is our center as hospitals ask it.
type clinic struct {
	*lianxin
	clients []*fleet.Device
	donors  int
}

// newClinic makes a center with donors and hospitals.
func newClinic(t *testing.T, donors int) *clinic {
	t.Helper()
	k := &clinic{lianxin: &lianxin{t: t, at: fleet.Installation{Data: t.TempDir(), URL: "http://localhost:1"}}, donors: donors}
	c, err := center.Open(t.Context(), k.at.Config())
	must(t, err)
	for n := range wards {
		k.clients = append(k.clients, k.joins(c, fmt.Sprintf("hospital-%d", n)))
	}
	for first := 0; first < donors; first += 500 {
		must(t, c.InTx(t.Context(), func(ctx context.Context) error {
			for n := first; n < min(first+500, donors); n++ {
				if err := gave(ctx, c, n); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(t, c.Close())
	k.instance, err = fleet.Start(k.at)
	must(t, err)
	t.Cleanup(func() {
		_, err := k.instance.Stop()
		must(t, err)
	})
	k.base = "http://" + k.instance.Address
	return k
}

// joins lets the client of a hospital in.
func (k *clinic) joins(c *center.Center, id string) *fleet.Device {
	must(k.t, c.SaveHospital(k.t.Context(), hospital.Hospital{ID: id, Name: lang.Text{ZH: "测试医院", EN: "Test hospital"}, District: "110105"}, "terminal"))
	made, invitation, err := c.Invite(k.t.Context(), "HIS", device.Hospital, id, "terminal", time.Minute)
	must(k.t, err)
	key, err := token.NewKey(crand.Reader)
	must(k.t, err)
	_, err = c.Claim(k.t.Context(), fleet.Claim(invitation.Code, key))
	must(k.t, err)
	_, err = c.Approve(k.t.Context(), made.ID, key.Public().Fingerprint(), "terminal")
	must(k.t, err)
	return &fleet.Device{ID: made.ID, SiteID: id, Key: key}
}

func passport(n int) string { return fmt.Sprintf("UTO:GAVE%06d", n) }

func gave(ctx context.Context, c *center.Center, n int) error {
	document, err := identity.Parse(identity.Passport, passport(n))
	if err != nil {
		return err
	}
	d := donor.Donor{ID: fleet.NewID(), StationID: "miyun", SiteID: "site-1", Key: screening.Key(c.GateKey(), document), Card: fmt.Sprintf("TESTCARD%06d", n),
		Person: identity.Person{Name: fmt.Sprintf("测试甲%06d", n), Document: document}, Phone: "010-5550-0000"}
	var all []donor.Donation
	for year := range given {
		all = append(all, donor.Donation{ID: fleet.NewID(), DonorID: d.ID, SiteID: "site-1", DIN: donation.DIN(fmt.Sprintf("Z9%03d26%06d", year, n)),
			Product: donation.WholeBlood, VolumeML: 200, On: c.Today().AddMonths(-8 * (year + 1))})
	}
	return c.SaveDonor(ctx, d, all, nil)
}

// asks are questions at discharge, each about another patient with a bill of three lines.
func (k *clinic) asks(connections, calls int) [][]call {
	today := calendar.Of(time.Now())
	lists, bearers := make([][]call, connections), make([]string, len(k.clients))
	for n, from := range k.clients {
		access, err := from.Line(fleet.Client(), k.base, k.at.URL).Access(k.t.Context())
		must(k.t, err)
		bearers[n] = "Bearer " + access
	}
	for n := range lists {
		for i := range calls / connections {
			q := hospital.Inquiry{Purpose: hospital.Discharge, Consent: hospital.Consent{Form: hospital.Written, On: today},
				Patient: hospital.Person{Kind: identity.Passport, Number: passport(rand.IntN(k.donors))}}
			for i := range 3 {
				q.Charges = append(q.Charges, hospital.Charge{ID: fmt.Sprint(i), Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "1.5", On: today.AddDays(-i), AmountFen: 31_500})
			}
			body, err := json.Marshal(q)
			must(k.t, err)
			lists[n] = append(lists[n], call{method: http.MethodPost, url: k.base + "/hospital/questions", bearer: bearers[(i*connections+n)%len(bearers)], body: body,
				header: http.Header{"Content-Type": {"application/json"}}, answer: `"covered_ml":900`})
		}
	}
	return lists
}

// Hospitals ask at the same time what patients are entitled to; each question reads a
// donor with their donations and what was drawn of them, adds it up, and is in the audit
// log on the disk before it is answered. PocketBase reads one record.
func TestHospitalsAsk(t *testing.T) {
	connections := []int{1, 64}
	if *alone > 0 {
		connections = []int{*alone}
	}
	k := newClinic(t, min(*rows, mostDonors))
	var peer *pocketBase
	subjects := []subject{k}
	if *peers {
		peer = newPocketBase(t, *rows)
		subjects = append(subjects, peer)
	}
	for _, n := range connections {
		done := results{}
		for range *rounds {
			done.measure(t, k, n, k.asks(n, *calls))
			if peer != nil {
				done.measure(t, peer, n, peer.reads(n, *calls))
			}
		}
		// No aim but to be told beside it: a question is far more than a record.
		done.report(t, "ask for a patient; PocketBase reads a record", n, subjects, figure.Aim{})
	}
}
