//go:build linux

package reader

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/reader/readersim"
)

// bench is a driver over a real serial port library, a real pseudo-terminal and
// a simulated reader. Its clock does not wait: polls follow each other at once,
// and what the driver wanted to wait is noted.
type bench struct {
	*testing.T
	sim    *readersim.Simulator
	driver *SDT
	events chan Event
	stop   func() // ends Run and waits for it

	mu      sync.Mutex
	trace   []string // commands and waits, in order
	onAsked func(readersim.Command)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchWith(t, readersim.Options{}, 10*time.Second) // no test machine is that slow
}

// newImpatientBench is for tests in which the reader is silent.
func newImpatientBench(t *testing.T) *bench {
	t.Helper()
	return newBenchWith(t, readersim.Options{}, 300*time.Millisecond)
}

func newBenchWith(t *testing.T, opt readersim.Options, silence time.Duration) *bench {
	t.Helper()
	b := &bench{T: t, events: make(chan Event, 64)}
	opt.Watch = b.asked
	sim, err := readersim.Start(t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	b.sim = sim
	b.driver = NewSDT(Serial(sim.Port()), Options{Silence: silence, Wait: b.wait})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.driver.Run(ctx, func(e Event) { b.events <- e }) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
	t.Cleanup(func() {
		b.stop()
		sim.Close()
		left := ownGoroutines()
		for try := 0; left != "" && try < 10_000; try++ { // one that has told its end may still be on its last instruction
			runtime.Gosched()
			left = ownGoroutines()
		}
		if left != "" {
			t.Errorf("goroutines left behind:\n%s", left)
		}
	})
	return b
}

// ownGoroutines returns the stacks of goroutines in the driver or the simulator.
func ownGoroutines() string {
	buffer := make([]byte, 1<<20)
	var left []string
	for _, stack := range strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n")[1:] {
		if strings.Contains(stack, "reader.(*SDT)") || strings.Contains(stack, "readersim.(*Simulator)") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

func (b *bench) wait(ctx context.Context, d time.Duration) error {
	b.note("wait " + d.String())
	runtime.Gosched()
	return ctx.Err()
}

func (b *bench) asked(c readersim.Command) {
	b.note(map[readersim.Command]string{
		readersim.Reset: "reset", readersim.Status: "status", readersim.Find: "find", readersim.Select: "select", readersim.ReadCard: "read",
	}[c])
	b.mu.Lock()
	then := b.onAsked
	b.mu.Unlock()
	if then != nil {
		then(c)
	}
}

func (b *bench) note(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trace = append(b.trace, s)
}

func (b *bench) traced() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.trace...)
}

// whenAsked does something once, when the reader is asked c.
func (b *bench) whenAsked(c readersim.Command, then func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onAsked = func(asked readersim.Command) {
		if asked == c {
			b.mu.Lock()
			b.onAsked = nil
			b.mu.Unlock()
			then()
		}
	}
}

// expect returns the next event, which must have the state and the fault code.
func (b *bench) expect(state State, code string) Event {
	b.Helper()
	select {
	case e := <-b.events:
		got := ""
		if e.Fault != nil {
			got = e.Fault.Code
		}
		if e.State != state || got != code {
			b.Fatalf("event %s %q (%v), want %s %q", e.State, got, e.Fault, state, code)
		}
		return e
	case <-time.After(20 * time.Second):
		b.Fatalf("no event; wanted %s %q", state, code)
	}
	panic("unreachable")
}

// ready resumes a fresh driver and takes its first event.
func (b *bench) ready() *bench {
	b.Helper()
	b.driver.Resume()
	b.expect(Ready, "")
	return b
}

// usable shows that after what happened the next person's card is read.
func (b *bench) usable() {
	b.Helper()
	b.sim.Lift()
	b.expect(Ready, "")
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	if p := b.expect(Read, "").Person; p.Name != "王𬭎" {
		b.Errorf("read %s", p)
	}
}
