package linearizable

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/point"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/redemption"
	"lianxin/backend/store/storetest"
)

// queued is how many people wait in each queue: fewer than there are calls.
const queued = calledAtMost - 3

// turns: the desks of a site call the next number, all at the same moment. Each says its
// call twice, as after an answer that was lost.
func (c contest) turns(rounds int) {
	for n := range rounds {
		at := fmt.Sprintf("queue-%d", n)
		who := map[string]int{} // place in the queue by id of the visit, from 1
		// A moment ago and no longer: a queue is of a day, and the proof may run just after midnight.
		began := time.Now().Add(-queued * time.Millisecond)
		must(c.t, fleet.SaveSite(c.t.Context(), c.Center, at))
		for place := 1; place <= queued; place++ {
			v := c.devices[0].VisitOf(1_000+n*queued+place, began.Add(time.Duration(place)*time.Millisecond))
			v.SiteID, v.Screening = at, nil
			who[v.ID] = place
			must(c.t, c.Center.Store().InTx(c.t.Context(), func(ctx context.Context) error { return c.Center.Store().InsertVisit(ctx, v) }))
		}
		var desks []func()
		first := 0
		for _, bearer := range c.staff {
			from := first
			first += calledAtMost / len(c.staff)
			desks = append(desks, func() {
				for call := from; call < from+calledAtMost/len(c.staff); call++ {
					for said := 0; said < 2; {
						if err := c.turn(turn{at, call}, bearer, who); err == nil || c.t.Failed() {
							said++
						}
					}
				}
			})
		}
		together(desks...)
	}
}

// turn calls the next number. An error is an outage, after which the desk says the same again.
func (c contest) turn(in turn, bearer string, who map[string]int) error {
	return c.do(in, func(base string) (any, error) {
		var row api.ReceptionRow
		ask := api.ReceptionCall{CallID: fmt.Sprintf("%s-call-%d", in.site, in.call), Counter: "2"}
		if err := c.request(base, http.MethodPost, "/sites/"+in.site+"/calls", bearer, ask, &row); err != nil {
			return nil, err
		}
		return who[row.ID], nil
	})
}

// pieces is how many of a gift there are for those who want one.
const pieces = 2

// redemptions: kiosks hold the last pieces of a gift for more people than there are
// pieces; some confirm, some give back, and everything is said twice.
func (c contest) redemptions(rounds int) {
	must(c.t, c.stocked())
	g := gift.Sample().Gifts[0]
	var kiosks []*fleet.Device
	for n := range rounds {
		at := fmt.Sprintf("shelf-%d", n)
		must(c.t, fleet.SaveSite(c.t.Context(), c.Center, at))
		if n%4 == 0 { // a kiosk may ask so often and no oftener, and a site has 24 letters for kiosks
			kiosks = nil
			for range wishers {
				d, err := fleet.Enrol(c.t.Context(), c.Center, "kiosk", at)
				must(c.t, err)
				kiosks = append(kiosks, d)
			}
		}
		_, err := c.AddStock(c.t.Context(), g.ID, at, pieces, "terminal")
		must(c.t, err)
		var people []func()
		for by, d := range kiosks {
			who, err := c.rich(n*wishers + by)
			must(c.t, err)
			people = append(people, func() { c.wishes(d, who, g, at, by) })
		}
		together(people...)
	}
}

// stocked brings the catalogue in.
func (c contest) stocked() error {
	_, err := c.LoadCatalogue(c.t.Context(), gift.Sample(), "terminal")
	return err
}

// rich makes somebody with points.
func (c contest) rich(n int) (donor.Donor, error) {
	d := storetest.Donor(50_000 + n)
	ledger := point.Ledger{Store: c.Center.Store(), NewID: fleet.NewID}
	return d, errors.Join(c.Center.Store().SaveDonors(c.t.Context(), d), ledger.Give(c.t.Context(), time.Now(),
		point.Credit{DonorID: d.ID, Cause: d.ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: 20_000}}}))
}

// wishes is what one person does with one gift.
func (c contest) wishes(d *fleet.Device, who donor.Donor, g gift.Gift, at string, by int) {
	id := fleet.NewID()
	for _, do := range []string{"hold", "hold", []string{"confirm", "cancel"}[mathrand.IntN(2)], []string{"confirm", "cancel", "cancel"}[mathrand.IntN(3)]} {
		var in any = redemption.Of{ID: id, DonorKey: who.Key}
		if do == "hold" {
			in = redemption.HoldRequest{ID: id, DonorKey: who.Key, GiftID: g.ID, SiteID: at, Points: g.Points, Language: lang.Chinese}
		}
		c.do(wish{at, do, by}, func(base string) (any, error) {
			var out redemption.State
			err := d.Line(c.client, base, c.URL).Post(c.t.Context(), "/sync/redemptions/"+do, in, &out)
			return string(out.Status), err
		})
	}
}
