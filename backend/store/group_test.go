package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// crowd is a database that several write to at the same moment.
type crowd struct {
	t *testing.T
	*store.Store
}

func newCrowd(t *testing.T) crowd {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.LongGroups()
	return crowd{t, s}
}

// together runs all in one group, in their order: the first goes on when the others are
// in line behind it. It returns what each was told.
func (c crowd) together(ctx context.Context, all ...func(ctx context.Context) error) []error {
	c.t.Helper()
	told := make([]error, len(all))
	var members sync.WaitGroup
	inside, goOn := make(chan struct{}), make(chan struct{})
	members.Go(func() {
		told[0] = c.InTx(ctx, func(ctx context.Context) error {
			close(inside)
			<-goOn
			return all[0](ctx)
		})
	})
	<-inside
	for n, do := range all[1:] {
		members.Go(func() { told[n+1] = c.InTx(ctx, do) })
		c.InLine(n + 1)
	}
	close(goOn)
	members.Wait()
	return told
}

// save writes a call and then says err.
func (c crowd) save(id string, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		return errors.Join(c.SaveCall(ctx, staffcall.Call{ID: id, SiteID: storetest.Site, DeviceID: storetest.DeviceID, RaisedAt: storetest.At}), err)
	}
}

// saved are the ids of the calls that are there.
func (c crowd) saved() string {
	c.t.Helper()
	calls, err := c.OpenCalls(context.WithoutCancel(c.t.Context()), storetest.Site)
	if err != nil {
		c.t.Fatal(err)
	}
	ids := ""
	for _, one := range calls {
		ids += one.ID
	}
	return ids
}

func (c crowd) want(saved string) {
	c.t.Helper()
	if got := c.saved(); got != saved {
		c.t.Errorf("%q are there, want %q", got, saved)
	}
}

func TestAGroupHasOneCommit(t *testing.T) {
	c := newCrowd(t)
	before := c.Commits()
	for n, err := range c.together(t.Context(), c.save("1", nil), c.save("2", nil), c.save("3", nil)) {
		if err != nil {
			t.Errorf("member %d: %v", n, err)
		}
	}
	c.want("123")
	if commits := c.Commits() - before; commits != 1 {
		t.Errorf("%d commits", commits)
	}
}

// What takes long neither joins a group nor is joined.
func TestWhatTakesLongIsAlone(t *testing.T) {
	c := newCrowd(t)
	long := store.Alone(t.Context())
	before := c.Commits()
	var others sync.WaitGroup
	err := c.InTx(t.Context(), func(ctx context.Context) error {
		for n, with := range []context.Context{t.Context(), long, t.Context(), t.Context()} {
			others.Go(func() {
				if err := c.InTx(with, c.save(fmt.Sprint(n+2), nil)); err != nil {
					t.Error(err)
				}
			})
			c.InLine(n + 1)
		}
		return c.save("1", nil)(ctx)
	})
	others.Wait()
	if err != nil {
		t.Error(err)
	}
	c.want("12345")
	if commits := c.Commits() - before; commits != 3 {
		t.Errorf("%d commits, want one for the first two, one for the long one, one for the last two", commits)
	}
}

// A group that nobody is in line for waits for who has announced a write, and no longer
// than until they say that they will not come, or until a group is full.
func TestAGroupWaitsForWhoIsAnnounced(t *testing.T) {
	for name, comes := range map[string]bool{"who comes": true, "who leaves": false} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t)
			before := c.Commits()
			soon, leave := c.Announce(t.Context())
			first := make(chan error, 1)
			go func() { first <- c.InTx(t.Context(), c.save("1", nil)) }()
			c.Waits()
			if commits := c.Commits() - before; commits != 0 {
				t.Errorf("%d commits while somebody is expected", commits)
			}
			want := "1"
			if comes {
				want = "12"
				if err := c.InTx(soon, c.save("2", nil)); err != nil {
					t.Error(err)
				}
			}
			leave()
			leave() // does nothing any more
			if err := <-first; err != nil {
				t.Error(err)
			}
			c.want(want)
			if commits := c.Commits() - before; commits != 1 {
				t.Errorf("%d commits", commits)
			}
		})
	}
	t.Run("who is late", func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Keyring: storetest.Keyring(t)})
		if err != nil {
			t.Fatal(err)
		}
		_, leave := s.Announce(t.Context())
		c := crowd{t, s}
		if err := errors.Join(c.InTx(t.Context(), c.save("1", nil)), c.InTx(store.Alone(t.Context()), c.save("2", nil))); err != nil {
			t.Error(err)
		}
		c.want("12")
		leave()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// What one does wrong is undone and said to nobody else.
