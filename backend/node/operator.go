package node

import (
	"context"
	"crypto/subtle"
	"fmt"
	"sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
)

// attempts slows down whoever tries PINs: after three wrong ones each costs
// twice the time of the one before, up to an hour.
type attempts struct {
	mu    sync.Mutex
	wrong int
	until time.Time
}

const (
	freeAttempts = 3
	firstPenalty = 5 * time.Second
	mostPenalty  = time.Hour
)

// check compares a PIN. Faults: "operator.pin", "operator.wait" with seconds.
func (a *attempts) check(now time.Time, want, got string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Before(a.until) {
		return fault.New(fault.TooMany, "operator.wait").With("seconds", int(a.until.Sub(now).Seconds())+1)
	}
	if want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1 {
		a.wrong = 0
		return nil
	}
	a.wrong++
	if over := a.wrong - freeAttempts; over >= 0 {
		a.until = now.Add(min(firstPenalty<<min(over, 20), mostPenalty))
	}
	return fault.New(fault.Forbidden, "operator.pin")
}

func (n *Node) checkPIN(pin string) error { return n.attempts.check(n.config.Now(), n.config.PIN, pin) }

// How many dead letters the panel shows, open ones and those somebody dealt with, and
// how many of the center's changes that were set aside.
const (
	shownLetters  = 50
	shownSettled  = 5
	shownSetAside = 20
)

// Operator implements api.Kiosk.
func (n *Node) Operator(ctx context.Context, pin string) (api.OperatorPanel, error) {
	if err := n.checkPIN(pin); err != nil {
		return api.OperatorPanel{}, err
	}
	state, err := n.State(ctx)
	if err != nil {
		return api.OperatorPanel{}, err
	}
	letters, err := n.letters().List(ctx, false)
	if err != nil {
		return api.OperatorPanel{}, err
	}
	settled, err := n.letters().List(ctx, true)
	if err != nil {
		return api.OperatorPanel{}, err
	}
	aside, err := n.setAside(ctx)
	if err != nil {
		return api.OperatorPanel{}, err
	}
	schema, err := n.store.SchemaVersion(ctx)
	if err != nil {
		return api.OperatorPanel{}, err
	}
	status := n.replica.Status()
	return api.OperatorPanel{State: state, DeviceID: n.place().DeviceID, Center: n.identity.Load().Center,
		DeadLetters: letters[:min(len(letters), shownLetters)], Settled: settled[:min(len(settled), shownSettled)], SetAside: aside, LastPush: status.Progress.LastPush, LastError: status.LastError,
		Database: fmt.Sprintf("%s, schema %d", n.store.Version(), schema)}, nil
}

// setAside lists what of the center's was not understood.
func (n *Node) setAside(ctx context.Context) ([]api.SetAside, error) {
	kept, err := n.store.Quarantined(ctx, shownSetAside)
	if err != nil {
		return nil, err
	}
	shown := make([]api.SetAside, 0, len(kept))
	for _, q := range kept {
		shown = append(shown, api.SetAside{Noun: string(q.Noun), Code: q.Code, Attempts: q.Attempts, LastAt: q.LastAt})
	}
	return shown, nil
}

// TestPage implements api.Kiosk.
func (n *Node) TestPage(ctx context.Context, pin string) error {
	if err := n.checkPIN(pin); err != nil {
		return err
	}
	return n.paper.testPage(ctx)
}

// Leave implements api.Kiosk.
func (n *Node) Leave(_ context.Context, pin string) error {
	if err := n.checkPIN(pin); err != nil {
		return err
	}
	n.exitOnce.Do(func() { close(n.exit) })
	return nil
}
