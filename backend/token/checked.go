package token

import (
	"bytes"
	"sync"
)

// checkedMost is how many tokens are remembered in each of two generations: some
// thousand devices and desks, each with one for ten minutes.
const checkedMost = 8192

// Checked remembers tokens whose signature was right, so that a client that calls again
// and again with one costs one check of it. A remembered token is right by the same key
// only; its times, its scope and whether it was withdrawn are looked at each time.
// The zero value is ready; it is safe for concurrent use.
type Checked struct {
	mu          sync.Mutex
	now, before map[string]checked // by the token as it was sent
}

// checked is a token that was read and whose signature was right.
type checked struct {
	header header
	claims Claims
	key    []byte
}

func (c *Checked) find(raw string) (checked, bool) {
	if c == nil {
		return checked{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	one, ok := c.now[raw]
	if !ok {
		if one, ok = c.before[raw]; ok {
			c.put(raw, one)
		}
	}
	return one, ok
}

func (c *Checked) remember(raw string, one checked) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(raw, one)
}

func (c *Checked) put(raw string, one checked) {
	if len(c.now) >= checkedMost || c.now == nil {
		c.now, c.before = make(map[string]checked), c.now
	}
	c.now[raw] = one
}

func (o checked) isOf(key PublicKey) bool { return bytes.Equal(o.key, key.raw) }
