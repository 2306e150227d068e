package token

import (
	"context"
	"testing"
	"time"

	"lianxin/backend/fault"
)

func TestMemoryReplays(t *testing.T) {
	now := noon
	memory := NewMemoryReplays(func() time.Time { return now }, 3)
	remember := func(id string) (bool, error) {
		return memory.Remember(t.Context(), "device-1", id, now.Add(time.Minute))
	}
	for _, c := range []struct {
		id    string
		after time.Duration
		fresh bool
		code  string
	}{
		{"a", 0, true, ""},
		{"a", 0, false, ""},
		{"b", 0, true, ""},
		{"c", time.Second, true, ""},
		{"d", 0, false, "token.replays_full"},
		{"a", 0, false, ""},
		{"d", time.Minute - time.Second, true, ""}, // a and b are over
		{"c", 0, false, ""},
		{"c", time.Second, true, ""},
	} {
		now = now.Add(c.after)
		fresh, err := remember(c.id)
		if fresh != c.fresh || fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, %v; want %v %q", c.id, fresh, err, c.fresh, c.code)
		}
	}
	if fresh, err := memory.Remember(t.Context(), "device-2", "c", now.Add(time.Minute)); err != nil || !fresh {
		t.Errorf("another device's id counts as seen: %v, %v", fresh, err)
	}
}

// Of many callers with one token at once exactly one is let through.
func TestMemoryReplaysAtOnce(t *testing.T) {
	memory := NewMemoryReplays(func() time.Time { return noon }, 100)
	results := make(chan bool, 32)
	for range cap(results) {
		go func() {
			fresh, err := memory.Remember(context.Background(), "i", "j", noon.Add(time.Minute))
			results <- fresh && err == nil
		}()
	}
	let := 0
	for range cap(results) {
		if <-results {
			let++
		}
	}
	if let != 1 {
		t.Errorf("%d were let through", let)
	}
}

// The memory stays within what lives, however many tokens have passed.
func TestMemoryReplaysForgets(t *testing.T) {
	now := noon
	memory := NewMemoryReplays(func() time.Time { return now }, 1<<20)
	for i := range 100_000 {
		now = now.Add(100 * time.Millisecond)
		if fresh, err := memory.Remember(t.Context(), "i", time.Duration(i).String(), now.Add(time.Minute)); err != nil || !fresh {
			t.Fatalf("%d: %v, %v", i, fresh, err)
		}
	}
	if len(memory.seen) > 2*max(firstSweep, 600) {
		t.Errorf("holds %d for 600 that live", len(memory.seen))
	}
}
