package audit

import (
	"context"
	"fmt"
	"time"
)

// Query says which entries are looked for; what is empty is not asked for.
type Query struct {
	Who    string
	Action string // whole, or its beginning up to a dot: "device." is everything of devices
	Noun   string
	Object string // ID of a thing
	Site   string
	Device string    // device or login it was done from
	From   time.Time // whole seconds
	Until  time.Time // whole seconds, not included
	Before int64     // only entries before this sequence; 0: from the newest on
	Limit  int
}

// Found is a page of a search, newest first.
type Found struct {
	Entries []Entry
	// Next goes on as Query.Before; 0: everything was looked through.
	Next int64
	// Reached is when the oldest entry looked at was written; zero with Next 0.
	Reached time.Time
}

// Archive is a log that can be looked through.
type Archive interface {
	// Newest is the sequence of the newest entry, 0 for none. It keeps nobody from appending.
	Newest(ctx context.Context) (int64, error)
	// Matching returns up to limit entries after one and up to another, newest first.
	Matching(ctx context.Context, q Query, after, upTo int64, limit int) ([]Entry, error)
	// Entries is Store's.
	Entries(ctx context.Context, after int64, limit int) ([]Entry, error)
}

const (
	// window is how many entries one search looks through: the log keeps no index, which
	// every reading of a visit would pay for, and a search is to be answered at once.
	window = 20_000
	// slack is how many places an entry may stand from where its time would have it.
	slack = 1_000
)

// Search looks through a log from the newest entry back, a window at a time; whoever has
// not found enough goes on at Found.Next.
func Search(ctx context.Context, a Archive, q Query) (Found, error) {
	top, err := a.Newest(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("search audit log: %w", err)
	}
	bottom := int64(0)
	switch {
	case q.Before > 0:
		top = min(top, q.Before-1)
	case !q.Until.IsZero():
		place, err := placeOf(ctx, a, q.Until, top)
		if err != nil {
			return Found{}, err
		}
		top = min(top, place+slack)
	}
	if !q.From.IsZero() {
		place, err := placeOf(ctx, a, q.From, top)
		if err != nil {
			return Found{}, err
		}
		bottom = max(place-slack, 0)
	}
	low := max(bottom, top-window)
	entries, err := a.Matching(ctx, q, low, top, q.Limit+1)
	if err != nil {
		return Found{}, err
	}
	out := Found{Entries: entries}
	switch {
	case len(entries) > q.Limit:
		out.Entries = entries[:q.Limit]
		out.Next = out.Entries[q.Limit-1].Seq
	case low > bottom:
		out.Next = low + 1
	default:
		return out, nil
	}
	oldest, err := a.Entries(ctx, out.Next-1, 1)
	if err == nil && len(oldest) == 1 {
		out.Reached = oldest[0].At
	}
	return out, err
}

// placeOf is about where the entries of a time begin: times follow the sequence but for
// changes that were made at the same moment.
func placeOf(ctx context.Context, a Archive, at time.Time, newest int64) (int64, error) {
	low, high := int64(0), newest // of entries after low, those after high are not before at
	for low < high {
		middle := (low + high) / 2
		found, err := a.Entries(ctx, middle, 1)
		if err != nil {
			return 0, fmt.Errorf("search audit log by time: %w", err)
		}
		if len(found) == 0 || !found[0].At.Before(at) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low, nil
}
