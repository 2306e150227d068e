package apitest

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"
)

// Heard keeps what many write at once, to be searched afterwards: a log, or what goes over
// a line. It implements io.Writer.
type Heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (h *Heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *Heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// LogsOf lets the default logger write here until a test ends: what is not a program's own
// logger must keep quiet as well.
func (h *Heard) LogsOf(t testing.TB) {
	t.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(h, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
}
