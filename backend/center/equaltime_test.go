package center

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

// class is donors who differ in nothing but how their last donation was tested.
type class struct {
	name   string
	report *result.Result // nil: nothing is reported
	fails  bool           // what a donor is told is to contact the center
	ago    int            // days since they gave
	phone  string
	din    donation.DIN
	key    string
}

// rounds is how often each is asked for. With it, chance alone moves the mean place of
// a class by a fifth of a place or less nine times out of ten.
const rounds = 150

// farOff is by how many standard deviations of chance a mean place may be off: chance
// alone fails once in some ten thousand runs, and a millisecond is off by far more.
const farOff = 5

// waysTested are ways a test can come out; the first two are the same, so that what is no difference is
// measured as well.
func waysTested(ago int) []class {
	group := donation.Group{ABO: "O", RhD: "+"}
	failed := func(name string, m result.Markers) class {
		return class{name: name, report: &result.Result{Group: group, Markers: m}, fails: true, ago: ago}
	}
	good := func(name string) class {
		return class{name: name, report: &result.Result{Qualified: true, Group: group}, ago: ago}
	}
	return []class{good("qualified"), good("qualified as well"), failed("HIV", result.Markers{HIV: result.Reactive}), failed("HBV", result.Markers{HBV: result.Reactive}),
		failed("HCV", result.Markers{HCV: result.Undetermined}), failed("syphilis", result.Markers{Syphilis: result.Reactive}),
		failed("ALT", result.Markers{ALT: 188}), {name: "not reported", ago: ago}}
}

// gives makes a donor of each class, numbered from some number on.
func (b *bench) gives(from int, all ...class) []class {
	for i := range all {
		n := from + i
		c, p := &all[i], donorOf(fmt.Sprintf("%03d", 900+n))
		c.phone, c.din = fmt.Sprintf("199%08d", n), donation.DIN(fmt.Sprintf("G1234266%05d", n))
		d := donor.Donor{ID: b.config.NewID(), StationID: "station-1", SiteID: "site-1", Key: screening.Key(b.gateKey(), p.Document), Person: p, Phone: c.phone}
		given := donor.Donation{ID: b.config.NewID(), DonorID: d.ID, SiteID: "site-1", DIN: c.din, Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddDays(-c.ago)}
		if err := b.SaveDonor(b.t.Context(), d, []donor.Donation{given}, nil); err != nil {
			b.t.Fatal(err)
		}
		if c.report != nil {
			r := *c.report
			r.DonationID, r.ReportedOn = given.ID, given.On
			if err := b.SaveResults(b.t.Context(), r); err != nil {
				b.t.Fatal(err)
			}
		}
		c.key = d.Key
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

// post asks and returns the status and the whole answer.
func (a *asker) post(path string, in any) (took time.Duration, status int, body []byte) {
	a.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		a.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.address+path, bytes.NewReader(text))
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
	if closed := answer.Body.Close(); err != nil || closed != nil {
		a.t.Fatal(err, closed)
	}
	return took, answer.StatusCode, body
}

func (a *asker) account(key string) (took time.Duration, body []byte) {
	a.t.Helper()
	took, status, body := a.post("/sync/account", account.Request{DonorKey: key})
	if status != http.StatusOK {
		a.t.Fatalf("%d %s", status, body)
	}
	return took, body
}

// race collects in which place each of several came in each round.
type race struct {
	sums   []float64
	rounds float64
}

// run asks for each once, in another order each time: what a busy machine does to all of a
// round, or to one answer however much, moves nobody far (Friedman's ranks).
func (r *race) run(n int, ask func(i int) time.Duration) {
	if r.sums == nil {
		r.sums = make([]float64, n)
	}
	order, took := rand.Perm(n), make([]time.Duration, n)
	for _, i := range order {
		took[i] = ask(i)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(took[i], took[j]) })
	for place, i := range order {
		r.sums[i] += float64(place + 1)
	}
	r.rounds++
}

// places is how far the mean place of each among the others is off the middle, in standard
// deviations of chance.
func (r *race) places() []float64 {
	k := float64(len(r.sums))
	off := make([]float64, len(r.sums))
	for i, sum := range r.sums {
		off[i] = (sum/r.rounds - (k+1)/2) / math.Sqrt((k*k-1)/12/r.rounds)
	}
	return off
}

