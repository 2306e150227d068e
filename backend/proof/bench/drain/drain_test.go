// Package drain measures how a device's work reaches the center after it was offline, and
// how a device catches up, beside PouchDB that replicates to and from a PouchDB server.
package drain

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/node"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/visit"
)

var (
	operations = flag.Int("operations", 200, "check-ins a kiosk has made alone")
	rounds     = flag.Int("rounds", 1, "how often everybody has a turn")
	peers      = flag.Bool("peers", true, "measure the peer too")
)

func TestMain(m *testing.M) { os.Exit(fleet.Profiled(func() int { return fleet.Main(m.Run) })) }

// A kiosk that was alone sends all it has made; PouchDB sends the same documents.
func TestDrain(t *testing.T) {
	visits := made(t)
	var ours, theirs []float64
	for range *rounds {
		ours = append(ours, float64(len(visits))/lianxin(t, visits).Seconds())
		if *peers {
			theirs = append(theirs, float64(len(visits))/pouchDB(t, visits).Seconds())
		}
	}
	f := figure.Figure{Work: "drain 10,000 offline check-ins into the center", Unit: "per s", Ours: figure.SpreadOf(ours...), Peer: "PouchDB 9.0.0 to express-pouchdb 4.2.0",
		Theirs: figure.SpreadOf(theirs...), Aim: figure.Aim{RatioAtLeast: 5}}
	t.Logf("ours %+v a second, PouchDB %+v, ratio %.2f", f.Ours, f.Theirs, f.Ratio())
	if *peers {
		must(t, figure.Keep(f))
	}
}

// made are check-ins with an answer to every question.
func made(t *testing.T) []visit.Visit {
	answers, err := fleet.Answers()
	must(t, err)
	d := fleet.Device{ID: fleet.NewID(), SiteID: "test-site-0", Letter: "A"}
	all := make([]visit.Visit, *operations)
	for n := range all {
		all[n] = d.VisitOf(n+1, time.Now())
		all[n].Screening.Answers = answers
	}
	text, err := json.Marshal(all[0])
	must(t, err)
	t.Logf("%d check-ins of %d bytes", len(all), len(text))
	return all
}

// lianxin has a kiosk of its own send the check-ins to a center of its own.
func lianxin(t *testing.T, visits []visit.Visit) time.Duration {
	t.Helper()
	k, _ := enrolled(t)
	record(t, k, visits)
	began := time.Now()
	must(t, k.Push(t.Context()))
	took := time.Since(began)
	applied, err := k.Store().CountOperations(t.Context(), outbox.Applied)
	must(t, err)
	if applied != int64(len(visits)) {
		t.Fatalf("%d of %d were applied", applied, len(visits))
	}
	return took
}

// enrolled is a real kiosk whose center serves in a process of its own, and the same
// center in this process, as a command beside it.
func enrolled(t *testing.T) (node.Idle, *center.Center) {
	t.Helper()
	ctx, at := t.Context(), fleet.Installation{Data: t.TempDir(), URL: "http://localhost:1"}
	c, err := center.Open(ctx, at.Config())
	must(t, err)
	t.Cleanup(func() { must(t, c.Close()) })
	must(t, fleet.SaveSite(ctx, c, "test-site-0"))
	made, invitation, err := c.Invite(ctx, "kiosk", "kiosk", "test-site-0", "terminal", 10*time.Minute)
	must(t, err)
	served, err := fleet.Start(at)
	must(t, err)
	t.Cleanup(func() {
		_, err := served.Stop()
		must(t, err)
	})
	k, err := node.OpenIdle(ctx, node.Config{Data: t.TempDir(), Demo: true, Version: "bench", HTTP: &http.Client{Transport: toward(served.Address)}})
	must(t, err)
	t.Cleanup(func() { must(t, k.Close()) })
	state, err := k.Enrol(ctx, api.EnrolInput{URL: at.URL, Token: string(invitation.Code)})
	must(t, err)
	_, err = c.Approve(ctx, made.ID, state.Fingerprint, "terminal")
	must(t, err)
	must(t, k.Approval(ctx))
	must(t, k.Connect())
	return k, c
}

// record puts the check-ins at the end of the kiosk's log, as its own.
func record(t *testing.T, k node.Idle, visits []visit.Visit) {
	t.Helper()
	must(t, k.Store().InTx(t.Context(), func(ctx context.Context) error {
		for _, v := range visits {
			v.ID, v.DeviceID, v.SiteID = fleet.NewID(), k.Place().DeviceID, k.Place().SiteID
			op, err := outbox.New(fleet.NewID(), outbox.VisitCheckedIn, v.At, v)
			if err != nil {
				return err
			}
			if _, err := k.Store().AppendOperation(ctx, op); err != nil {
				return err
			}
		}
		return nil
	}))
}

// toward reaches a center at another address than the one it calls itself by. No pull waits.
type toward string

// RoundTrip implements http.RoundTripper.
func (a toward) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = string(a)
	if query := r.URL.Query(); query.Has("wait") {
		query.Set("wait", "0")
		r.URL.RawQuery = query.Encode()
	}
	return http.DefaultTransport.RoundTrip(r)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder is the one of PouchDB's programs, which pins its versions.
const folder = "../../../../build/bench/pouchdb"

// documentsOf writes things as PouchDB's programs take them, one on each line.
func documentsOf[T any](t *testing.T, all []T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "documents")
	file, err := os.Create(name)
	must(t, err)
	lines := json.NewEncoder(file)
	for _, one := range all {
		must(t, lines.Encode(one))
	}
	must(t, file.Close())
	return name
}
