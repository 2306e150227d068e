package audit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"lianxin/backend/fault"
)

// gathererOf writes to a store in transactions that hold until somebody lets them go.
func gathererOf(s Store, inTx func(context.Context, func(context.Context) error) error) *Gatherer {
	return &Gatherer{Log: Log{Store: s, Now: func() time.Time { return noon }}, InTx: inTx}
}

// An entry is not said to be written before its transaction is over; those that came
// meanwhile share the next one, in the order of coming.
func TestGatheredEntriesWaitForTheirTransaction(t *testing.T) {
	store, begun, over := &memory{}, make(chan struct{}), make(chan struct{})
	transactions := 0
	g := gathererOf(store, func(ctx context.Context, do func(context.Context) error) error {
		transactions++
		err := do(ctx)
		begun <- struct{}{}
		<-over
		return err
	})
	first := g.Begin(t.Context(), entry(0))
	<-begun
	var later []*Recording
	for n := range 5 {
		later = append(later, g.Begin(t.Context(), entry(n+1)))
	}
	for _, r := range append(later, first) {
		select {
		case <-r.done:
			t.Fatal("an entry is said to be written while its transaction goes on")
		default:
		}
	}
	over <- struct{}{}
	if err := first.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-begun
	over <- struct{}{}
	for _, r := range later {
		if err := r.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if transactions != 2 || len(store.entries) != 6 {
		t.Errorf("%d transactions, %d entries", transactions, len(store.entries))
	}
	for n, e := range store.entries {
		if e.Object.ID != fmt.Sprintf("visit-%d", n) {
			t.Errorf("place %d has %s", n+1, e.Object.ID)
		}
	}
	if report, err := Verify(each(store.entries), Head{}); err != nil || report.Count != 6 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestManyGatheredEntriesMakeOneChain(t *testing.T) {
	store := &memory{}
	g := gathererOf(store, func(ctx context.Context, do func(context.Context) error) error { return do(ctx) })
	const callers, times = 16, 50
	var all sync.WaitGroup
	for n := range callers {
		all.Go(func() {
			for i := range times {
				if err := g.Begin(t.Context(), entry(n*times+i)).Wait(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if report, err := Verify(each(store.entries), Head{}); err != nil || report.Count != callers*times {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestGatheredFailures(t *testing.T) {
	lost := errors.New("the commit failed")
	g := gathererOf(&memory{}, func(context.Context, func(context.Context) error) error { return lost })
	if err := g.Begin(t.Context(), entry(1)).Wait(t.Context()); !errors.Is(err, lost) {
		t.Errorf("a failed commit: %v", err)
	}
	if err := g.Begin(t.Context(), Entry{}).Wait(t.Context()); fault.CodeOf(err) != "audit.entry_invalid" {
		t.Errorf("an empty entry: %v", err)
	}
	hold := make(chan struct{})
	g = gathererOf(&memory{}, func(context.Context, func(context.Context) error) error { <-hold; return nil })
	gone, cancel := context.WithCancel(t.Context())
	r := g.Begin(gone, entry(1))
	cancel()
	if err := r.Wait(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	close(hold)
	if err := r.Wait(t.Context()); err != nil {
		t.Errorf("the entry of who left: %v", err)
	}
}