func TestARefusalInAGroupIsOnesOwn(t *testing.T) {
	refusal := fault.New(fault.Conflict, "test.refused")
	for wrong := range 3 {
		t.Run(fmt.Sprint(wrong), func(t *testing.T) {
			c := newCrowd(t)
			said := make([]error, 3)
			said[wrong] = refusal
			told := c.together(t.Context(), c.save("1", said[0]), c.save("2", said[1]), c.save("3", said[2]))
			for n, err := range told {
				if !errors.Is(err, said[n]) || said[n] == nil && err != nil {
					t.Errorf("member %d: %v, want %v", n, err, said[n])
				}
			}
			c.want([]string{"23", "13", "12"}[wrong])
		})
	}
}

// Nobody is told that something is done before it is on the disk: when the group is
// undone at its end, its first has not heard of a success.
func TestNobodyInAGroupIsToldBeforeItsCommit(t *testing.T) {
	c := newCrowd(t)
	refusal := fault.New(fault.Conflict, "test.refused") // it may come from what is undone with the group
	told := c.together(t.Context(), c.save("1", nil), c.save("2", refusal), func(ctx context.Context) error {
		return errors.Join(c.save("3", nil)(ctx), c.GiveUp(ctx))
	})
	for n, err := range told {
		if err == nil || errors.Is(err, refusal) || !c.IsOwnFailure(err) {
			t.Errorf("member %d was told %v", n, err)
		}
	}
	c.want("")
	if err := c.InTx(t.Context(), c.save("4", nil)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	c.want("4")
}

// Somebody who stops waiting, or panics, takes nobody along.
func TestWhoLeavesAGroupLeavesAlone(t *testing.T) {
	c := newCrowd(t)
	gone, leave := context.WithCancel(t.Context())
	var panicked any
	var other sync.WaitGroup
	err := c.InTx(t.Context(), func(ctx context.Context) error {
		other.Go(func() {
			defer func() { panicked = recover() }()
			_ = c.InTx(t.Context(), func(ctx context.Context) error {
				_ = c.save("5", nil)(ctx)
				panic("test panic")
			})
		})
		c.InLine(1)
		other.Go(func() {
			err := c.InTx(gone, func(ctx context.Context) error {
				leave()
				return c.save("6", nil)(ctx)
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("who left was told %v", err)
			}
		})
		c.InLine(2)
		return c.save("7", nil)(ctx)
	})
	other.Wait()
	if err != nil || panicked != "test panic" {
		t.Errorf("%v, panic %v", err, panicked)
	}
	c.want("7")
}

// Who gives up in line has no turn, and whoever is behind them has.
func TestWhoLeavesTheLineIsPassedBy(t *testing.T) {
	c := newCrowd(t)
	gone, leave := context.WithCancel(t.Context())
	var others sync.WaitGroup
	left := make(chan error, 1)
	err := c.InTx(t.Context(), func(ctx context.Context) error {
		others.Go(func() { left <- c.InTx(gone, c.save("2", nil)) })
		c.InLine(1)
		others.Go(func() {
			if err := c.InTx(t.Context(), c.save("3", nil)); err != nil {
				t.Error(err)
			}
		})
		c.InLine(2)
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left was told %v", err)
		}
		return c.save("1", nil)(ctx)
	})
	others.Wait()
	if err != nil {
		t.Error(err)
	}
	c.want("13")
}
