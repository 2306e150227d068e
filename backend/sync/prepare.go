package sync

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"lianxin/backend/device"
	"lianxin/backend/outbox"
)

// Prepare does the part of an operation that needs no database, such as reading and
// sealing it, and returns the rest, which may be carried out more than once. It keeps
// nobody waiting: it runs before the transaction, on every processor there is.
type Prepare func(op outbox.Operation) Apply

// Prepared is a push of which everything is done that needs no database.
type Prepared struct {
	receiver *Receiver
	in       PushRequest
	ready    []ready // its operations, in their order
}

// ready is an operation that is about to be carried out.
type ready struct {
	outbox.Operation
	holds bool  // its hash is right
	apply Apply // nil: this program does not understand it
}

// Prepare gets a push ready to be carried out.
func (r *Receiver) Prepare(in PushRequest) Prepared {
	p := Prepared{receiver: r, in: in}
	if len(in.Operations) > MaxOperations { // Push refuses it
		return p
	}
	p.ready = make([]ready, len(in.Operations))
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; i < int64(len(p.ready)); i = next.Add(1) - 1 {
			p.ready[i] = r.prepare(in.Operations[i])
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(p.ready)) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	return p
}

// prepare gets one operation ready.
func (r *Receiver) prepare(op outbox.Operation) ready {
	one := ready{Operation: op, holds: op.Verify()}
	if op.Version > outbox.PayloadVersion {
		return one
	}
	one.apply = r.Appliers[op.Kind]
	if prepare, ok := r.Preparers[op.Kind]; ok {
		one.apply = guarded(prepare, op)
	}
	return one
}

// guarded makes a panic what it is when an operation is carried out: a failure of that
// operation, which is counted.
func guarded(prepare Prepare, op outbox.Operation) (apply Apply) {
	defer func() {
		if p := recover(); p != nil {
			apply = func(context.Context, device.Device, outbox.Operation) ([]Mark, error) {
				return nil, fmt.Errorf("panic: %v", p)
			}
		}
	}()
	return prepare(op)
}
