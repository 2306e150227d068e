package sync_test

import (
	"context"
	"errors"
	"path/filepath"
	gosync "sync"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/seal"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// probe is a center that notes when it was called and is there or not.
type probe struct {
	mu     gosync.Mutex
	fails  error
	halves [2]error // what fails of push and pull only
	pushes []time.Time
	pulls  []time.Duration // how long each was willing to wait
	sent   int
}

func (p *probe) set(fails error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails, p.pushes, p.pulls = fails, nil, nil
}

func (p *probe) seen() (pushes []time.Time, pulls []time.Duration, sent int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pushes, p.pulls, p.sent
}

func (p *probe) Push(_ context.Context, in sync.PushRequest) (sync.PushResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pushes = append(p.pushes, time.Now())
	if p.fails != nil || p.halves[0] != nil {
		return sync.PushResponse{}, errors.Join(p.fails, p.halves[0])
	}
	out := sync.PushResponse{Protocol: sync.Protocol, Now: time.Now()}
	for _, op := range in.Operations {
		out.Answers = append(out.Answers, outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: outbox.Applied})
	}
	p.sent += len(in.Operations)
	return out, nil
}

func (p *probe) Pull(ctx context.Context, _ string, wait time.Duration) (sync.PullResponse, error) {
	p.mu.Lock()
	p.pulls = append(p.pulls, wait)
	fails := errors.Join(p.fails, p.halves[1])
	p.mu.Unlock()
	if fails != nil {
		return sync.PullResponse{}, fails
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return sync.PullResponse{}, ctx.Err()
	}
	return sync.PullResponse{Protocol: sync.Protocol, Now: time.Now(), Cursor: "epoch;*=0"}, nil
}

// news collects what a replica says of itself.
type news struct {
	mu      gosync.Mutex
	failed  []string
	changed int
}

func (n *news) failures() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.failed
}

// running runs a replica on a clock of its own until the test ends.
func running(t *testing.T, fails error, test func(t *testing.T, r *sync.Replica, p *probe, n *news)) {
	path, keyring := filepath.Join(t.TempDir(), "kiosk.db"), storetest.Keyring(t)
	synctest.Test(t, func(t *testing.T) {
		p, n := &probe{fails: fails}, &news{}
		r := replicaInBubble(t, path, keyring, p, n)
		ctx, cancel := context.WithCancel(context.Background())
		var loops gosync.WaitGroup
		loops.Go(func() { r.Run(ctx) })
		synctest.Wait()
		test(t, r, p, n)
		cancel()
		loops.Wait() // both loops end
	})
}

