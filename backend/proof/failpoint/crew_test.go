package failpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	product "lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
)

// crew is who works at desks of the center: a token for each role, good for ten minutes.
type crew struct {
	since   time.Time
	bearers map[staff.Role]string
}

// crewFor is how long the tokens of a crew are used.
const crewFor = 4 * time.Minute

// asked is the line to the center. Every question has a connection of its own: one of a
// center that was killed says nothing of the next.
var asked = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 40 * time.Second}

// hire brings somebody in with the phone their codes come from.
func (w *world) hire(role staff.Role) (m fleet.Member) {
	w.t.Helper()
	w.members++
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		m, err = fleet.Hire(ctx, c, fmt.Sprintf("member.%d", w.members), role)
		return err
	})
	return m
}

// gather sees to a crew with fresh tokens. Nobody logs in twice within the time of one code.
func (w *world) gather() {
	w.t.Helper()
	if !w.center.isAlive() {
		w.startCenter(nil)
	}
	if time.Since(w.crew.since) < crewFor {
		return
	}
	w.crew = crew{time.Now(), map[staff.Role]string{}}
	for _, role := range []staff.Role{staff.Reception, staff.DistrictClerk, staff.Reviewer, staff.Finance} {
		// The center may be killed meanwhile; whether their code is used up nobody knows then.
		_, err := w.insist(func() (err error) {
			w.crew.bearers[role], err = w.hire(role).LogIn(w.t.Context(), asked, w.address())
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) address() string { return "http://" + w.listen }

// insist asks until somebody answers: whoever asks a center that is killed asks the next
// one the same. again tells whether it may have happened before.
func (w *world) insist(ask func() error) (again bool, err error) {
	w.t.Helper()
	for began := time.Now(); time.Since(began) < patience; {
		if !w.center.isAlive() {
			w.burnt(w.center)
			w.startCenter(nil)
			again = true
		}
		at := w.center
		if err = ask(); !isAway(err) {
			return again, err
		}
		select {
		case <-at.ended:
		case <-time.After(time.Second): // it stands, and asks for patience
			again = true
		}
	}
	w.t.Fatalf("no answer from a center that stands: %v", err)
	return again, err
}

// isAway tells whether nobody answered.
func isAway(err error) bool {
	if err == nil {
		return false
	}
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok {
		return refusal.Status == http.StatusServiceUnavailable
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.Kind == fault.Unavailable
	}
	_, isNetwork := errors.AsType[net.Error](err)
	return isNetwork || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// tell is a question of somebody at a desk; a refusal with one of the codes is as good as
// an answer where it may have happened before.
func (w *world) tell(role staff.Role, method, path string, in, out any, done ...string) {
	w.t.Helper()
	bearer := w.crew.bearers[role]
	again, err := w.insist(func() error { return fleet.Ask(w.t.Context(), asked, method, w.address(), path, bearer, in, out) })
	refusal, ok := errors.AsType[*fleet.Refusal](err)
	for _, code := range done {
		if ok && again && refusal.Code == code {
			return
		}
	}
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// say is a question of a device.
func (w *world) say(d *fleet.Device, path string, in, out any) {
	w.t.Helper()
	_, err := w.insist(func() error { return d.Line(asked, w.address(), w.address()).Post(w.t.Context(), path, in, out) })
	if err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
}
