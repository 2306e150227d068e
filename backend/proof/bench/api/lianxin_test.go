package api

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// perSite is how many kiosks stand at a site.
const perSite = 2

// lianxin is our center in a process of its own.
type lianxin struct {
	t        *testing.T
	at       fleet.Installation
	base     string
	kiosks   []*fleet.Device
	desks    []fleet.Member // each logs in once: a code of the authenticator is good once
	known    []string       // visits that are there
	people   int
	instance *fleet.Instance
}

// newLianxin makes a center with kiosks, rows and enough desks for that many logins.
func newLianxin(t *testing.T, database string, rows, kiosks, logins int) *lianxin {
	t.Helper()
	l := &lianxin{t: t, at: fleet.Installation{Data: t.TempDir(), Database: database, URL: "http://localhost:1"}}
	c, err := center.Open(t.Context(), l.at.Config())
	must(t, err)
	for n := range kiosks {
		site := fmt.Sprintf("test-site-%d", n/perSite)
		must(t, fleet.SaveSite(t.Context(), c, site))
		d, err := fleet.Enrol(t.Context(), c, fmt.Sprintf("kiosk %d", n), site)
		must(t, err)
		l.kiosks = append(l.kiosks, d)
	}
	for n := range logins {
		m, err := fleet.Hire(t.Context(), c, fmt.Sprintf("desk%d", n), staff.Reception)
		must(t, err)
		l.desks = append(l.desks, m)
	}
	l.fill(c, rows)
	must(t, c.Close())
	l.instance, err = fleet.Start(l.at)
	must(t, err)
	t.Cleanup(func() {
		_, err := l.instance.Stop()
		must(t, err)
	})
	l.base = "http://" + l.instance.Address
	return l
}

func (l *lianxin) name() string { return "center" }

func (l *lianxin) pid() int { return l.instance.PID() }

// fill has the kiosks send what they did on earlier days.
func (l *lianxin) fill(c *center.Center, rows int) {
	const batch = 500
	for len(l.known) < rows {
		d := l.kiosks[len(l.known)/batch%len(l.kiosks)]
		at := time.Now().AddDate(0, 0, -2-len(l.known)/batch%50)
		in, ids := l.batch(d, min(batch, rows-len(l.known)), at)
		body, signature := l.signed(d, in)
		out, err := c.Push(l.t.Context(), d.ID, signature, body, in)
		must(l.t, err)
		if len(out.Answers) != len(in.Operations) || out.Answers[0].Fate != outbox.Applied {
			l.t.Fatalf("filling: %d answers of %d", len(out.Answers), len(in.Operations))
		}
		l.known = append(l.known, ids...)
	}
}

func (l *lianxin) batch(d *fleet.Device, operations int, at time.Time) (sync.PushRequest, []string) {
	var ops []outbox.Operation
	var ids []string
	for range operations {
		l.people++
		v := d.VisitOf(l.people, at)
		op, err := d.Record(outbox.VisitCheckedIn, v.At, v)
		must(l.t, err)
		ops, ids = append(ops, op), append(ids, v.ID)
	}
	return d.Batch(ops...), ids
}

func (l *lianxin) signed(d *fleet.Device, in sync.PushRequest) (body []byte, signature string) {
	body, err := json.Marshal(in)
	must(l.t, err)
	return body, token.SignBatch(d.Key, token.Batch{Device: d.ID, Seq: in.FirstSeq(), Body: body})
}

// creates are pushes of one check-in each, every list from a kiosk of its own.
func (l *lianxin) creates(connections, calls int) [][]call {
	lists := make([][]call, connections)
	for n := range lists {
		d := l.kiosks[n]
		bearer := l.deviceToken(d)
		for range calls / connections {
			in, _ := l.batch(d, 1, time.Now())
			body, signature := l.signed(d, in)
			lists[n] = append(lists[n], call{method: http.MethodPost, url: l.base + "/sync/push", bearer: bearer, body: body,
				header: http.Header{"Lianxin-Batch-Signature": {signature}}, answer: `"fate":"applied"`})
		}
	}
	return lists
}

func (l *lianxin) deviceToken(d *fleet.Device) string {
	assertion, err := d.Assertion(l.at.URL)
	must(l.t, err)
	var out struct {
		AccessToken string `json:"access_token"`
	}
	in := map[string]string{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
	must(l.t, fleet.Ask(l.t.Context(), fleet.Client(), http.MethodPost, l.base, "/token", "", in, &out))
	return "Bearer " + out.AccessToken
}

// reads are of visits that were there from the beginning, by a desk.
func (l *lianxin) reads(connections, calls int) [][]call {
	bearer, err := l.desks[0].LogIn(l.t.Context(), fleet.Client(), l.base)
	must(l.t, err)
	l.desks = l.desks[1:]
	lists := make([][]call, connections)
	for n := range lists {
		for range calls / connections {
			id := l.known[rand.IntN(len(l.known))]
			lists[n] = append(lists[n], call{method: http.MethodGet, url: l.base + "/visits/" + id, bearer: "Bearer " + bearer, answer: id})
		}
	}
	return lists
}