func replicaInBubble(t *testing.T, path string, keyring *seal.Keyring, p *probe, n *news) *sync.Replica {
	t.Helper()
	r := &sync.Replica{Store: openInBubble(t, path, keyring), Center: p, DeviceID: func() string { return "" }, Clock: &sync.Clock{Wall: time.Now}, Version: "test",
		Changed: func() { n.mu.Lock(); n.changed++; n.mu.Unlock() },
		Failed: func(doing string, err error) {
			n.mu.Lock()
			n.failed = append(n.failed, doing+" "+fault.CodeOf(err))
			n.mu.Unlock()
		}}
	if err := r.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReplicaSaysSoWhenTheLineComesAndGoes(t *testing.T) {
	running(t, nil, func(t *testing.T, r *sync.Replica, p *probe, n *news) {
		equal(t, "at first", []any{r.Status().Online, r.Status().LastError}, []any{true, ""})
		p.set(errLine)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		equal(t, "gone", []any{r.Status().Online, r.Status().LastError}, []any{false, "sync.unreachable"})
		equal(t, "said once for each direction", len(n.failures()), 2)
		p.set(fault.New(fault.Unauthorized, "token.revoked"))
		time.Sleep(time.Minute)
		synctest.Wait()
		equal(t, "another reason", r.Status().LastError, "token.revoked")
		equal(t, "said again", len(n.failures()), 4)
		p.set(nil)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		equal(t, "back within the longest pause", []any{r.Status().Online, r.Status().LastError}, []any{true, ""})
	})
}

// A line that works one way only is no line: what is made does not arrive, or what
// is known grows old.
func TestReplicaIsOnlineOnlyWhenBothDirectionsWork(t *testing.T) {
	working := sync.Line{Works: true}
	full := fault.New(fault.Unavailable, "store.full")
	for name, c := range map[string]struct {
		halves     [2]error
		push, pull sync.Line
		code       string
	}{
		"both work":   {[2]error{}, working, working, ""},
		"push fails":  {[2]error{errLine, nil}, sync.Line{Error: "sync.unreachable"}, working, "sync.unreachable"},
		"pull fails":  {[2]error{nil, full}, working, sync.Line{Error: "store.full"}, "store.full"},
		"both differ": {[2]error{errLine, full}, sync.Line{Error: "sync.unreachable"}, sync.Line{Error: "store.full"}, "sync.unreachable"},
	} {
		running(t, nil, func(t *testing.T, r *sync.Replica, p *probe, n *news) {
			p.mu.Lock()
			p.halves = c.halves
			p.mu.Unlock()
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			s := r.Status()
			equal(t, name, []any{s.Push, s.Pull, s.Online, s.LastError}, []any{c.push, c.pull, c.code == "", c.code})
			equal(t, name+": fails with it", []bool{s.Fails("x", c.push.Error), s.Fails(c.pull.Error), s.Fails("x")}, []bool{true, true, false})
			_, pulls, _ := p.seen()
			if c.pull.Works && len(pulls) > 30 {
				t.Errorf("%s: %d pulls in ten minutes: a pull that works waits at the center", name, len(pulls))
			}
		})
	}
}

// Pauses double up to ten seconds and differ, so that a center that comes back
// is not met by every kiosk in the same second.
func TestReplicaWaitsLongerAndLonger(t *testing.T) {
	distinct := map[time.Duration]bool{}
	for range 5 {
		running(t, errLine, func(t *testing.T, _ *sync.Replica, p *probe, _ *news) {
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			pushes, pulls, _ := p.seen()
			if len(pushes) < 40 || len(pushes) > 130 {
				t.Errorf("%d attempts in ten minutes", len(pushes))
			}
			for _, wait := range pulls {
				equal(t, "a pull finds out quickly", wait, time.Duration(0))
			}
			pause := 500 * time.Millisecond
			for i := 1; i < len(pushes); i++ {
				took := pushes[i].Sub(pushes[i-1])
				if took < pause/2 || took > pause*3/2 {
					t.Errorf("pause %d is %v, want %v more or less", i, took, pause)
				}
				distinct[took] = true
				pause = min(2*pause, 10*time.Second)
			}
		})
	}
	if len(distinct) < 100 {
		t.Errorf("only %d different pauses: no jitter", len(distinct))
	}
}

func TestReplicaSendsAtOnceWhatIsMade(t *testing.T) {
	running(t, nil, func(t *testing.T, r *sync.Replica, p *probe, _ *news) {
		time.Sleep(7 * time.Second)
		synctest.Wait()
		p.set(nil)
		began := time.Now()
		for n := range 3 {
			if _, err := r.Store.AppendOperation(t.Context(), of(t, unknown, n)); err != nil {
				t.Fatal(err)
			}
			r.Made()
			r.Made() // a second knock is one too many and does no harm
		}
		synctest.Wait()
		_, _, sent := p.seen()
		equal(t, "sent", []any{sent, time.Since(began)}, []any{3, time.Duration(0)})
	})
}

func TestReplicaShowsThatItLives(t *testing.T) {
	running(t, nil, func(t *testing.T, _ *sync.Replica, p *probe, _ *news) {
		p.set(nil)
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		pushes, pulls, _ := p.seen()
		equal(t, "pushes without anything to send", len(pushes), 10)
		if len(pulls) < 23 || len(pulls) > 25 {
			t.Errorf("%d pulls of 25 seconds in ten minutes", len(pulls))
		}
	})
}

// What was made while nobody listened goes with the first push that works.
func TestReplicaSendsLaterWhatWasMadeOffline(t *testing.T) {
	running(t, errLine, func(t *testing.T, r *sync.Replica, p *probe, _ *news) {
		for n := range 4 {
			if _, err := r.Store.AppendOperation(t.Context(), of(t, unknown, n)); err != nil {
				t.Fatal(err)
			}
			r.Made()
		}
		time.Sleep(time.Hour)
		p.set(nil)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		_, _, sent := p.seen()
		pending, err := r.Store.CountOperations(t.Context(), outbox.Pending)
		equal(t, "sent, waiting", []any{sent, pending, err}, []any{4, int64(0), nil})
	})
}
