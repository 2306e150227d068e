package center

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/demand"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/outbox"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staff"
)

// newcomer is a donor who gave nothing here yet.
func (b *bench) newcomer(suffix string) donor.Donor {
	b.t.Helper()
	p := donorOf(suffix)
	d := donor.Donor{ID: b.config.NewID(), StationID: "station-1", SiteID: "site-1", Key: screening.Key(b.gateKey(), p.Document), Card: "card-" + suffix, Person: p}
	if err := b.SaveDonor(b.t.Context(), d, nil, nil); err != nil {
		b.t.Fatal(err)
	}
	return d
}

// took writes down that donors redeemed gifts half an hour ago, the first one first.
func (b *bench) took(d donor.Donor, siteID string, gifts ...string) {
	b.t.Helper()
	for i, id := range gifts {
		at := b.clock().Add(-30*time.Minute + time.Duration(i)*time.Minute)
		r := redemption.Redemption{ID: b.config.NewID(), DonorID: d.ID, GiftID: id, SiteID: siteID, Points: 20, Status: redemption.PickedUp, Year: b.Today().Year(), AskedAt: at, ConfirmedAt: at}
		if err := b.store.SaveRedemption(b.t.Context(), r); err != nil {
			b.t.Fatal(err)
		}
	}
}

// shelved is a catalogue of which everything is in stock at a site but what is left out.
func (b *bench) shelved(siteID string, soldOut ...string) {
	b.t.Helper()
	if _, err := b.LoadCatalogue(b.t.Context(), gift.Sample(), "test"); err != nil {
		b.t.Fatal(err)
	}
	for _, g := range gift.Sample().Gifts {
		if slices.Contains(soldOut, g.ID) {
			continue
		}
		if _, err := b.store.MoveStock(b.t.Context(), gift.Stock{GiftID: g.ID, SiteID: siteID, Loaded: 50, Left: 50}); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) suggested(k *kiosk, d donor.Donor) preference.Shown {
	b.t.Helper()
	var a account.Account
	if err := k.line.Post(b.t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
		b.t.Fatal(err)
	}
	return a.Suggestions
}

func (b *bench) counted() preference.Counts {
	b.t.Helper()
	if err := b.refreshPreferences(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	c, err := b.store.Counts(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// What people with the same gift took is suggested, but nothing that is sold out; who
// switches it off sees none, and is counted no more.
func TestSuggestionsOfTheCenter(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		gifts := gift.Sample().Gifts
		mug, pan, fan, radio := gifts[0].ID, gifts[1].ID, gifts[2].ID, gifts[3].ID
		b.shelved("site-1", fan)
		var people []donor.Donor
		for i := range 7 {
			d := b.newcomer(fmt.Sprintf("9%02d", 10+i))
			people = append(people, d)
			if i < 6 {
				b.took(d, "site-1", mug, pan, fan)
			}
		}
		newcomer := people[6]
		b.took(newcomer, "site-1", mug)
		if c := b.counted(); c[preference.PairOf(mug, pan)] != 6 || c[preference.Key{Gift: mug}] != 7 {
			t.Fatalf("%v", c)
		}
		got := b.suggested(k, newcomer)
		if !got.On || len(got.Gifts) != 1 || got.Gifts[0] != (preference.Suggestion{Gift: pan, Because: mug}) {
			t.Errorf("%+v: the pan is in stock, the fan is not, the mug is theirs", got)
		}
		b.switchOff(k, people[0], false)
		if got := b.suggested(k, people[0]); got.On || len(got.Gifts) != 0 {
			t.Errorf("switched off: %+v", got)
		}
		b.wantEntry(k.id, atDevice, "suggestions.off", people[0].ID, "site-1")
		b.pass(preferenceEvery)
		if c := b.counted(); c[preference.PairOf(mug, pan)] != 5 || c[preference.Key{Gift: mug}] != 6 {
			t.Errorf("who switched it off is counted: %v", c)
		}
		b.switchOff(k, people[1], false)
		b.pass(preferenceEvery)
		b.counted()
		if got := b.suggested(k, newcomer); slices.ContainsFunc(got.Gifts, func(s preference.Suggestion) bool { return s.Because != "" }) {
			t.Errorf("four people are too few: %+v", got)
		}
		b.switchOff(k, people[0], true)
		b.pass(preferenceEvery)
		if c := b.counted(); c[preference.PairOf(mug, pan)] != 5 {
			t.Errorf("who switched it on again is not counted: %v", c)
		}
		// A gift given back is counted no more from the next day on; a new one within the hour.
		b.took(newcomer, "site-1", radio)
		b.pass(preferenceEvery)
		if c := b.counted(); c[preference.PairOf(mug, radio)] != 1 {
			t.Errorf("a new gift is not counted: %v", c)
		}
		made, err := b.store.RedemptionsOf(t.Context(), []string{newcomer.ID}, 10)
		if err != nil {
			t.Fatal(err)
		}
		made[0].Status = redemption.Cancelled
		if err := b.store.SaveRedemption(t.Context(), made[0]); err != nil {
			t.Fatal(err)
		}
		b.pass(24 * time.Hour)
		if c := b.counted(); c[preference.PairOf(mug, radio)] != 0 {
			t.Errorf("a gift given back is counted: %v", c)
		}
	})
}

// switchOff pushes the operation of a kiosk.
func (b *bench) switchOff(k *kiosk, d donor.Donor, on bool) {
	b.t.Helper()
	b.pass(time.Second)
	op, err := outbox.New(b.config.NewID(), outbox.SuggestionsSwitched, b.clock(), preference.Switched{DonorKey: d.Key, On: on, At: b.clock()})
	if err != nil {
		b.t.Fatal(err)
	}
	from, err := b.store.Device(b.t.Context(), k.id)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.InTx(b.t.Context(), func(ctx context.Context) error {
		_, err := b.applySwitch(ctx, from, op)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
}

// Staff see the report of their sites in every form, and nobody else does.
func TestGiftReport(t *testing.T) {
	b := newBench(t)
	samples, err := site.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples[:2] {
		if err := b.SaveSite(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	here, there := samples[0], samples[1]
	b.shelved(here.ID)
	d := b.gave(donorOf("902"), result.Markers{})
	b.pass(8 * 24 * time.Hour)
	for range 3 {
		b.took(d, here.ID, gift.Sample().Gifts[0].ID)
	}
	b.pass(8 * 24 * time.Hour)
	admin := b.enter(b.hire("report.test", staff.Finance, staff.Scope{})).AccessToken.AccessToken
	var r demand.Report
	b.want("the report", http.MethodGet, "/gift-report", admin, nil, &r, "")
	if len(r.Gifts) != len(gift.Sample().Gifts) || r.Asked[demand.PastWeeks-1]+r.Asked[demand.PastWeeks-2] != 3 || r.Gifts[0].Stock != 50 {
		t.Errorf("%d gifts, asked for %v", len(r.Gifts), r.Asked)
	}
	for _, c := range []struct{ path, bearer, code string }{
		{"/gift-report?site=" + there.ID, admin, ""}, {"/gift-report?site=nowhere", admin, "site.not_found"}, {"/gift-report", "", "token.missing"},
		{"/gift-report", b.enter(b.hire("calls.test", staff.Counsellor, staff.Scope{})).AccessToken.AccessToken, "token.scope"},
	} {
		b.want(c.path, http.MethodGet, c.path, c.bearer, nil, nil, c.code)
	}
	for path, begins := range map[string]string{"/gift-report/workbook?language=en": "PK", "/gift-report/paper": "%PDF-"} {
		if status, body := b.fetch(path, admin); status != http.StatusOK || !strings.HasPrefix(body, begins) {
			t.Errorf("%s: %d, %.20q", path, status, body)
		}
	}
}

// fetch returns the body of an answer as it came.
func (b *bench) fetch(path, bearer string) (int, string) {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+bearer)
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

// Whoever tries the sample finds something in every part of the report on gifts.
func TestTheSampleHasWhatRisesAndWhatFalls(t *testing.T) {
	b := newBench(t)
	if _, err := b.Seed(t.Context(), 1, 60, nil); err != nil {
		t.Fatal(err)
	}
	r, err := b.DemandReport(t.Context(), "", caller("terminal"))
	if err != nil || len(r.Rising) < 3 || len(r.Falling) < 3 || len(r.Reorder) == 0 || len(r.Retire) == 0 {
		t.Errorf("%d rising, %d falling, %d to reorder, %d to retire, %v", len(r.Rising), len(r.Falling), len(r.Reorder), len(r.Retire), err)
	}
}
