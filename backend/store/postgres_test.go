package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// PostgreSQL keeps no zero byte in a text. That is the value's fault, not the
// center's: were it taken for a failure, a device would send it for ever.
func TestTextThatPostgresCannotKeep(t *testing.T) {
	s := openPostgres(t)
	v := storetest.Visit(1)
	v.Ticket = "A\x00"
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		err := s.InTx(ctx, func(ctx context.Context) error { return s.InsertVisit(ctx, v) })
		if f := fault.From(err); f.Code != "store.value" || f.Kind != fault.Invalid {
			t.Errorf("%v", err)
		}
		return s.InsertVisit(ctx, storetest.Visit(2))
	})
	if err != nil {
		t.Errorf("the rest does not go on: %v", err)
	}
}

// Two transactions that wait for each other: one is told to try again.
func TestDeadlockMayBeTriedAgain(t *testing.T) {
	s := openPostgres(t)
	first, second := make(chan struct{}), make(chan struct{})
	run := func(mine, others chan struct{}, keep, want string) error {
		return s.InTx(t.Context(), func(ctx context.Context) error {
			if err := s.SaveSetting(ctx, keep, 1); err != nil {
				return err
			}
			close(mine)
			<-others
			return s.SaveSetting(ctx, want, 1)
		})
	}
	ended := make(chan error)
	go func() { ended <- run(first, second, "a", "b") }()
	go func() { ended <- run(second, first, "b", "a") }()
	all := errors.Join(<-ended, <-ended)
	wantFault(t, "one of them", all, "store.busy")
	if fault.From(all).Kind != fault.Unavailable {
		t.Errorf("%v", all)
	}
}

func TestPostgresThatIsNotThere(t *testing.T) {
	address := "postgres://someone:geheim@/none?host=" + t.TempDir()
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: storetest.Keyring(t)})
	if err == nil {
		t.Fatal(s.Close())
	}
	if strings.Contains(err.Error(), "geheim") {
		t.Errorf("the password is in the error: %v", err)
	}
}
