package linearizable

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
	"lianxin/backend/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(fleet.Main(func() int { return pgtest.Run(m) })) }

const siteID = "test-site-0"

// installation is a center with its instances, and who asks them.
type installation struct {
	t      *testing.T
	client *http.Client
	fleet.Installation
	*center.Center // in this process, to set things up as commands do
	admins         []string
	staff          map[string]string // bearer by name
	devices        []*fleet.Device

	mu        sync.RWMutex
	instances []*fleet.Instance
	asked     atomic.Int64
	killAt    int64 // after so many questions; 0: never
	killed    atomic.Bool
	restart   sync.WaitGroup
}

const (
	devices = arrivals
	sites   = 6
)

// newInstallation sets a center up, with sites, staff and devices, and starts its instances.
func newInstallation(t *testing.T, database string, instances int, defects ...string) *installation {
	t.Helper()
	at := &installation{t: t, client: fleet.Client(), staff: map[string]string{},
		Installation: fleet.Installation{Data: t.TempDir(), Database: database, URL: "http://localhost:1"}}
	var err error
	if at.Center, err = center.Open(t.Context(), at.Config()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, at.Center.Close()) })
	for n := range sites {
		must(t, fleet.SaveSite(t.Context(), at.Center, fmt.Sprintf("test-site-%d", n)))
	}
	for n := range devices {
		d, err := fleet.Enrol(t.Context(), at.Center, fmt.Sprintf("kiosk %d", n), siteID)
		must(t, err)
		at.devices = append(at.devices, d)
	}
	plant(t, at, defects)
	for range instances {
		started, err := fleet.Start(at.Installation)
		must(t, err)
		at.instances = append(at.instances, started)
	}
	t.Cleanup(func() {
		at.restart.Wait()
		at.client.CloseIdleConnections() // a server that stops waits for those nobody has asked anything over
		for _, i := range at.instances {
			_, err := i.Stop()
			must(t, err)
		}
	})
	at.hire("admin0", staff.Admin)
	at.hire("admin1", staff.Admin)
	for n := range 3 {
		at.hire(fmt.Sprintf("desk%d", n), staff.Reception)
	}
	return at
}

func (at *installation) hire(login string, role staff.Role) {
	at.t.Helper()
	m, err := fleet.Hire(at.t.Context(), at.Center, login, role)
	must(at.t, err)
	bearer, err := m.LogIn(at.t.Context(), at.client, "http://"+at.instances[0].Address)
	must(at.t, err)
	if role == staff.Admin {
		at.admins = append(at.admins, bearer)
		return
	}
	at.staff[m.Name] = bearer
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// anybody is the address of any instance. It counts as a question, and at one of
// them an instance is killed while the others are on their way, and started again.
func (at *installation) anybody() string {
	if at.killAt > 0 && at.asked.Add(1) >= at.killAt && at.killed.CompareAndSwap(false, true) {
		at.kill()
	}
	at.mu.RLock()
	defer at.mu.RUnlock()
	return "http://" + at.instances[rand.IntN(len(at.instances))].Address
}

// kill kills the last instance and starts another in its place. With one alone,
// who asks next waits until it is there; of several, they may meet a closed door.
func (at *installation) kill() {
	at.mu.Lock()
	defer at.mu.Unlock()
	last := len(at.instances) - 1
	must(at.t, at.instances[last].Kill())
	again := func() *fleet.Instance {
		started, err := fleet.Start(at.Installation)
		if err != nil {
			at.t.Error(err)
		}
		return started
	}
	if last == 0 {
		at.instances[0] = again()
		return
	}
	at.restart.Go(func() {
		started := again()
		at.mu.Lock()
		defer at.mu.Unlock()
		at.instances[last] = started
	})
}

// isOutage tells whether an instance was away, which is the only thing that may
// keep a question from an answer.
func isOutage(err error) bool {
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok {
		return refusal.Status == http.StatusServiceUnavailable
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind == fault.Unavailable {
		return true
	}
	_, isNetwork := errors.AsType[net.Error](err)
	return isNetwork || errors.Is(err, io.ErrUnexpectedEOF) // killed in the middle of an answer
}

// plant makes the database of an installation lose or change what it is told.
func plant(t *testing.T, at *installation, defects []string) {
	t.Helper()
	for _, statement := range defects {
		execute(t, filepath.Join(at.Data, "center.db"), statement)
	}
}
