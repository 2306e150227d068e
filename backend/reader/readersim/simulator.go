//go:build linux

package readersim

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

const (
	textBytes  = 256
	photoBytes = 1024
)

// Effect is something that goes wrong with one answer.
type Effect struct {
	Status  byte            // answer with this status and no content
	Stray   []byte          // bytes before the answer
	Corrupt bool            // spoil the check byte
	Drop    int             // leave out so many bytes at the end
	Silent  bool            // no answer at all
	Hold    <-chan struct{} // answer only when this is closed
	Vanish  bool            // the plug is pulled halfway through the answer
}

// Options are how a simulated reader behaves all along.
type Options struct {
	// Watch is told every command before it is answered, on the simulator's
	// goroutine. It may call any method but Close, Vanish and Return.
	Watch func(Command)
	// KeepFinding makes the reader report a card that was already dealt with
	// as found again and again, as some do; others, like this one by default,
	// stay quiet until it is lifted.
	KeepFinding bool
}

// Simulator is one simulated reader. All methods may be called from anywhere.
type Simulator struct {
	opt  Options
	name string // symbolic link to the pseudo-terminal of the moment

	mu       sync.Mutex
	plug     *plug // nil while vanished
	card     *Card
	selected bool
	done     bool // the card was read or failed
	split    int
	next     map[Command][]Effect
	closed   chan struct{}
}

// plug is one connection of the reader's cable.
type plug struct {
	reader  *os.File // the reader's end
	host    *os.File // the host's end, held so that it exists while no driver has it open
	stopped chan struct{}
}

// Start connects a reader; Port then names its serial port inside the folder dir.
func Start(dir string, opt Options) (*Simulator, error) {
	s := &Simulator{opt: opt, name: filepath.Join(dir, "reader"), next: map[Command][]Effect{}, closed: make(chan struct{})}
	if err := s.Return(); err != nil {
		return nil, err
	}
	return s, nil
}

// Port is the name of the serial port. It stays the same over Vanish and Return.
func (s *Simulator) Port() string { return s.name }

// Put lays a card on the reader.
func (s *Simulator) Put(c Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.card, s.selected, s.done = &c, false, false
}

// Lift takes the card away.
func (s *Simulator) Lift() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.card, s.selected, s.done = nil, false, false
}

// Next queues effects for the next answers to a command, one each.
func (s *Simulator) Next(c Command, effects ...Effect) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next[c] = append(s.next[c], effects...)
}

// Split makes answers leave in pieces of n bytes, each only after the driver
// has taken the one before; 0 sends them whole.
func (s *Simulator) Split(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.split = n
}

// Vanish pulls the cable; the port is gone.
func (s *Simulator) Vanish() {
	s.mu.Lock()
	p := s.plug
	s.mu.Unlock()
	if p != nil {
		s.pull(p)
		<-p.stopped
	}
}

// Return plugs the cable in again.
func (s *Simulator) Return() error {
	p, target, err := connect()
	if err != nil {
		return err
	}
	fresh := s.name + ".new"
	if err := errors.Join(os.Symlink(target, fresh), os.Rename(fresh, s.name)); err != nil {
		return errors.Join(fmt.Errorf("name the reader's port: %w", err), p.reader.Close(), p.host.Close())
	}
	s.mu.Lock()
	s.plug = p
	s.mu.Unlock()
	go s.serve(p)
	return nil
}

// Close ends the simulation and waits until it has.
func (s *Simulator) Close() {
	close(s.closed)
	s.Vanish()
}

func connect() (*plug, string, error) {
	reader, host, err := pty.Open()
	if err != nil {
		return nil, "", fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	target := host.Name()
	_, err = term.MakeRaw(int(host.Fd()))
	pollable, dupErr := reopen(reader)
	if err := errors.Join(err, dupErr); err != nil {
		return nil, "", errors.Join(fmt.Errorf("prepare the pseudo-terminal: %w", err), reader.Close(), host.Close())
	}
	return &plug{reader: pollable, host: host, stopped: make(chan struct{})}, target, nil
}

// reopen makes the runtime poll the file, so that closing it ends a Read.
func reopen(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), f.Name()), f.Close()
}

// pull closes both ends, once.
func (s *Simulator) pull(p *plug) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plug != p {
		return
	}
	s.plug = nil
	_ = os.Remove(s.name) // a driver that still finds the name gets an error from the dead terminal
	_ = p.host.Close()
	_ = p.reader.Close()
}

// serve answers commands until the cable is pulled.
func (s *Simulator) serve(p *plug) {
	defer close(p.stopped)
	var in commands
	buffer := make([]byte, 256)
	for {
		n, err := p.reader.Read(buffer)
		if err != nil {
			return
		}
		in.feed(buffer[:n])
		for c, ok := in.next(); ok; c, ok = in.next() {
			s.respond(p, c)
		}
	}
}

func (s *Simulator) respond(p *plug, c Command) {
	if s.opt.Watch != nil {
		s.opt.Watch(c)
	}
	effect := s.takeEffect(c)
	if effect.Hold != nil {
		select {
		case <-effect.Hold:
		case <-s.closed:
		}
	}
	answer := s.answer(c, effect)
	switch {
	case effect.Silent:
		return
	case effect.Vanish:
		s.send(p, answer[:len(answer)/2])
		s.pull(p)
		return
	case effect.Corrupt:
		answer[len(answer)-1] ^= 0x55
	}
	s.send(p, effect.Stray)
	s.send(p, answer[:len(answer)-effect.Drop])
}

func (s *Simulator) takeEffect(c Command) Effect {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.next[c]
	if len(queue) == 0 {
		return Effect{}
	}
	s.next[c] = queue[1:]
	return queue[0]
}

// send writes bytes, split as told. A failed write means that the cable was
// pulled, which the next Read tells too.
func (s *Simulator) send(p *plug, b []byte) {
	s.mu.Lock()
	size := s.split
	s.mu.Unlock()
	if size <= 0 {
		size = len(b)
	}
	for len(b) > 0 {
		n := min(size, len(b))
		if _, err := p.reader.Write(b[:n]); err != nil {
			return
		}
		if b = b[n:]; len(b) > 0 && !s.taken(p) {
			return
		}
	}
}

// taken waits until the driver has read everything sent so far, or gives up
// after a second: then nobody listens. False means that the cable was pulled.
func (s *Simulator) taken(p *plug) bool {
	for range 10_000 {
		waiting := 0
		raw, err := p.host.SyscallConn()
		if err == nil {
			err = raw.Control(func(fd uintptr) { waiting, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
		}
		if err != nil {
			return false
		}
		if waiting == 0 {
			return true
		}
		time.Sleep(100 * time.Microsecond) // a terminal has no signal for "was read"
	}
	return true
}
