package sync

import "context"

// PushAll and PullOnce are one turn of the replica's loops.
func (r *Replica) PushAll(ctx context.Context) error  { return r.pushAll(ctx) }
func (r *Replica) PullOnce(ctx context.Context) error { return r.pullOnce(ctx) }

// Bounds of one push.
const (
	BatchSize     = batchSize
	BatchBytes    = batchBytes
	MaxOperations = maxOperations
)
