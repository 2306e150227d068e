package center

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

// class is donors who differ in nothing but how their last donation was tested.
type class struct {
	name   string
	report *result.Result // nil: nothing is reported
	key    string
}

// rounds is how often each is asked for. With it, chance alone moves the mean place of
// a class by a fifth of a place or less nine times out of ten.
const rounds = 150

// farOff is by how many standard deviations of chance a mean place may be off: chance
// alone fails once in some ten thousand runs, and a millisecond is off by far more.
const farOff = 5

// classes are one donor for each way a test can come out; the first two are the same,
// so that what is no difference is measured as well.
func (b *bench) classes() []class {
	group := donation.Group{ABO: "O", RhD: "+"}
	failed := func(m result.Markers) *result.Result { return &result.Result{Group: group, Markers: m} }
	all := []class{
		{name: "qualified", report: &result.Result{Qualified: true, Group: group}}, {name: "qualified as well", report: &result.Result{Qualified: true, Group: group}},
		{name: "HIV", report: failed(result.Markers{HIV: result.Reactive})}, {name: "HBV", report: failed(result.Markers{HBV: result.Reactive})},
		{name: "HCV", report: failed(result.Markers{HCV: result.Undetermined})}, {name: "syphilis", report: failed(result.Markers{Syphilis: result.Reactive})},
		{name: "ALT", report: failed(result.Markers{ALT: 188})}, {name: "not reported"},
	}
	for i := range all {
		p := donorOf("9" + string(rune('0'+i)) + "2")
		d := donor.Donor{ID: b.config.NewID(), StationID: "station-1", SiteID: "site-1", Key: screening.Key(b.gateKey(), p.Document), Person: p, Phone: "19900000000"}
		given := donor.Donation{ID: b.config.NewID(), DonorID: d.ID, SiteID: "site-1", DIN: donation.DIN("G12342665432" + string(rune('0'+i))),
			Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddMonths(-1)}
		if err := b.SaveDonor(b.t.Context(), d, []donor.Donation{given}, nil); err != nil {
			b.t.Fatal(err)
		}
		if r := all[i].report; r != nil {
			r.DonationID, r.ReportedOn = given.ID, given.On
			if err := b.SaveResults(b.t.Context(), *r); err != nil {
				b.t.Fatal(err)
			}
		}
		all[i].key = d.Key
	}
	return all
}

// asker asks a center over a real connection, and measures to the last byte.
type asker struct {
	t       testing.TB
	address string
	bearer  string
	client  http.Client
}

func (a *asker) account(key string) (took time.Duration, body []byte) {
	a.t.Helper()
	in, err := json.Marshal(account.Request{DonorKey: key})
	if err != nil {
		a.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.address+"/sync/account", bytes.NewReader(in))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+a.bearer)
	began := time.Now()
	answer, err := a.client.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	body, err = io.ReadAll(answer.Body)
	took = time.Since(began)
	if closed := answer.Body.Close(); err != nil || closed != nil || answer.StatusCode != http.StatusOK {
		a.t.Fatalf("%d %s: %v, %v", answer.StatusCode, body, err, closed)
	}
	return took, body
}

// places asks for every class once in each round, in another order each time, and
// returns how far the mean place of each among the others is off the middle, in
// standard deviations of chance (Friedman's ranks). What a busy machine does to all
// of a round, or to one answer however much, moves nobody far.
func (a *asker) places(all []class, rounds int) []float64 {
	sums, order, took := make([]float64, len(all)), make([]int, len(all)), make([]time.Duration, len(all))
	for i := range order {
		order[i] = i
	}
	for range rounds {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			took[i], _ = a.account(all[i].key)
		}
		ranked := slices.Clone(order)
		slices.SortFunc(ranked, func(i, j int) int { return int(took[i] - took[j]) })
		for place, i := range ranked {
			sums[i] += float64(place + 1)
		}
	}
	k, n := float64(len(all)), float64(rounds)
	deviation := math.Sqrt((k*k - 1) / 12 / n)
	for i := range sums {
		sums[i] = (sums[i]/n - (k+1)/2) / deviation
	}
	return sums
}

// equalTime is a center that answers accounts without an allowance, behind a door.
func equalTime(t *testing.T, door func(http.Handler, []class) http.Handler) (*bench, *asker, []class) {
	b := newBench(t)
	before := accounts
	accounts = allowance{before.purse, 1 << 20, time.Microsecond}
	t.Cleanup(func() { accounts = before })
	all := b.classes()
	k := b.newKiosk("site-1", b.serve())
	server := httptest.NewServer(door(b.handler, all))
	t.Cleanup(server.Close)
	a := &asker{t: t, address: server.URL, bearer: k.bearer()}
	for _, c := range all { // the first answers make what later ones share
		a.account(c.key)
	}
	return b, a, all
}

// Nobody can tell by the time or the length of an answer how a test came out.
func TestEqualTimeWhateverFailed(t *testing.T) {
	_, a, all := equalTime(t, func(h http.Handler, _ []class) http.Handler { return h })
	_, first := a.account(all[0].key)
	for _, c := range all[1:] {
		if _, body := a.account(c.key); len(body) != len(first) {
			t.Errorf("%s: %d bytes, %s has %d", c.name, len(body), all[0].name, len(first))
		}
	}
	for i, off := range a.places(all, rounds) {
		t.Logf("%-18s %+.1f", all[i].name, off)
		if math.Abs(off) > farOff {
			t.Errorf("%s can be told by the time: %.1f standard deviations off", all[i].name, off)
		}
	}
}

// A millisecond more for one of them is found: what finds nothing would be no proof.
func TestEqualTimeFindsAMillisecond(t *testing.T) {
	slow := func(h http.Handler, all []class) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if strings.Contains(string(body), all[3].key) {
				for began := time.Now(); time.Since(began) < time.Millisecond; { // a sleep may take far longer
				}
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			h.ServeHTTP(w, r)
		})
	}
	_, a, all := equalTime(t, slow)
	found := 0.0
	for range 8 { // a busy machine hides it in some rounds
		if found = a.places(all, rounds)[3]; found > farOff {
			return
		}
	}
	t.Errorf("a millisecond more was not found: %.1f standard deviations", found)
}
