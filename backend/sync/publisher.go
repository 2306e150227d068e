package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Load returns the present content of things by id; what is gone is left out.
type Load func(ctx context.Context, ids []string) (map[string]any, error)

// PageSize is the most changes one pull answers.
const PageSize = 1000

// pollEvery is how often a waiting pull looks for changes that another center
// on the same database made; its own wake it at once.
const pollEvery = time.Second

// Publisher is the center's end of a pull.
type Publisher struct {
	Feed    Feed
	Epoch   func(ctx context.Context) (string, error)
	Loaders map[Noun]Load
	Now     func() time.Time
	// Head returns the last place that was given in a scope.
	Head func(ctx context.Context, scope string) (int64, error)
	// WentBack is told that a device has seen places the feed never gave: the
	// database was replaced by an older one. It returns the epoch from now on.
	WentBack func(ctx context.Context) (string, error)

	mu     sync.Mutex
	waking chan struct{}
}

// Wake lets every waiting pull look again.
func (p *Publisher) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waking != nil {
		close(p.waking)
		p.waking = nil
	}
}

// Woken returns a channel that closes with the next Wake, for others who wait for
// what devices send.
func (p *Publisher) Woken() <-chan struct{} { return p.woken() }

// woken returns a channel that closes with the next Wake.
func (p *Publisher) woken() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waking == nil {
		p.waking = make(chan struct{})
	}
	return p.waking
}

// Pull answers the changes of the scopes after the cursor. Without any it waits
// up to wait for the next one. A cursor of another epoch starts over: the center
// was restored, and places in its feeds mean something else now.
func (p *Publisher) Pull(ctx context.Context, scopes []string, cursor string, wait time.Duration) (PullResponse, error) {
	after, err := ParseCursor(cursor)
	if err != nil {
		return PullResponse{}, err
	}
	epoch, err := p.Epoch(ctx)
	if err != nil {
		return PullResponse{}, err
	}
	if after, err = p.begin(ctx, after, epoch); err != nil {
		return PullResponse{}, err
	}
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		woken := p.woken()
		out, err := p.page(ctx, scopes, after)
		if err != nil || len(out.Changes) > 0 || wait <= 0 {
			return out, err
		}
		select {
		case <-woken:
		case <-poll.C:
		case <-deadline.C:
			return out, nil
		case <-ctx.Done():
			return PullResponse{}, context.Cause(ctx)
		}
	}
}

// begin returns where a pull begins: at the device's cursor, or at the beginning
// when the cursor is of another epoch or lies beyond what the feed ever gave.
func (p *Publisher) begin(ctx context.Context, after Cursor, epoch string) (Cursor, error) {
	if after.Epoch == epoch {
		isBeyond, err := p.isBeyond(ctx, after)
		if err != nil || !isBeyond {
			return after, err
		}
		if epoch, err = p.WentBack(ctx); err != nil {
			return Cursor{}, fmt.Errorf("begin a new epoch: %w", err)
		}
	}
	return Cursor{Epoch: epoch, Seqs: map[string]int64{}}, nil
}

func (p *Publisher) isBeyond(ctx context.Context, after Cursor) (bool, error) {
	for scope, seq := range after.Seqs {
		head, err := p.Head(ctx, scope)
		if err != nil || seq > head {
			return err == nil, err
		}
	}
	return false, nil
}

// page reads one page over all scopes, the first scope first.
func (p *Publisher) page(ctx context.Context, scopes []string, after Cursor) (PullResponse, error) {
	out := PullResponse{Protocol: Protocol, Changes: []Change{}}
	for _, scope := range scopes {
		room := PageSize - len(out.Changes)
		if room == 0 {
			out.More = true
			break
		}
		placed, err := p.Feed.Changed(ctx, scope, after.Seqs[scope], room)
		if err != nil {
			return PullResponse{}, err
		}
		if len(placed) == 0 {
			continue
		}
		changes, err := p.load(ctx, placed)
		if err != nil {
			return PullResponse{}, err
		}
		out.Changes = append(out.Changes, changes...)
		after.Seqs[scope] = placed[len(placed)-1].Seq
		out.More = out.More || len(placed) == room
	}
	out.Cursor, out.Now = after.String(scopes), p.Now().UTC()
	return out, nil
}

// load fetches contents noun by noun, in one query each, and keeps the order.
func (p *Publisher) load(ctx context.Context, placed []Placed) ([]Change, error) {
	ids := map[Noun][]string{}
	for _, c := range placed {
		if !c.Deleted {
			ids[c.Noun] = append(ids[c.Noun], c.ID)
		}
	}
	contents := map[Noun]map[string]any{}
	for noun, of := range ids {
		load, ok := p.Loaders[noun]
		if !ok {
			return nil, fmt.Errorf("nothing loads %q for the feed", noun)
		}
		found, err := load(ctx, of)
		if err != nil {
			return nil, fmt.Errorf("load %s for the feed: %w", noun, err)
		}
		contents[noun] = found
	}
	changes := make([]Change, 0, len(placed))
	for _, c := range placed {
		content, ok := contents[c.Noun][c.ID]
		if c.Deleted || !ok {
			changes = append(changes, Change{Noun: c.Noun, ID: c.ID, Deleted: true})
			continue
		}
		data, err := json.Marshal(content)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", c.Noun, err)
		}
		changes = append(changes, Change{Noun: c.Noun, ID: c.ID, Data: data})
	}
	return changes, nil
}
