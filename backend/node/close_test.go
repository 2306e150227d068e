package node

import (
	"context"
	"testing"
	"time"
)

// An enrolled kiosk that is told to stop stops: nothing of it goes on turning.
func TestAnEnrolledKioskStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	b.node.stop()
	done := make(chan struct{})
	go func() {
		b.node.work.Wait()
		close(done)
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case <-done:
	case <-ctx.Done():
		t.Error("the kiosk's work goes on after the stop")
	}
}
