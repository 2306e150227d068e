package staff

import (
	"testing"
	"time"
)

func TestSessionIsOver(t *testing.T) {
	s := Session{StartedAt: noon, EndsAt: noon.Add(SessionLife)}
	for _, c := range []struct {
		after time.Duration
		over  bool
	}{{0, false}, {SessionLife - time.Second, false}, {SessionLife, true}, {48 * time.Hour, true}} {
		if s.IsOver(noon.Add(c.after)) != c.over {
			t.Errorf("after %v: over is %v", c.after, !c.over)
		}
	}
	if !(Session{}).IsOver(noon) {
		t.Error("a session that was never started is open")
	}
}
