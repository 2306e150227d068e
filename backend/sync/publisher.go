package sync

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Load returns the present content of things by id; what is gone is left out.
type Load func(ctx context.Context, ids []string) (map[string]any, error)

// PageSize is the most changes one pull answers.
const PageSize = 1000

// Bounds of waiting.
const (
	pollEvery = time.Second            // see Publisher.Every
	spread    = 300 * time.Millisecond // over which pulls that all wait for the same are answered
)

// Publisher is the center's end of a pull.
type Publisher struct {
	Feed    Feed
	Epoch   func(ctx context.Context) (string, error)
	Loaders map[Noun]Load
	Now     func() time.Time
	// Heads returns the last place that was given in every scope.
	Heads func(ctx context.Context) (map[string]int64, error)
	// Every is how often it looks, for all pulls that wait, whether another center or
	// a command on the same database changed something; its own changes are looked for
	// at once. 0: a second.
	Every time.Duration
	// IsOwnFailure tells whether an error of a loader is the database's own, which no
	// single thing is to blame for; see Failures.
	IsOwnFailure func(err error) bool
	// LeftOut hears of each thing that could not be read and is told to nobody until it
	// changes or an epoch begins. nil: nobody hears.
	LeftOut func(ctx context.Context, mark Placed, err error)
	// WentBack is told that a device has seen places the feed never gave: the
	// database was replaced by an older one. It returns the epoch from now on.
	WentBack func(ctx context.Context) (string, error)

	mu     sync.Mutex
	waking chan struct{}
	watch  *watch
	shared pages
}

// Wake has the feed looked at for whoever waits.
func (p *Publisher) Wake() {
	p.watching().wake()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waking != nil {
		close(p.waking)
		p.waking = nil
	}
}

// Woken returns a channel that closes with the next Wake, for others who wait for
// what devices send.
func (p *Publisher) Woken() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waking == nil {
		p.waking = make(chan struct{})
	}
	return p.waking
}

func (p *Publisher) watching() *watch {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watch == nil {
		p.watch = newWatch(p.heads, cmp.Or(p.Every, pollEvery))
	}
	return p.watch
}

// heads reads the epoch first: one that begins meanwhile is noticed the next time.
func (p *Publisher) heads(ctx context.Context) (Heads, error) {
	epoch, err := p.Epoch(ctx)
	if err != nil {
		return Heads{}, err
	}
	seqs, err := p.Heads(ctx)
	return Heads{Epoch: epoch, Seqs: seqs}, err
}

// Pull answers the changes of the scopes after the cursor. Without any it waits
// up to wait for the next one. A cursor of another epoch starts over: the center
// was restored, and places in its feeds mean something else now.
func (p *Publisher) Pull(ctx context.Context, scopes []string, cursor string, wait time.Duration) (PullResponse, error) {
	after, err := ParseCursor(cursor)
	if err != nil {
		return PullResponse{}, err
	}
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for waited := false; ; waited = true {
		heads, err := p.begin(ctx, &after, wait > 0)
		if err != nil {
			return PullResponse{}, err
		}
		out, err := p.page(ctx, scopes, after, heads, waited)
		if err != nil || len(out.Changes) > 0 || out.More || wait <= 0 {
			return out, err
		}
		isOver, err := p.await(ctx, scopes, after, deadline.C)
		if err != nil {
			return PullResponse{}, err
		}
		if isOver {
			out.Now = p.Now().UTC()
			return out, nil
		}
	}
}

