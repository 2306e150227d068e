package fleet

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/store/pgtest"
)

var (
	restarts = flag.Int("restarts", 3, "how many times an instance is restarted")
	between  = flag.Int64("between", 8, "how many pushes arrive between two restarts")
)

const instances = 3

// park is several instances of one center behind one address.
type park struct {
	*center.Center // in this process, as a command beside them
	at             Installation
	door           *Balancer
	running        []*Instance
}

func newPark(t *testing.T) *park {
	t.Helper()
	p := &park{door: NewBalancer()}
	t.Cleanup(p.door.Close)
	p.at = Installation{Data: t.TempDir(), Database: pgtest.Database(t), URL: p.door.URL}
	var err error
	p.Center, err = center.Open(t.Context(), p.at.Config())
	must(t, err)
	t.Cleanup(func() { must(t, p.Center.Close()) })
	for range instances {
		i, err := Start(p.at)
		must(t, err)
		p.running = append(p.running, i)
		p.door.Add(i)
	}
	t.Cleanup(func() {
		for _, i := range p.running {
			_, err := i.Stop()
			must(t, err)
		}
	})
	return p
}

// restart ends instance n and starts another in its place: in order and announced to
// the door, in order without a word, or killed.
func (p *park) restart(t *testing.T, n int) (how string) {
	t.Helper()
	old := p.running[n%instances]
	took := time.Duration(0)
	var err error
	switch n % 3 {
	case 0:
		p.door.Remove(old)
		took, err = old.Stop()
		how = fmt.Sprintf("taken from the door and stopped in %v", took.Round(time.Millisecond))
	case 1:
		took, err = old.Stop()
		p.door.Remove(old)
		how = fmt.Sprintf("stopped without a word in %v", took.Round(time.Millisecond))
	case 2:
		err = old.Kill()
		p.door.Remove(old)
		how = "killed"
	}
	must(t, err)
	i, err := Start(p.at)
	must(t, err)
	p.running[n%instances] = i
	p.door.Add(i)
	return how
}

// Three instances serve kiosks that push and pull all the time and are restarted one
// after the other, also the hard way. Any request goes to any of them, and nothing is
// lost or done twice.
func TestARollingRestart(t *testing.T) {
	p := newPark(t)
	var all []*kiosk
	for n := range 4 {
		site := fmt.Sprintf("test-site-%d", n%2)
		must(t, SaveSite(t.Context(), p.Center, site))
		all = append(all, openKiosk(t, p.Center, p.door.URL, site, n))
	}
	load := newLoad(t, all)
	load.await(*between)
	for n := range *restarts {
		how := p.restart(t, n)
		load.await(*between)
		t.Logf("instance %d was %s", n%instances, how)
	}
	load.end()
	saved, trouble := 0, ""
	for _, k := range all {
		k.settle()
		saved += len(k.saved)
		trouble += k.trouble.String()
	}
	for _, k := range all {
		k.settle() // what the others sent last
		k.promises(p.Center)
	}
	t.Logf("%d kiosks checked %d people in over %d restarts in %v; turns that failed: %s", len(all), saved, *restarts, load.took, trouble)
}

// load is kiosks at work.
type load struct {
	moved   *sync.Cond
	stop    context.CancelFunc
	running sync.WaitGroup
	began   time.Time
	took    time.Duration
	kiosks  []*kiosk
}

func newLoad(t *testing.T, kiosks []*kiosk) *load {
	l := &load{moved: sync.NewCond(&sync.Mutex{}), began: time.Now(), kiosks: kiosks}
	var ctx context.Context
	ctx, l.stop = context.WithCancel(t.Context())
	for _, k := range kiosks {
		l.running.Go(func() { k.work(ctx, l.moved.Broadcast) })
	}
	return l
}

// await returns when every kiosk has got so many pushes through since.
func (l *load) await(more int64) {
	from := make([]int64, len(l.kiosks))
	for i, k := range l.kiosks {
		from[i] = k.pushed.Load()
	}
	l.moved.L.Lock()
	defer l.moved.L.Unlock()
	for i, k := range l.kiosks {
		for k.pushed.Load() < from[i]+more {
			l.moved.Wait()
		}
	}
}

func (l *load) end() {
	l.stop()
	l.running.Wait()
	l.took = time.Since(l.began).Round(time.Millisecond)
}
