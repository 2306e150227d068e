package fleet

import (
	"context"
	"slices"
	"sync"

	"lianxin/backend/outbox"
	replication "lianxin/backend/sync"
)

// memory is a kiosk's own database as far as the exchange asks for it, without a
// disk: hundreds of disks on one machine would measure nothing but themselves. What
// it does not have is never asked for by a kiosk that only sends.
type memory struct {
	replication.DeviceStore
	mu    sync.Mutex
	ops   []outbox.Operation
	fates map[string]outbox.Answer
	all   func() // every operation has a fate
}

// InTx implements sync.DeviceStore.
func (m *memory) InTx(ctx context.Context, do func(context.Context) error) error { return do(ctx) }

// Setting implements sync.DeviceStore: nothing is remembered.
func (m *memory) Setting(context.Context, string, any) (bool, error) { return false, nil }

// SaveSetting implements sync.DeviceStore.
func (m *memory) SaveSetting(context.Context, string, any) error { return nil }

// RecordLate implements sync.DeviceStore.
func (m *memory) RecordLate(context.Context, []outbox.Answer) error { return nil }

// CountQuarantined implements sync.Quarantine.
func (m *memory) CountQuarantined(context.Context) (int64, error) { return 0, nil }

// LastSeq implements outbox.Log.
func (m *memory) LastSeq(context.Context) (int64, error) { return int64(len(m.ops)), nil }

// PendingOperations implements outbox.Log.
func (m *memory) PendingOperations(_ context.Context, after int64, limit int) ([]outbox.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var waiting []outbox.Operation
	for _, op := range m.ops[after:] {
		if _, ok := m.fates[op.ID]; !ok && len(waiting) < limit {
			waiting = append(waiting, op)
		}
	}
	return waiting, nil
}

// RecordFates implements outbox.Log.
func (m *memory) RecordFates(_ context.Context, answers []outbox.Answer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range answers {
		m.fates[a.ID] = a
	}
	if len(m.fates) == len(m.ops) && len(answers) > 0 {
		m.all()
	}
	return nil
}

// CountOperations implements outbox.Log.
func (m *memory) CountOperations(_ context.Context, fate outbox.Fate) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if fate == outbox.Pending {
		return int64(len(m.ops) - len(m.fates)), nil
	}
	var n int64
	for _, a := range m.fates {
		if a.Fate == fate {
			n++
		}
	}
	return n, nil
}

// ReopenOperations implements sync.DeviceStore.
func (m *memory) ReopenOperations(_ context.Context, seq int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, op := range m.ops[min(int(seq)-1, len(m.ops)):] {
		delete(m.fates, op.ID)
	}
	return nil
}

// wrong returns the fates that are not what a check-in deserves.
func (m *memory) wrong() []outbox.Answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []outbox.Answer
	for _, a := range m.fates {
		if a.Fate != outbox.Applied && a.Fate != outbox.AlreadyApplied {
			all = append(all, a)
		}
	}
	return slices.Clip(all)
}