// await returns when something changed in the scopes, or when the time is over. What
// all devices follow is answered to one after the other: a device's own site at once,
// with whatever else there is.
func (p *Publisher) await(ctx context.Context, scopes []string, after Cursor, over <-chan time.Time) (isOver bool, err error) {
	x := p.watching().join(after, scopes)
	defer p.watching().leave(x)
	select {
	case <-x.woken:
	case <-over:
		return true, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	if heads, ok := p.watching().known(); ok && slices.ContainsFunc(heads.moved(after, scopes), isOwn) {
		return false, nil
	}
	turn := time.NewTimer(rand.N(spread))
	defer turn.Stop()
	select {
	case <-turn.C:
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	return false, nil
}

func isFollowedByAll(scope string) bool { return rank(scope) != 1 }

func isOwn(scope string) bool { return !isFollowedByAll(scope) }

// begin says where the feeds are, and moves the cursor to the beginning when it is
// of another epoch or lies beyond what the feed ever gave. Who can wait takes the
// word of those who wait already.
func (p *Publisher) begin(ctx context.Context, after *Cursor, canWait bool) (Heads, error) {
	if heads, ok := p.watching().known(); ok && canWait && heads.covers(*after) {
		return heads, nil
	}
	heads, err := p.heads(ctx)
	if err != nil || heads.covers(*after) {
		return heads, err
	}
	if after.Epoch == heads.Epoch {
		if heads.Epoch, err = p.WentBack(ctx); err != nil {
			return heads, fmt.Errorf("begin a new epoch: %w", err)
		}
	}
	*after = Cursor{Epoch: heads.Epoch, Seqs: map[string]int64{}}
	return heads, nil
}

// page reads one page over all scopes, the first scope first, and moves the cursor
// behind it. Where nothing is left to tell the cursor stands at the head.
func (p *Publisher) page(ctx context.Context, scopes []string, after Cursor, heads Heads, waited bool) (PullResponse, error) {
	out := PullResponse{Protocol: Protocol, Changes: []Change{}}
	for _, scope := range scopes {
		if heads.Seqs[scope] <= after.Seqs[scope] {
			continue
		}
		room := PageSize - len(out.Changes)
		if room == 0 {
			out.More = true
			break
		}
		read := func() (part, error) { return p.part(ctx, scope, after.Seqs[scope], room) }
		var found part
		var err error
		if waited && isFollowedByAll(scope) {
			found, err = p.shared.of(partKey{heads.Epoch, scope, after.Seqs[scope], heads.Seqs[scope], room}, read)
		} else {
			found, err = read()
		}
		if err != nil {
			return PullResponse{}, err
		}
		out.Changes = append(out.Changes, found.changes...)
		if found.isFull {
			out.More, after.Seqs[scope] = true, found.last
			break
		}
		after.Seqs[scope] = max(found.last, heads.Seqs[scope])
	}
	out.Cursor, out.Now = after.String(scopes), p.Now().UTC()
	return out, nil
}

// part reads what changed in one scope.
func (p *Publisher) part(ctx context.Context, scope string, after int64, limit int) (part, error) {
	placed, err := p.Feed.Changed(ctx, scope, after, limit)
	if err != nil || len(placed) == 0 {
		return part{last: after}, err
	}
	changes, err := p.load(ctx, placed)
	return part{changes: changes, last: placed[len(placed)-1].Seq, isFull: len(placed) == limit}, err
}

// load fetches contents noun by noun, in one query each, and keeps the order. What
// cannot be read is left out; see Publisher.LeftOut.
func (p *Publisher) load(ctx context.Context, placed []Placed) ([]Change, error) {
	ids := map[Noun][]string{}
	for _, c := range placed {
		if !c.Deleted {
			ids[c.Noun] = append(ids[c.Noun], c.ID)
		}
	}
	contents, failed := map[Noun]map[string]any{}, map[Noun]failures{}
	for noun, of := range ids {
		load, ok := p.Loaders[noun]
		if !ok {
			return nil, fmt.Errorf("nothing loads %q for the feed", noun)
		}
		var err error
		if contents[noun], failed[noun], err = p.contents(ctx, load, of); err != nil {
			return nil, fmt.Errorf("load %s for the feed: %w", noun, err)
		}
	}
	changes := make([]Change, 0, len(placed))
	for _, mark := range placed {
		if c, ok := p.change(ctx, mark, contents[mark.Noun], failed[mark.Noun]); ok {
			changes = append(changes, c)
		}
	}
	return changes, nil
}
