package reader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/fault"
)

var (
	errSilent  = errors.New("the reader does not answer")
	errDamaged = errors.New("the reader's answer arrived damaged")
)

const (
	// slice is how long one look at the port lasts; also how soon a driver
	// notices the end of its context.
	slice = 20 * time.Millisecond
	// babble is how many bytes without a frame are taken for an answer.
	babble = 16 * 1024
)

// lostPort is a connection that is gone, as opposed to one that is troubled.
type lostPort struct{ error }

func (l lostPort) Unwrap() error { return l.error }

func isLost(err error) bool {
	_, lost := errors.AsType[lostPort](err)
	return lost
}

// line is the conversation over one open port.
type line struct {
	port    Port
	silence time.Duration // how long the reader may keep silent before an answer
	scan    scanner
}

// ask sends a command and waits for the reply. A status other than the accepted
// ones is a *StatusError. The reply's data is only valid until wipe.
func (l *line) ask(ctx context.Context, c command, accepted ...byte) (reply, error) {
	if err := l.drain(ctx); err != nil {
		return reply{}, err
	}
	if _, err := l.port.Write(c.frame()); err != nil {
		return reply{}, lostPort{fmt.Errorf("%s: %w", c.name, err)}
	}
	r, err := l.await(ctx)
	if err != nil {
		return reply{}, fmt.Errorf("%s: %w", c.name, err)
	}
	if slices.Contains(accepted, r.sw3) {
		if len(r.data) < c.least { // the late answer to another command
			return reply{}, fmt.Errorf("%s: %w", c.name, errDamaged)
		}
		return r, nil
	}
	return reply{}, &StatusError{Command: c.name, SW3: r.sw3}
}

// await reads until a frame is whole, the port has been silent for too long,
// or nothing but noise came.
func (l *line) await(ctx context.Context) (reply, error) {
	quiet, total := time.Duration(0), 0
	for quiet < l.silence && total < babble {
		n, err := l.read(ctx)
		if err != nil {
			return reply{}, err
		}
		if r, ok := l.scan.next(); ok {
			return r, nil
		}
		if n > 0 {
			quiet, total = 0, total+n
			continue
		}
		if quiet += slice; l.scan.damaged && !l.scan.isWaiting() {
			return reply{}, errDamaged
		}
	}
	if r, ok := l.scan.giveUp(); ok {
		return r, nil
	}
	if l.scan.damaged || total > 0 {
		return reply{}, errDamaged
	}
	return reply{}, errSilent
}

// drain throws away what came unasked or too late. Driver-side buffers are
// read empty rather than reset: the call to reset them does nothing on some
// USB adapters.
func (l *line) drain(ctx context.Context) error {
	if err := l.port.SetReadTimeout(time.Millisecond); err != nil {
		return lostPort{err}
	}
	for total := 0; total < babble; {
		n, err := l.read(ctx)
		if err != nil {
			return err
		}
		l.scan.wipe()
		if n == 0 {
			break
		}
		total += n
	}
	if err := l.port.SetReadTimeout(slice); err != nil {
		return lostPort{err}
	}
	return nil
}

// askTwice repeats a command whose answer was lost or damaged on the way: a
// card on the reader is worth a second try before its owner is bothered.
func (l *line) askTwice(ctx context.Context, c command, accepted ...byte) (reply, error) {
	r, err := l.ask(ctx, c, accepted...)
	if errors.Is(err, errDamaged) || errors.Is(err, errSilent) {
		return l.ask(ctx, c, accepted...)
	}
	return r, err
}

func (l *line) read(ctx context.Context) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.port.Read(l.scan.space())
	l.scan.took(n)
	if err != nil {
		return n, lostPort{err}
	}
	return n, nil
}

// explain turns an error of ask into what a screen explains.
func explain(err error) *fault.Fault {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.Fault()
	}
	switch {
	case errors.Is(err, errContent):
		return fault.Wrap(err, fault.Invalid, "reader.card_content")
	case errors.Is(err, errDamaged):
		return fault.Wrap(err, fault.Unavailable, "reader.damaged")
	case errors.Is(err, errSilent):
		return fault.Wrap(err, fault.Unavailable, "reader.silent")
	}
	return absence(err)
}
