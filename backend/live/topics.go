// Package live tells a window's page to look again.
package live

import "sync"

// Topics are what a page may listen to. The zero value is ready.
type Topics struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(topic string, data any)
}

// Subscribe calls fn with every topic that is told from now on, until cancel.
func (t *Topics) Subscribe(fn func(topic string, data any)) (cancel func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fns == nil {
		t.fns = map[int]func(string, any){}
	}
	id := t.next
	t.next++
	t.fns[id] = fn
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.fns, id)
	}
}

// Tell calls everybody who listens, none of them under a lock: they may ask back.
func (t *Topics) Tell(topic string, data any) {
	t.mu.Lock()
	fns := make([]func(string, any), 0, len(t.fns))
	for _, fn := range t.fns {
		fns = append(fns, fn)
	}
	t.mu.Unlock()
	for _, fn := range fns {
		fn(topic, data)
	}
}
