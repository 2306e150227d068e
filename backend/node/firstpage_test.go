package node

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestExchangeAwaitsTheFirstPage: it begins when somebody has a page before them, and
// on a kiosk whose screen stays dark all the same.
func TestExchangeAwaitsTheFirstPage(t *testing.T) {
	began := func(n *Node, ctx context.Context) <-chan time.Duration {
		from, began := time.Now(), make(chan time.Duration, 1)
		go func() {
			n.awaitPage(ctx)
			began <- time.Since(from)
		}()
		return began
	}
	synctest.Test(t, func(t *testing.T) {
		shown := make(chan struct{})
		n := &Node{config: Config{Shown: shown}}

		soon := began(n, t.Context())
		time.Sleep(time.Second)
		close(shown)
		if after := <-soon; after != time.Second {
			t.Errorf("the page was there after a second, the exchange began after %s", after)
		}

		dark := &Node{config: Config{Shown: make(chan struct{})}}
		if after := <-began(dark, t.Context()); after != pageTime {
			t.Errorf("with a dark screen it began after %s", after)
		}

		closing, stop := context.WithCancel(t.Context())
		stop()
		if after := <-began(dark, closing); after != 0 {
			t.Errorf("a kiosk that closes waited for %s", after)
		}
		if after := <-began(&Node{}, t.Context()); after != 0 {
			t.Errorf("without a window it waited for %s", after)
		}
	})
}