// apart is how far two groups are apart, in standard deviations of chance: a small
// difference of many is found where no single one of them is far off. Places of one round are
// correlated by -1/(k-1).
func (r *race) apart(isOne func(i int) bool) float64 {
	var one, other, sumOne, sumOther float64
	for i, off := range r.places() {
		if isOne(i) {
			one, sumOne = one+1, sumOne+off
		} else {
			other, sumOther = other+1, sumOther+off
		}
	}
	k := one + other
	return (sumOne/one - sumOther/other) / math.Sqrt(k/(k-1)*(1/one+1/other))
}

// wantEqual fails when one can be told from the others, or the ones from the others, by the time.
func (r *race) wantEqual(t *testing.T, what string, name func(i int) string, isOne func(i int) bool) {
	t.Helper()
	for i, off := range r.places() {
		t.Logf("%s: %-22s %+.1f", what, name(i), off)
		if math.Abs(off) > farOff {
			t.Errorf("%s: %s can be told by the time: %.1f standard deviations off", what, name(i), off)
		}
	}
	if off := r.apart(isOne); math.Abs(off) > farOff {
		t.Errorf("%s: the groups can be told apart by the time: %.1f standard deviations", what, off)
	}
}

// without lifts limits for a test.
func without(t *testing.T, limits ...*allowance) {
	for _, l := range limits {
		before := *l
		*l = allowance{before.purse, 1 << 20, time.Microsecond}
		t.Cleanup(func() { *l = before })
	}
}

// equalTime is a center that answers without limits, behind a door.
func equalTime(t *testing.T, door func(http.Handler) http.Handler) (*bench, *asker) {
	b := newBench(t)
	without(t, &accounts, &resultsOfDevice, &resultsOfNetwork, &resultsOfNumbers)
	k := b.newKiosk("site-1", b.serve())
	server := httptest.NewServer(door(b.handler))
	t.Cleanup(server.Close)
	return b, &asker{t: t, address: server.URL, bearer: k.bearer()}
}

func asIs(h http.Handler) http.Handler { return h }

// told is what an account says of the result of the only donation, byte by byte.
func told(t *testing.T, body []byte) string {
	t.Helper()
	var a struct {
		Donations []struct {
			Result json.RawMessage `json:"result"`
		} `json:"donations"`
	}
	if err := json.Unmarshal(body, &a); err != nil || len(a.Donations) != 1 {
		t.Fatal(err, string(body))
	}
	return string(a.Donations[0].Result)
}

// Nobody can tell by the time, the length or the words of an answer what failed; by time and length not even whether
// anything did; and before the third day nothing at all.
func TestEqualTimeWhateverFailed(t *testing.T) {
	b, a := equalTime(t, asIs)
	due, early := b.gives(0, waysTested(30)...), b.gives(50, waysTested(1)...)
	_, first := a.account(due[0].key)
	words := map[string][]string{}
	for _, c := range append(slices.Clone(due), early...) {
		_, body := a.account(c.key)
		if len(body) != len(first) {
			t.Errorf("%s, %d days ago: %d bytes, %s has %d", c.name, c.ago, len(body), due[0].name, len(first))
		}
		words[told(t, body)] = append(words[told(t, body)], fmt.Sprintf("%d %s", c.ago, c.name))
	}
	if len(words) != 4 { // not yet, qualified, contact, awaited
		t.Errorf("donors are told %d things: %v", len(words), words)
	}
	for says, of := range words {
		if strings.Contains(says, string(result.NotYet)) && (len(of) != len(early) || !strings.Contains(says, b.Today().AddDays(2).String())) {
			t.Errorf("not yet, of %v: %s", of, says)
		}
		if strings.Contains(says, string(result.Contact)) && len(of) != 5 {
			t.Errorf("contact the center, of %v", of)
		}
	}
	for what, all := range map[string][]class{"due": due, "not due": early} {
		var r race
		for range rounds {
			r.run(len(all), func(i int) time.Duration { took, _ := a.account(all[i].key); return took })
		}
		r.wantEqual(t, what, func(i int) string { return all[i].name }, func(i int) bool { return all[i].fails })
	}
}

