package fleet

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/figure"
	"lianxin/backend/staff"
	"lianxin/backend/store/pgtest"
	replication "lianxin/backend/sync"
)

func TestMain(m *testing.M) { os.Exit(Main(func() int { return pgtest.Run(m) })) }

var (
	kiosks     = flag.Int("kiosks", 24, "how many kiosks come back at once")
	operations = flag.Int("operations", 40, "how many operations each of them has made alone")
)

// deskLimit is the longest a desk may wait for what it reads meanwhile, but for one
// reading in a hundred. The aim is 300 ms on a machine that does nothing else.
var deskLimit = flag.Duration("desk", 0, "what 99 of 100 readings of a desk must stay within; 0 only measures")

// All kiosks come back in the same second, each with what it did alone, while a desk
// reads who came and why. Nothing is lost, everything drains, and the desk does not wait.
func TestEveryKioskComesBackAtOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			at := Installation{Data: t.TempDir(), URL: "http://localhost:1"}
			if engine == "postgres" {
				at.Database = pgtest.Database(t)
			}
			s := newStorm(t, at)
			s.drain(t, engine)
			s.whole(t)
		})
	}
}

// storm is a center and the kiosks that come back to it.
type storm struct {
	Installation
	base   string
	kiosks []*returning
	desk   string // bearer of a member of staff
	client *http.Client
}

// returning is a kiosk that was alone for a while.
type returning struct {
	*Device
	log     *memory
	drained chan struct{}
}

// perSite is how many kiosks stand at a site.
const perSite = 2

func newStorm(t *testing.T, at Installation) *storm {
	t.Helper()
	ctx := t.Context()
	s := &storm{Installation: at, client: Client()}
	c, err := center.Open(ctx, at.Config())
	must(t, err)
	for n := range *kiosks {
		site := fmt.Sprintf("test-site-%d", n/perSite)
		must(t, SaveSite(ctx, c, site))
		d, err := Enrol(ctx, c, fmt.Sprintf("kiosk %d", n), site)
		must(t, err)
		s.kiosks = append(s.kiosks, comeBack(t, d, n))
	}
	m, err := Hire(ctx, c, "desk", staff.Reception)
	must(t, err)
	must(t, c.Close())
	i, err := Start(at)
	must(t, err)
	t.Cleanup(func() {
		_, err := i.Stop()
		must(t, err)
	})
	s.base = "http://" + i.Address
	s.desk, err = m.LogIn(ctx, s.client, s.base)
	must(t, err)
	return s
}

