package checkin

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/proof/journey"
)

// kiosk is an enrolled one whose center is gone: nothing but its people uses the disk.
type kiosk struct {
	t       *testing.T
	data    string
	node    *node.Node
	cards   *journey.Cards
	page    journey.Ask
	people  int
	days    atomic.Int64 // since the real one
	changed chan struct{}
}

// busyDay is how many people one kiosk has on a day of the very busiest site.
const busyDay = 200

// now is the device's clock.
func (k *kiosk) now() time.Time { return time.Now().AddDate(0, 0, int(k.days.Load())) }

// openKiosk enrols a kiosk and fills its database up to so many rows.
func openKiosk(t *testing.T, rows int) *kiosk {
	t.Helper()
	k := &kiosk{t: t, data: t.TempDir(), cards: journey.NewCards(), changed: make(chan struct{}, 1)}
	k.enrol()
	k.close()
	k.fill(rows)
	k.open()
	t.Cleanup(k.close)
	k.arrive()
	must(t, k.tap())
	k.leave()
	return k
}

func (k *kiosk) open() {
	k.t.Helper()
	var err error
	k.node, err = node.Open(k.t.Context(), node.Config{Data: k.data, Demo: true, Version: "bench", Reader: k.cards, Now: k.now,
		Printer: printer.NewFolder(filepath.Join(k.data, "papers"))})
	must(k.t, err)
	k.page = journey.Of(k.node.Handler())
	k.node.Subscribe(func(string, any) {
		select {
		case k.changed <- struct{}{}:
		default:
		}
	})
}

func (k *kiosk) close() {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	must(k.t, k.node.Close(ctx))
}

// enrol lets the kiosk in at a center that lives no longer than that.
func (k *kiosk) enrol() {
	k.t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer server.Close()
	defer server.CloseClientConnections()
	c, err := center.Open(k.t.Context(), fleet.Installation{Data: k.t.TempDir(), URL: server.URL}.Config())
	must(k.t, err)
	defer func() { must(k.t, c.Close()) }()
	handler = c.Handler()
	_, err = c.Seed(k.t.Context(), 1, 0, nil) // nobody: people made up here must not have given last month
	must(k.t, err)
	sites, err := c.Store().Sites(k.t.Context())
	must(k.t, err)
	made, invitation, err := c.Invite(k.t.Context(), "1号机", "kiosk", sites[0].ID, "bench", time.Minute)
	must(k.t, err)
	payload, err := invitation.Encode()
	must(k.t, err)
	k.open()
	var state api.EnrolmentState
	must(k.t, k.page(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: payload}, &state))
	_, err = c.Approve(k.t.Context(), made.ID, state.Fingerprint, "bench")
	must(k.t, err)
	for {
		now, err := k.node.State(k.t.Context())
		must(k.t, err)
		if now.Phase == "ready" && now.Online {
			return
		}
		<-k.changed
	}
}

// arrive walks the next person up to the private choice.
func (k *kiosk) arrive() {
	k.t.Helper()
	number := identity.WithCheck(fmt.Sprintf("110199%04d%02d%02d%03d", 1975+k.people%25, 1+k.people/25%12, 1+k.people/300%28, k.people/8400%1000)).Number
	k.people++
	k.days.Store(int64(k.people / busyDay)) // what the tap does grows with the people who still wait
	_, err := k.page.Step(http.MethodPost, "", map[string]string{"language": "zh-CN"})
	must(k.t, err)
	k.cards.Lay(journey.Owner(number))
	s, err := k.page.Step(http.MethodGet, "", nil)
	must(k.t, err)
	for s.Step != checkin.StepExclusion {
		s, err = k.page.Next(s, "")
		must(k.t, err)
	}
}

// leave waits until the paper is out, so that nobody else has to share the disk with it.
func (k *kiosk) leave() {
	k.t.Helper()
	for {
		s, err := k.page.Step(http.MethodGet, "", nil)
		must(k.t, err)
		if s.Done.Receipt.State != "printing" {
			return
		}
		<-k.changed
	}
}

// tap makes the private choice. When it returns, everything is on the disk.
func (k *kiosk) tap() error {
	s, err := k.page.Step(http.MethodPost, "/exclusion", map[string]string{"code": "use"})
	if err == nil && s.Step != checkin.StepDone {
		err = fmt.Errorf("the tap led to %s", s.Step)
	}
	return err
}

// survives fails unless the database holds everybody who was told so.
func (k *kiosk) survives() {
	k.t.Helper()
	if n := k.count("SELECT count(*) FROM visits JOIN screenings ON visit_id = id WHERE site_id <> 'filled'"); n != k.people {
		k.t.Fatalf("%d visits for %d people", n, k.people)
	}
}

// sizes are the bytes a check-in writes: all about the visit, and the operation.
func (k *kiosk) sizes() (visit, operation int) {
	k.t.Helper()
	for _, table := range []string{"visits WHERE site_id <> 'filled'", "screenings WHERE questionnaire <> 'filled'", "receipts WHERE visit_id <> ''"} {
		visit += k.count("SELECT max(length(sealed)) FROM " + table)
	}
	return visit, k.count("SELECT max(length(sealed)) FROM operations WHERE fate = 'pending'")
}

func (k *kiosk) count(query string) (n int) {
	k.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(k.data, "kiosk.db"))
	must(k.t, err)
	defer db.Close()
	must(k.t, db.QueryRow(query).Scan(&n))
	return n
}
