package sync_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// donors lets both ends carry donor cards, of which one person has one.
func (k *kiosk) donors() {
	k.replica.Absorbers[sync.Donor] = func(ctx context.Context, c sync.Change) error {
		if c.Deleted {
			return k.DeleteDonor(ctx, c.ID)
		}
		var d donor.Donor
		if err := json.Unmarshal(c.Data, &d); err != nil {
			return fault.Wrap(err, fault.Invalid, "sync.change_unreadable")
		}
		return k.SaveDonor(ctx, d)
	}
}

// saveDonor records a donor card under an ID for a person.
func (c *center) saveDonor(t testing.TB, id string, person int) {
	t.Helper()
	d := storetest.Donor(person)
	d.ID = id
	c.publisher.Loaders[sync.Donor] = each(func(ctx context.Context, id string) (any, error) { return c.Donor(ctx, id) })
	err := c.InTx(context.Background(), func(ctx context.Context) error {
		return errors.Join(c.SaveDonor(ctx, d), c.MarkChanged(ctx, sync.Mark{Scope: storetest.Site, Noun: sync.Donor, ID: id}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// restored is a center put back from a backup: fewer things, and a new epoch.
func restored(t testing.TB, k *kiosk) *center {
	t.Helper()
	c := sqliteCenter(t.(*testing.T))
	c.epoch = "epoch-2"
	k.line.center = c
	return c
}

func siteIDs(t testing.TB, k *kiosk) []string {
	t.Helper()
	sites, err := k.Sites(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, s := range sites {
		ids = append(ids, s.ID)
	}
	return ids
}

// A restored center knows less. The kiosk serves people from what it has until it
// was told everything, and then has what the center has; what it made stays. It may
// be killed after every page.
func TestANewEpochLeavesNothingBehind(t *testing.T) {
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprint("killed ", killed), func(t *testing.T) {
			c := sqliteCenter(t)
			path, keyring := filepath.Join(t.TempDir(), "kiosk.db"), storetest.Keyring(t)
			k := kioskOn(t, c, openStore(t, path, keyring))
			k.donors()
			for _, id := range []string{"kept", "lost"} {
				c.saveSite(t, storetest.Site, id, "1")
			}
			c.saveDonor(t, "old-card", 1)
			k.pullAll(t)
			k.checkIn(t)
			k.make(t, unknown)

			c = restored(t, k)
			for n := range sync.PageSize { // the first page holds nothing the kiosk knows
				c.saveSite(t, sync.Everywhere, fmt.Sprintf("new-%04d", n), "1")
			}
			c.saveSite(t, storetest.Site, "kept", "2")
			c.saveDonor(t, "new-card", 1) // the same person: two cards stand in each other's way
			asOf := k.replica.Status().Progress.AsOf
			for page := 1; ; page++ {
				if killed {
					// The next page is lost with the program, half written down.
					k.replica.Absorbers[sync.Site] = func(ctx context.Context, c sync.Change) error {
						return errors.Join(k.absorbSite(ctx, c), errLine)
					}
					if err := k.replica.PullOnce(t.Context()); !errors.Is(err, errLine) {
						t.Fatal(err)
					}
					if err := k.Close(); err != nil {
						t.Fatal(err)
					}
					k = kioskOn(t, c, openStore(t, path, keyring), k.made)
					k.donors()
				}
				if err := k.replica.PullOnce(t.Context()); err != nil {
					t.Fatal(err)
				}
				if page == 1 {
					equal(t, "meanwhile the old is there", []any{len(siteIDs(t, k)), k.replica.Status().Progress.AsOf}, []any{sync.PageSize + 2, asOf})
					if _, err := k.Donor(t.Context(), "old-card"); err != nil {
						t.Errorf("the card is gone before the end: %v", err)
					}
				}
				if page == 2 {
					break
				}
			}
			k.pullAll(t)
			equal(t, "sites", len(siteIDs(t, k)), sync.PageSize+1)
			if _, err := k.Site(t.Context(), "lost"); fault.CodeOf(err) != "site.not_found" {
				t.Errorf("what the center does not know stays: %v", err)
			}
			if s, err := k.Site(t.Context(), "kept"); err != nil || s.Phone != "2" {
				t.Errorf("kept: %+v, %v", s, err)
			}
			if d, err := k.DonorByKey(t.Context(), storetest.DonorKey(1)); err != nil || d.ID != "new-card" {
				t.Errorf("the card is %q, %v", d.ID, err)
			}
			n, err := k.CountQuarantined(t.Context())
			equal(t, "set aside in the end", []any{n, err}, []any{int64(0), nil})
			v, err := k.Visit(t.Context(), storetest.Visit(1).ID)
			equal(t, "the kiosk's own", []any{v.ID, err, k.count(t, outbox.Pending)}, []any{storetest.Visit(1).ID, nil, 2})
		})
	}
}

// The center is restored a second time while everything is pulled again.
func TestANewEpochWithinANewEpoch(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	c.saveSite(t, storetest.Site, "first", "1")
	k.pullAll(t)
	c = restored(t, k)
	for n := range sync.PageSize + 1 {
		c.saveSite(t, storetest.Site, fmt.Sprintf("second-%04d", n), "1")
	}
	if err := k.replica.PullOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	c = restored(t, k)
	c.epoch = "epoch-3"
	c.saveSite(t, storetest.Site, "third", "1")
	k.pullAll(t)
	equal(t, "sites", siteIDs(t, k), []string{"third"})
}

// A newer program pulls anew, and forgets what the one before should have forgotten.
func TestANewerProgramLeavesNothingBehind(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	c.saveSite(t, storetest.Site, "there", "1")
	k.pullAll(t)
	if err := k.SaveSite(t.Context(), site.Site{ID: "ghost", District: "110102"}); err != nil {
		t.Fatal(err)
	}
	k.restart(t, "1.0")
	k.pullAll(t)
	equal(t, "the same program", siteIDs(t, k), []string{"ghost", "there"})
	k.restart(t, "2.0")
	k.pullAll(t)
	equal(t, "a newer one", siteIDs(t, k), []string{"there"})
}

// One change that cannot be read does not keep the others back. It is counted, told
// to the center, and taken over when it comes again in order.
func TestOneChangeIsSetAside(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	var said []string
	k.replica.Failed = func(doing string, err error) { said = append(said, doing+": "+err.Error()) }
	broken := map[string]bool{"b": true, "d": true}
	absorb := func(ctx context.Context, change sync.Change) error {
		err := k.absorbSite(ctx, change) // what it wrote before it failed must not stay
		if broken[change.ID] {
			return fault.Wrap(fmt.Errorf("the secret %s", change.Data), fault.Invalid, "sync.change_unreadable")
		}
		return err
	}
	k.replica.Absorbers[sync.Site] = absorb
	for _, id := range []string{"a", "b", "c", "d"} {
		c.saveSite(t, storetest.Site, id, "1")
	}
	k.pullAll(t)
	equal(t, "sites", siteIDs(t, k), []string{"a", "c"})
	equal(t, "said, once and without content", said, []string{"take over site: sync.change_unreadable"})
	aside, err := k.Quarantined(t.Context(), 10)
	equal(t, "set aside", []any{aside, err}, []any{[]sync.Quarantined{
		{Noun: sync.Site, ID: "b", Code: "sync.change_unreadable", Attempts: 1, LastAt: now()},
		{Noun: sync.Site, ID: "d", Code: "sync.change_unreadable", Attempts: 1, LastAt: now()}}, nil})
	k.drain(t)
	equal(t, "the center is told", []int64{k.line.pushed[0].SetAside, c.device(t).SetAside}, []int64{2, 2})

	c.saveSite(t, storetest.Site, "b", "2")
	k.pullAll(t)
	aside, err = k.Quarantined(t.Context(), 10)
	equal(t, "it came again, as broken", []any{len(aside), aside[0].Attempts + aside[1].Attempts, err}, []any{2, 3, nil})
	delete(broken, "b")
	c.saveSite(t, storetest.Site, "b", "3")
	k.pullAll(t)
	equal(t, "and in order", siteIDs(t, k), []string{"a", "b", "c"})

	delete(broken, "d")
	k.restart(t, "2.0") // a program that can read it
	k.pullAll(t)
	n, err := k.CountQuarantined(t.Context())
	equal(t, "after an update", []any{siteIDs(t, k), n, err}, []any{[]string{"a", "b", "c", "d"}, int64(0), nil})
	k.drain(t)
	equal(t, "the center is told again", c.device(t).SetAside, int64(0))
}

// The disk's own failure is no fault of a change: nothing is set aside, the page
// comes again.
func TestAFailingDiskStopsThePull(t *testing.T) {
	for _, failure := range []error{fault.New(fault.Unavailable, "store.full"), fault.New(fault.Unavailable, "store.busy"),
		fault.New(fault.Internal, "store.damaged"), errors.New("input/output error")} {
		c := sqliteCenter(t)
		k := newKiosk(t, c)
		k.replica.Absorbers[sync.Site] = func(context.Context, sync.Change) error { return failure }
		c.saveSite(t, storetest.Site, "a", "1")
		if err := k.replica.PullOnce(t.Context()); !errors.Is(err, failure) {
			t.Errorf("%v: %v", failure, err)
		}
		n, err := k.CountQuarantined(t.Context())
		equal(t, failure.Error(), []any{n, err, k.replica.Status().Progress.Cursor}, []any{int64(0), nil, ""})
	}
}

// Two cards of one person cross: the new one is told before the old one is taken
// away. Within a page the second try settles it; over two pages starting over does.
func TestAChangeThatIsInTheWayOfAnother(t *testing.T) {
	for name, between := range map[string]int{"in one page": 0, "over two pages": sync.PageSize} {
		c := sqliteCenter(t)
		k := newKiosk(t, c)
		k.donors()
		c.saveDonor(t, "old-card", 1)
		k.pullAll(t)
		if err := c.DeleteDonor(t.Context(), "old-card"); err != nil {
			t.Fatal(err)
		}
		c.saveDonor(t, "new-card", 1)
		for n := range between {
			c.saveSite(t, storetest.Site, fmt.Sprintf("site-%04d", n), "1")
		}
		if err := c.MarkChanged(t.Context(), sync.Mark{Scope: storetest.Site, Noun: sync.Donor, ID: "old-card", Deleted: true}); err != nil {
			t.Fatal(err)
		}
		pulls := 0
		k.replica.Pulled = func(sync.Page) { pulls++ }
		k.pullAll(t)
		d, err := k.DonorByKey(t.Context(), storetest.DonorKey(1))
		equal(t, name, []any{d.ID, err}, []any{"new-card", nil})
		n, err := k.CountQuarantined(t.Context())
		equal(t, name+": set aside", []any{n, err}, []any{int64(0), nil})
		if pulls > 7 {
			t.Errorf("%s: %d pulls", name, pulls)
		}
	}
}

// What contradicts at the center too is set aside, and does not let the device
// start over again and again.
func TestAContradictionIsPulledTwiceAndNoMore(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	k.donors()
	c.saveDonor(t, "one", 1)
	c.saveDonor(t, "two", 2)
	c.publisher.Loaders[sync.Donor] = each(func(ctx context.Context, id string) (any, error) {
		d, err := c.Donor(ctx, id)
		d.Key = "the same for all"
		return d, err
	})
	pulls, swept := 0, 0
	k.replica.Pulled = func(p sync.Page) {
		if pulls++; p.Swept {
			swept++
		}
	}
	k.pullAll(t)
	for range 5 {
		if err := k.replica.PullOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	aside, err := k.Quarantined(t.Context(), 10)
	equal(t, "set aside", []any{len(aside), err}, []any{1, nil})
	equal(t, "code and attempts", []any{aside[0].Code, aside[0].Attempts, swept}, []any{"store.constraint", 2, 2})
}

// The center no longer speaks this program's protocol: the kiosk goes on, and says
// so until the center takes something again, whatever the line does meanwhile.
func TestAnOutdatedProgramSaysSo(t *testing.T) {
	running(t, nil, func(t *testing.T, r *sync.Replica, p *probe, _ *news) {
		after := func(name string, halves [2]error, outdated, online bool) {
			t.Helper()
			p.mu.Lock()
			p.halves = halves
			p.mu.Unlock()
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			equal(t, name, []bool{r.Status().Outdated, r.Status().Online}, []bool{outdated, online})
		}
		old := fault.New(fault.Outdated, "sync.protocol_too_old")
		after("at first", [2]error{}, false, true)
		after("refused", [2]error{old, nil}, true, false)
		after("without a line", [2]error{errLine, errLine}, true, false)
		after("another failure", [2]error{fault.New(fault.Unavailable, "center.database"), nil}, true, false)
		after("taken again", [2]error{}, false, true)
	})
}
