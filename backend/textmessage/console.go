package textmessage

import (
	"context"
	"fmt"
	"io"
	"sync"

	"lianxin/backend/identity"
)

// Console shows messages on the center's console. It is for demos: whoever reads the
// console reads the codes. The phone is masked all the same.
type Console struct {
	Out io.Writer
	mu  sync.Mutex
}

// Send implements Driver.
func (c *Console) Send(_ context.Context, m Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := fmt.Fprintf(c.Out, "短信 text message → %s: %s\n", identity.MaskMiddle(m.To, 3, 4), m.Text); err != nil {
		return fmt.Errorf("show a message: %w", err)
	}
	return nil
}