// comeBack records what a kiosk did alone.
func comeBack(t *testing.T, d *Device, n int) *returning {
	t.Helper()
	r := &returning{Device: d, drained: make(chan struct{})}
	r.log = &memory{fates: map[string]outbox.Answer{}, all: sync.OnceFunc(func() { close(r.drained) })}
	for k := range *operations {
		v := d.VisitOf(n**operations+k, time.Now().Add(-time.Duration(*operations-k)*time.Second))
		op, err := d.Record(outbox.VisitCheckedIn, v.At, v)
		must(t, err)
		r.log.ops = append(r.log.ops, op)
	}
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// silent is the center as a kiosk reaches it that only sends.
type silent struct{ *replication.HTTPCenter }

// Pull implements sync.Center: it waits until the kiosk is told to stop.
func (silent) Pull(ctx context.Context, _ string, _ time.Duration) (replication.PullResponse, error) {
	<-ctx.Done()
	return replication.PullResponse{}, ctx.Err()
}

// drain lets all kiosks loose and measures until the last has nothing left.
func (s *storm) drain(t *testing.T, engine string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
	defer stop()
	first := s.kiosks[0]
	_, err := first.Line(s.client, s.base, s.URL).Push(ctx, first.Batch(first.log.ops[0])) // something to read
	must(t, err)
	alone, rest := context.WithTimeout(ctx, 2*time.Second)
	quiet := s.read(t, alone, "/visits/"+visitIn(first.log.ops[0]))
	rest()
	refusals := &count{}
	var running, reading sync.WaitGroup
	began := time.Now()
	for _, k := range s.kiosks {
		running.Go(func() { k.run(t, ctx, silent{k.Line(s.client, s.base, s.URL)}, refusals) })
	}
	over, end := context.WithCancel(ctx)
	var read, listed []time.Duration
	reading.Go(func() { read = s.read(t, over, "/visits/"+visitIn(first.log.ops[0])) })
	reading.Go(func() {
		listed = s.read(t, over, fmt.Sprintf("/sites/%s/visits?day=%s", first.SiteID, calendar.Of(time.Now())))
	})
	for _, k := range s.kiosks {
		select {
		case <-k.drained:
		case <-ctx.Done():
			t.Fatal("a kiosk is not drained")
		}
	}
	took := time.Since(began)
	end()
	reading.Wait()
	stop()
	running.Wait()
	total := *kiosks * *operations
	t.Logf("%d CPUs: %d kiosks × %d operations drained in %v, %.0f a second; refused meanwhile: %v",
		runtime.NumCPU(), *kiosks, *operations, took.Round(time.Millisecond), float64(total)/took.Seconds(), refusals)
	t.Logf("a desk before: %s", spread(quiet))
	t.Logf("a desk meanwhile: %s", spread(read))
	t.Logf("its list meanwhile: %s", spread(listed))
	must(t, keep(engine, took, read, listed))
	if *deskLimit == 0 {
		return
	}
	if p99 := at(read, 99); p99 > *deskLimit {
		t.Errorf("a desk waits %v for a visit", p99)
	}
	if p99 := at(listed, 99); p99 > *deskLimit {
		t.Errorf("a desk waits %v for its list", p99)
	}
}

// readAim is the most a desk's reading may take in a storm, in milliseconds.
const readAim = 300

// keep keeps what a storm took. Nothing compares: nobody else's kiosks come back like that.
func keep(engine string, took time.Duration, read, listed []time.Duration) error {
	storm := fmt.Sprintf("%d kiosks come back with %d operations each, %s: ", *kiosks, *operations, engine)
	all := figure.Figure{Work: storm + "all drained", Unit: "s", Ours: figure.SpreadOf(took.Seconds())}
	one := figure.Figure{Work: storm + "a desk reads a visit meanwhile, 99 of 100 within", Unit: "ms", Ours: figure.SpreadOf(figure.Percentile(read, 0.99)), Aim: figure.Aim{AtMost: readAim}}
	list := one
	list.Work, list.Ours = storm+"a desk's list of a day meanwhile, 99 of 100 within", figure.SpreadOf(figure.Percentile(listed, 0.99))
	return figure.Keep(all, one, list)
}

func (k *returning) run(t *testing.T, ctx context.Context, line replication.Center, refusals *count) {
	r := &replication.Replica{Store: k.log, Center: line, Clock: &replication.Clock{Wall: time.Now}, Version: "fleet",
		DeviceID: func() string { return k.ID }, Changed: func() {}, Failed: func(_ string, err error) { refusals.add(fault.CodeOf(err)) }}
	if err := r.Load(ctx); err != nil {
		t.Error(err)
		return
	}
	r.Run(ctx)
}

// read reads the same again and again, as a desk does, with a breath in between.
func (s *storm) read(t *testing.T, ctx context.Context, path string) (took []time.Duration) {
	breath := time.NewTicker(20 * time.Millisecond)
	defer breath.Stop()
	for {
		began := time.Now()
		err := Ask(ctx, s.client, http.MethodGet, s.base, path, s.desk, nil, nil)
		if ctx.Err() != nil {
			return took
		}
		if err != nil {
			t.Error(err)
			return took
		}
		took = append(took, time.Since(began))
		select {
		case <-breath.C:
		case <-ctx.Done():
			return took
		}
	}
}

// whole checks that the center has everything once, and that every kiosk was told so.
func (s *storm) whole(t *testing.T) {
	t.Helper()
	found := map[string]int{}
	for n := range (*kiosks + perSite - 1) / perSite {
		var rows []api.VisitRow
		for _, day := range []calendar.Date{calendar.Of(time.Now()).AddDays(-1), calendar.Of(time.Now())} {
			must(t, Ask(t.Context(), s.client, http.MethodGet, s.base, fmt.Sprintf("/sites/test-site-%d/visits?day=%s", n, day), s.desk, nil, &rows))
			for _, row := range rows {
				found[row.ID]++
			}
		}
	}
	if len(found) != *kiosks**operations {
		t.Errorf("the center has %d visits of %d", len(found), *kiosks**operations)
	}
	for _, k := range s.kiosks {
		if wrong := k.log.wrong(); len(wrong) > 0 {
			t.Errorf("%s: %d operations were not applied: %+v", k.ID, len(wrong), wrong[0])
		}
		for _, op := range k.log.ops {
			if found[visitIn(op)] != 1 {
				t.Errorf("a visit is at the center %d times", found[visitIn(op)])
			}
		}
	}
}

// spread says how long things took, in words.
func spread(took []time.Duration) string {
	return fmt.Sprintf("%d readings, half within %v, 99 of 100 within %v, the longest %v", len(took),
		at(took, 50).Round(time.Millisecond), at(took, 99).Round(time.Millisecond), at(took, 100).Round(time.Millisecond))
}

func at(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}
