package sync_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/seal"
	"lianxin/backend/site"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgtest.Run(m))
}

// Kinds of operations that only these tests know.
const (
	refusing outbox.Kind = "test.refusing" // writes a call and then refuses
	failing  outbox.Kind = "test.failing"  // fails inside the center
	unknown  outbox.Kind = "test.unknown"  // nobody has learnt it yet

	panicking outbox.Kind = "test.panicking" // trips over its own feet
)

var errFailing = errors.New("test failure inside the center")

// center is the center's end with a real store.
type center struct {
	*store.Store
	keyring   *seal.Keyring
	receiver  *sync.Receiver
	publisher *sync.Publisher
	epoch     string
	woken     int
}

func openStore(t testing.TB, address string, keyring *seal.Keyring) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: address, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newCenter opens a center at an address with the first device enrolled.
func newCenter(t testing.TB, address string) *center {
	t.Helper()
	keyring := storetest.Keyring(t)
	c := centerOn(openStore(t, address, keyring))
	c.keyring = keyring
	if err := c.InsertDevice(context.Background(), storetest.Device(1)); err != nil {
		t.Fatal(err)
	}
	return c
}

func sqliteCenter(t testing.TB) *center { return newCenter(t, filepath.Join(t.TempDir(), "center.db")) }

// onBoth runs a test on a center of either engine.
func onBoth(t *testing.T, test func(t *testing.T, c *center)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteCenter(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newCenter(t, pgtest.Database(t))) })
}

func now() time.Time { return storetest.At.Add(time.Hour) }

// centerOn assembles both ends as a center does.
func centerOn(s *store.Store) *center {
	c := &center{Store: s, epoch: "epoch-1"}
	c.receiver = newReceiver(s)
	c.receiver.Now, c.receiver.Wake = now, func() { c.woken++; c.publisher.Wake() }
	c.receiver.Appliers[refusing] = func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
		return nil, errors.Join(s.SaveCall(ctx, staffcall.Call{ID: op.ID, SiteID: storetest.Site, DeviceID: from.ID, RaisedAt: now()}),
			fault.New(fault.Conflict, "test.refused"))
	}
	c.receiver.Appliers[failing] = func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
		return nil, errors.Join(s.SaveCall(ctx, staffcall.Call{ID: op.ID, SiteID: storetest.Site, DeviceID: from.ID, RaisedAt: now()}), errFailing)
	}
	c.receiver.Appliers[panicking] = func(context.Context, device.Device, outbox.Operation) ([]sync.Mark, error) { panic("test panic") }
	c.publisher = &sync.Publisher{Feed: s, Now: now, Epoch: func(context.Context) (string, error) { return c.epoch, nil }, Heads: s.FeedHeads,
		WentBack: func(context.Context) (string, error) { c.epoch += "+"; return c.epoch, nil }, IsOwnFailure: s.IsOwnFailure,
		Loaders: map[sync.Noun]sync.Load{
			sync.Site:  each(func(ctx context.Context, id string) (any, error) { return s.Site(ctx, id) }),
			sync.Visit: each(func(ctx context.Context, id string) (any, error) { return s.Visit(ctx, id) }),
		}}
	return c
}

func each(load func(ctx context.Context, id string) (any, error)) sync.Load {
	return func(ctx context.Context, ids []string) (map[string]any, error) {
		found := map[string]any{}
		for _, id := range ids {
			content, err := load(ctx, id)
			if fault.From(err).Kind == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			found[id] = content
		}
		return found, nil
	}
}

func (c *center) push(t testing.TB, ops ...outbox.Operation) sync.PushResponse {
	t.Helper()
	out, err := c.receiver.Push(context.Background(), storetest.DeviceID,
		sync.PushRequest{Protocol: sync.Protocol, Version: "test", Pending: int64(len(ops)), Operations: ops})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// saveSite records a site and marks it for a scope.
func (c *center) saveSite(t testing.TB, scope, id, phone string) {
	t.Helper()
	err := c.InTx(context.Background(), func(ctx context.Context) error {
		if err := c.SaveSite(ctx, site.Site{ID: id, District: "110102", Phone: phone}); err != nil {
			return err
		}
		return c.MarkChanged(ctx, sync.Mark{Scope: scope, Noun: sync.Site, ID: id})
	})
	if err != nil {
		t.Fatal(err)
	}
	c.publisher.Wake()
}

// visits returns the ids of the visits the center has of a day.
func (c *center) visits(t testing.TB) []string {
	t.Helper()
	all, err := c.VisitsAt(context.Background(), storetest.Site, storetest.Today)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, v := range all {
		ids = append(ids, v.ID)
	}
	return ids
}

func (c *center) device(t testing.TB) device.Device {
	t.Helper()
	d, err := c.Device(context.Background(), storetest.DeviceID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// of returns an operation of a kind, still without its place.
func of(t testing.TB, kind outbox.Kind, n int) outbox.Operation {
	t.Helper()
	op, err := outbox.New(fmt.Sprintf("%s-%d", kind, n), kind, storetest.At, json.RawMessage(`{"n":1}`))
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// checkIns returns chained check-ins 1 to n.
func checkIns(t testing.TB, n int) []outbox.Operation {
	t.Helper()
	ops := make([]outbox.Operation, n)
	for i := range ops {
		ops[i] = storetest.Operation(t, i+1)
	}
	return storetest.Chain(ops...)
}

// fates writes answers as "fate:code" in order.
func fates(answers []outbox.Answer) []string {
	all := []string{}
	for _, a := range answers {
		text := string(a.Fate)
		if a.Code != "" {
			text += ":" + a.Code
		}
		all = append(all, text)
	}
	return all
}

func outcome(v visit.Visit) string { return v.ID + " " + string(v.Outcome) }
