package desk

import "sync"

// events tells the page to look again.
type events struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(topic string, data any)
}

func newEvents() *events { return &events{fns: map[int]func(string, any){}} }

func (e *events) subscribe(fn func(topic string, data any)) (cancel func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := e.next
	e.next++
	e.fns[id] = fn
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.fns, id)
	}
}

func (e *events) emit(topic string) {
	e.mu.Lock()
	fns := make([]func(string, any), 0, len(e.fns))
	for _, fn := range e.fns {
		fns = append(fns, fn)
	}
	e.mu.Unlock()
	for _, fn := range fns {
		fn(topic, nil)
	}
}
