package checkin

import (
	"context"
	"time"
)

// alongside does what takes its time beside the journey: who waits can leave at any moment.
// What it returns is called under the lock with the session, unless the person has left
// meanwhile, and tells whether the screen shows something else now.
func (s *Service) alongside(c *session, within time.Duration, do func(ctx context.Context) (note func(c *session) bool)) {
	id := c.id
	s.beside.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		if s.noted(id, do(ctx)) {
			s.deps.Changed() // not under the lock: who hears it may ask the session
		}
	})
}

func (s *Service) noted(id string, note func(c *session) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current != nil && s.current.id == id && note(s.current)
}
