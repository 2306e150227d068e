package token

import (
	"context"
	"sync"
	"time"

	"lianxin/backend/fault"
)

// Replays remembers the tokens that may be used only once.
type Replays interface {
	// Remember notes a token until its end and tells whether it is new. Asking and
	// noting are one step: of two callers at once exactly one is told true.
	Remember(ctx context.Context, issuer, id string, until time.Time) (fresh bool, err error)
}

// MemoryReplays is the memory of one process. Several center instances behind
// one address need one that they share, in the database.
type MemoryReplays struct {
	now   func() time.Time
	limit int

	mu      sync.Mutex
	seen    map[[2]string]time.Time
	sweepAt int
}

const firstSweep = 1024

// NewMemoryReplays returns a memory for at most limit tokens at a time.
func NewMemoryReplays(now func() time.Time, limit int) *MemoryReplays {
	return &MemoryReplays{now: now, limit: limit, seen: map[[2]string]time.Time{}, sweepAt: min(firstSweep, limit)}
}

// Remember implements Replays. When the memory is full of tokens that still
// live, it refuses with "token.replays_full" instead of forgetting one.
func (m *MemoryReplays) Remember(_ context.Context, issuer, id string, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if end, ok := m.seen[[2]string{issuer, id}]; ok && now.Before(end) {
		return false, nil
	}
	if len(m.seen) >= m.sweepAt {
		m.sweep(now)
	}
	if len(m.seen) >= m.limit {
		return false, fault.New(fault.Unavailable, "token.replays_full")
	}
	m.seen[[2]string{issuer, id}] = until
	return true, nil
}

// sweep forgets what is over. It runs again only when the memory has doubled,
// so that remembering stays cheap on average.
func (m *MemoryReplays) sweep(now time.Time) {
	for key, end := range m.seen {
		if !now.Before(end) {
			delete(m.seen, key)
		}
	}
	m.sweepAt = min(max(firstSweep, 2*len(m.seen)), m.limit)
}
