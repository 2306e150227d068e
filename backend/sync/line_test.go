package sync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// mishap is what a line does to one exchange.
type mishap int

const (
	none          mishap = iota
	requestLost          // the center never hears of it
	answerLost           // the center did it, the device never learns so
	twice                // the request arrives two times
	lateCopy             // an old request arrives once more, before this one
	unavailable          // the center is there and fails
	truncated            // only the first half of the operations arrives
	firstHalfLost        // only the second half of the operations arrives
	mishaps              // how many there are
)

var errLine = fault.New(fault.Unavailable, "sync.unreachable")

// line is the way from a device to a center, both with real stores. Everything
// crosses it as JSON, as over the network.
type line struct {
	center *center
	next   func() mishap
	pushed []sync.PushRequest
}

func (l *line) Push(ctx context.Context, in sync.PushRequest) (sync.PushResponse, error) {
	in, err := crossed(in)
	if err != nil {
		return sync.PushResponse{}, err
	}
	happens := l.next()
	half := len(in.Operations) / 2
	switch happens {
	case requestLost:
		return sync.PushResponse{}, errLine
	case unavailable:
		return sync.PushResponse{}, fault.New(fault.Unavailable, "center.database")
	case truncated:
		in.Operations = in.Operations[:half]
	case firstHalfLost:
		in.Operations = in.Operations[half:]
	case twice:
		if _, err := l.center.receiver.Push(ctx, storetest.DeviceID, in); err != nil {
			return sync.PushResponse{}, err
		}
	case lateCopy:
		if len(l.pushed) > 0 {
			if _, err := l.center.receiver.Push(ctx, storetest.DeviceID, l.pushed[0]); err != nil {
				return sync.PushResponse{}, err
			}
		}
	}
	l.pushed = append(l.pushed, in)
	out, err := l.center.receiver.Push(ctx, storetest.DeviceID, in)
	if err != nil {
		return out, err
	}
	if happens == answerLost {
		return sync.PushResponse{}, errLine
	}
	return crossed(out)
}

func (l *line) Pull(ctx context.Context, cursor string, _ time.Duration) (sync.PullResponse, error) {
	happens := l.next()
	if happens == requestLost || happens == unavailable {
		return sync.PullResponse{}, errLine
	}
	out, err := l.center.publisher.Pull(ctx, []string{sync.Everywhere, storetest.Site}, cursor, 0)
	if err == nil && happens == answerLost {
		err = errLine
	}
	if err != nil {
		return sync.PullResponse{}, err
	}
	return crossed(out)
}

// crossed writes and reads JSON.
func crossed[T any](in T) (out T, err error) {
	text, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(text, &out)
}

// kiosk is the device's end with a real store.
type kiosk struct {
	*store.Store
	replica *sync.Replica
	line    *line
	visits  visit.Recorder
	made    int
	elapsed time.Duration // what no clock can hide
}

func newKiosk(t testing.TB, c *center) *kiosk {
	t.Helper()
	return kioskOn(t, c, openStore(t, filepath.Join(t.TempDir(), "kiosk.db"), storetest.Keyring(t)))
}

// kioskOn is a kiosk with a store of its own, that made some things already.
func kioskOn(t testing.TB, c *center, s *store.Store, made ...int) *kiosk {
	t.Helper()
	k := &kiosk{Store: s, line: &line{center: c, next: func() mishap { return none }}}
	for _, n := range made {
		k.made += n
	}
	k.visits = visit.Recorder{Store: k.Store, Log: k.Store, Papers: noPapers{}, NewID: func() string { return fmt.Sprintf("operation-%06d", k.made) }}
	k.restart(t, "1.0")
	return k
}

// restart begins anew with what is on the disk.
func (k *kiosk) restart(t testing.TB, version string) {
	t.Helper()
	k.replica = &sync.Replica{Store: k.Store, Center: k.line, Version: version, DeviceID: func() string { return storetest.DeviceID },
		Clock: &sync.Clock{Wall: now, Elapsed: func() time.Duration { return k.elapsed }}, Changed: func() {}, Failed: func(string, error) {},
		Absorbers: map[sync.Noun]sync.Absorb{sync.Site: k.absorbSite}}
	if err := k.replica.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (k *kiosk) absorbSite(ctx context.Context, c sync.Change) error {
	if c.Deleted {
		return k.DeleteSite(ctx, c.ID)
	}
	var s site.Site
	if err := json.Unmarshal(c.Data, &s); err != nil {
		return err
	}
	return k.SaveSite(ctx, s)
}

type noPapers struct{}

func (noPapers) Unprintable(string) []string             { return nil }
func (noPapers) Keep(context.Context, visit.Visit) error { return nil }

// checkIn records the next person's visit.
func (k *kiosk) checkIn(t testing.TB) {
	t.Helper()
	k.made++
	v := storetest.Visit(k.made)
	if _, err := k.visits.CheckIn(context.Background(), v, "A"); err != nil {
		t.Fatal(err)
	}
}

// make records an operation of another kind.
func (k *kiosk) make(t testing.TB, kind outbox.Kind) {
	t.Helper()
	k.made++
	if _, err := k.AppendOperation(context.Background(), of(t, kind, k.made)); err != nil {
		t.Fatal(err)
	}
}

func (k *kiosk) count(t testing.TB, fates ...outbox.Fate) int {
	t.Helper()
	sum := 0
	for _, fate := range fates {
		n, err := k.CountOperations(context.Background(), fate)
		if err != nil {
			t.Fatal(err)
		}
		sum += int(n)
	}
	return sum
}

// drain pushes until nothing waits any more.
func (k *kiosk) drain(t testing.TB) {
	t.Helper()
	if err := k.replica.PushAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	if pending := k.count(t, outbox.Pending); pending != 0 {
		t.Fatalf("%d operations wait although the line is good", pending)
	}
}

// pullAll pulls until there is nothing new.
func (k *kiosk) pullAll(t testing.TB) {
	t.Helper()
	for range 100 {
		before := k.replica.Status().Progress.Cursor
		if err := k.replica.PullOnce(context.Background()); err != nil {
			t.Fatal(err)
		}
		if k.replica.Status().Progress.Cursor == before {
			return
		}
	}
	t.Fatal("pulls never end")
}
