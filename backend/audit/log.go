package audit

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Store keeps the log. Its methods take part in the transaction that ctx
// carries: an action and its entry happen together or not at all.
type Store interface {
	// AuditHead returns the end of the log, the zero Head when it is empty, and
	// keeps others from appending until the transaction is over.
	AuditHead(ctx context.Context) (Head, error)
	// InsertEntries adds entries as they are; a sequence that is there already is an error.
	InsertEntries(ctx context.Context, all ...Entry) error
	// Entries returns up to limit entries after seq, oldest first.
	Entries(ctx context.Context, after int64, limit int) ([]Entry, error)
}

// Log writes to a Store.
type Log struct {
	Store Store
	Now   func() time.Time
}

// Record appends what was done; Seq, Prev and Hash are set here, and At unless
// it is set already (one timestamp per transaction).
func (l Log) Record(ctx context.Context, e Entry) (Entry, error) {
	e, err := l.checked(e)
	if err != nil {
		return Entry{}, err
	}
	all := []Entry{e}
	if err := l.append(ctx, all); err != nil {
		return Entry{}, err
	}
	return all[0], nil
}

// checked is an entry that may be appended.
func (l Log) checked(e Entry) (Entry, error) {
	if e.At.IsZero() {
		e.At = l.Now()
	}
	return e, e.Check()
}

// append gives checked entries the places after the end of the log, in their order.
func (l Log) append(ctx context.Context, all []Entry) error {
	end, err := l.Store.AuditHead(ctx)
	if err != nil {
		return fmt.Errorf("record %s: %w", all[0].Action, err)
	}
	for i := range all {
		all[i] = Chain(end, all[i])
		end = all[i].Head()
	}
	if err := l.Store.InsertEntries(ctx, all...); err != nil {
		return fmt.Errorf("record %s: %w", all[0].Action, err)
	}
	return nil
}

// page is how many entries are read at a time: a log of years is never in memory whole.
const page = 1000

// All returns the whole log, oldest first.
func (l Log) All(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		after := int64(0)
		for {
			entries, err := l.Store.Entries(ctx, after, page)
			if err != nil {
				yield(Entry{}, fmt.Errorf("read log after %d: %w", after, err))
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			if len(entries) == 0 {
				return
			}
			// At least one further, so that a store that answers wrongly cannot make this turn in a circle.
			after = max(after+1, entries[len(entries)-1].Seq)
		}
	}
}
