package node

import (
	"context"
	"sync"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/reader"
)

// readerWatch runs the card reader, lets it read only while somebody is asked
// for a card, and hands what it reads to the journey.
type readerWatch struct {
	node *Node

	turn sync.Mutex // follow
	mu   sync.Mutex
	part api.Part
}

// run drives the reader until ctx ends.
func (r *readerWatch) run(ctx context.Context) {
	err := r.node.config.Reader.Run(ctx, func(e reader.Event) { r.happened(ctx, e) })
	if err != nil && ctx.Err() == nil {
		r.node.config.Log.Error("the card reader stopped", "error", err)
	}
}

// happened notes what the reader did and tells the page.
func (r *readerWatch) happened(ctx context.Context, e reader.Event) {
	part := api.Part{State: string(e.State)}
	if e.Fault != nil {
		part.Code = e.Fault.Code
	}
	r.mu.Lock()
	was := r.part
	r.part = part
	r.mu.Unlock()
	if lasting(was) != lasting(part) {
		r.node.replica.Made()
	}
	if e.State == reader.Read {
		if _, err := r.node.checkin.IdentifyCard(ctx, e.Person); err != nil {
			r.node.events.Tell("reader", api.Part{State: string(reader.Unreadable), Code: fault.CodeOf(err)})
			return
		}
		r.node.sessionChanged()
	}
	r.node.events.Tell("reader", part)
}

// follow resumes the reader where a card counts and pauses it elsewhere. Asking
// and acting on it are one: two callers never leave it the wrong way.
func (r *readerWatch) follow(asks func() bool) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if asks() {
		r.node.config.Reader.Resume()
		return
	}
	r.node.config.Reader.Pause()
}

// Part is how the reader is.
func (r *readerWatch) Part() api.Part {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.part.State == "" {
		return api.Part{State: string(reader.Paused)}
	}
	return r.part
}
