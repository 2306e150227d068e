package node

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	replication "lianxin/backend/sync"
	"lianxin/backend/visit"
)

// Idle is an open kiosk that does nothing by itself: whoever holds it takes its
// turns, one at a time and in an order of their own. A simulation can so repeat
// what happened.
type Idle struct{ node *Node }

// OpenIdle opens a kiosk like Open and starts none of its work.
func OpenIdle(ctx context.Context, config Config) (Idle, error) {
	n, err := assembled(ctx, config)
	if err != nil {
		return Idle{}, err
	}
	return Idle{n}, nil
}

// Close releases the database.
func (i Idle) Close() error { return i.node.store.Close() }

// Enrol claims an invitation; Approval then asks once whether it was approved.
func (i Idle) Enrol(ctx context.Context, in api.EnrolInput) (api.EnrolmentState, error) {
	return i.node.Enrol(ctx, in)
}

// Approval asks the center once and takes its grant.
func (i Idle) Approval(ctx context.Context) error { return i.node.askApproval(ctx) }

// Connect makes the turns of an enrolled kiosk possible.
func (i Idle) Connect() error { return i.node.connect(i.node.identity.Load()) }

// Push is one turn of sending what was made here.
func (i Idle) Push(ctx context.Context) error { return i.node.replica.Turn(ctx, replication.Push) }

// Pull is one turn of taking what was made elsewhere.
func (i Idle) Pull(ctx context.Context) error { return i.node.replica.Turn(ctx, replication.Pull) }

// Forget is the hourly turn that forgets past days.
func (i Idle) Forget(ctx context.Context) error { return i.node.forget(ctx) }

// Place is where the kiosk stands.
func (i Idle) Place() checkin.Place { return i.node.place() }

// Clock is what the kiosk knows of the time.
func (i Idle) Clock() checkin.Clock { return i.node.clock }

// Status is how the line to the center is.
func (i Idle) Status() replication.Status { return i.node.replica.Status() }

// Store is the kiosk's database.
func (i Idle) Store() *store.Store { return i.node.store }

// Visits records check-ins with their papers.
func (i Idle) Visits() visit.Recorder { return i.node.recorder() }

// Calls records calls for staff.
func (i Idle) Calls() staffcall.Recorder { return i.node.calls }
