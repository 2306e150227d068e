package sync

import "sync"

// part is what changed in one scope after a place.
type part struct {
	changes []Change
	last    int64 // place of the last of them
	isFull  bool  // there may be more
}

// partKey names a part: what was asked for, and where the feed was.
type partKey struct {
	epoch       string // places mean something else in another
	scope       string
	after, head int64
	limit       int
}

// maxParts is how many parts are kept; those who are woken together ask for one or two.
const maxParts = 16

// pages keeps what all who are woken by one change ask for, so that it is read once.
// It holds only scopes without a person, and what is in it is never out of date: a
// thing that changed again has a later place, and the head is another one.
type pages struct {
	mu    sync.Mutex
	parts map[partKey]*sharedPart
}

type sharedPart struct {
	mu    sync.Mutex
	known bool
	part  part
}

// of reads a part, or takes it from whoever read it. A failure is only one's own.
func (p *pages) of(key partKey, read func() (part, error)) (part, error) {
	p.mu.Lock()
	kept, ok := p.parts[key]
	if !ok {
		if p.parts == nil || len(p.parts) >= maxParts {
			p.parts = map[partKey]*sharedPart{}
		}
		kept = &sharedPart{}
		p.parts[key] = kept
	}
	p.mu.Unlock()
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.known {
		return kept.part, nil
	}
	found, err := read()
	if err == nil {
		kept.part, kept.known = found, true
	}
	return found, err
}