// Who asks with numbers cannot tell by the time, the length or the words of an answer whether they are
// anybody's, nor whether a code that is wrong could have been right; and whoever has the right one not what failed.
func TestEqualTimeOfNumbersAndCodes(t *testing.T) {
	b, a := equalTime(t, asIs)
	phones := b.phones()
	ways := waysTested(30)
	known := b.gives(0, ways[0], ways[1], ways[2], ways[6], ways[7], class{name: "not due", ago: 1})
	silent := b.gives(50, class{name: "another of them", ago: 30}, class{name: "no phone on record", ago: 30})
	mute, err := b.store.DonorByKey(t.Context(), silent[1].key)
	if err == nil {
		mute.Phone = ""
		err = b.store.SaveDonor(t.Context(), mute)
	}
	if err != nil {
		t.Fatal(err)
	}
	asks := append(slices.Clone(known), silent[1],
		class{name: "somebody else's donation", key: known[0].key, din: silent[0].din}, class{name: "no such donation", key: known[0].key, din: "G123426699999"},
		class{name: "nobody", key: strings.Repeat("A", 22), din: silent[0].din}, class{name: "nobody and nothing", key: strings.Repeat("B", 22), din: "G123426699998"})
	isKnown := func(i int) bool { return i < len(known) }
	name := func(i int) string { return asks[i].name }
	requests, sizes := make([]string, len(asks)), map[string]int{}
	same := func(what string, status, want int, body []byte) {
		if size, ok := sizes[what]; status != want || ok && size != len(body) {
			t.Fatalf("%s: %d, %d bytes where there were %d: %s", what, status, len(body), size, body)
		}
		sizes[what] = len(body)
	}
	var asking, wrong, right race
	for range rounds / 3 {
		asking.run(len(asks), func(i int) time.Duration {
			took, status, body := a.post("/sync/result-codes", api.ResultAsk{DonorKey: asks[i].key, DIN: string(asks[i].din), Language: lang.Chinese})
			same("asking", status, http.StatusOK, body)
			var out api.ResultAsked
			if err := json.Unmarshal(body, &out); err != nil {
				t.Fatal(err)
			}
			requests[i] = out.Request
			return took
		})
		b.sendsCodes()
		codes, wrongOne := map[string]string{}, 123457
		for _, m := range phones.sent {
			codes[m.To] = m.Params["code"]
		}
		for slices.Contains(slices.Collect(maps.Values(codes)), strconv.Itoa(wrongOne)) {
			wrongOne++
		}
		wrong.run(len(asks), func(i int) time.Duration {
			took, status, body := a.post("/sync/results", api.ResultOpen{Request: requests[i], Code: strconv.Itoa(wrongOne)})
			same("a wrong code", status, http.StatusConflict, body)
			return took
		})
		if len(codes) != len(known) {
			t.Fatalf("%d codes were sent", len(codes))
		}
		phones.sent = nil
		right.run(len(known), func(i int) time.Duration {
			took, status, body := a.post("/sync/results", api.ResultOpen{Request: requests[i], Code: codes[known[i].phone]})
			same("the right code", status, http.StatusOK, body)
			return took
		})
	}
	asking.wantEqual(t, "asking", name, isKnown)
	wrong.wantEqual(t, "a wrong code", name, isKnown)
	right.wantEqual(t, "the right code", name, func(i int) bool { return known[i].fails })
}

// A millisecond more for one of them is found, and so is a small one for all that fail: what
// finds nothing would be no proof.
func TestEqualTimeFindsADifference(t *testing.T) {
	for what, slower := range map[string]func(c class) time.Duration{
		"a millisecond for one": func(c class) time.Duration {
			if c.name == "HBV" {
				return time.Millisecond
			}
			return 0
		},
		"a third of one for all that fail": func(c class) time.Duration {
			if c.fails {
				return 300 * time.Microsecond
			}
			return 0
		},
	} {
		t.Run(what, func(t *testing.T) {
			var all []class
			b, a := equalTime(t, func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					if err != nil {
						t.Error(err)
					}
					for _, c := range all {
						if strings.Contains(string(body), c.key) {
							for began := time.Now(); time.Since(began) < slower(c); { // a sleep may take far longer
							}
						}
					}
					r.Body = io.NopCloser(bytes.NewReader(body))
					h.ServeHTTP(w, r)
				})
			})
			all = b.gives(0, waysTested(30)...)
			var r race
			for range 8 * rounds { // a busy machine hides it in some
				r.run(len(all), func(i int) time.Duration { took, _ := a.account(all[i].key); return took })
				if r.rounds >= 20 && max(r.places()[3], r.apart(func(i int) bool { return all[i].fails })) > farOff {
					return
				}
			}
			t.Errorf("was not found: %.1f", r.places())
		})
	}
}
