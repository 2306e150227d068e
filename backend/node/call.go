package node

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
)

// callLife is how long a call stands when nobody takes it back, by the corrected
// clock; checkCalls is how often a kiosk looks for calls older than that.
const (
	callLife   = 10 * time.Minute
	checkCalls = 15 * time.Second
)

// ownCalls are the calls of this kiosk that are open.
func (n *Node) ownCalls(ctx context.Context) ([]staffcall.Call, error) {
	open, err := n.store.OpenCalls(ctx, n.place().SiteID)
	if err != nil {
		return nil, err
	}
	var own []staffcall.Call
	for _, c := range open {
		if c.DeviceID == n.place().DeviceID {
			own = append(own, c)
		}
	}
	return own, nil
}

// CallStaff implements api.Kiosk. A second tap is the same call until staff have
// acknowledged it: who taps after that, the same person or the next, still wants
// somebody and is heard anew.
func (n *Node) CallStaff(ctx context.Context) (api.StaffCall, error) {
	online := n.replica.Status().Online
	n.calling.Lock()
	defer n.calling.Unlock()
	open, err := n.ownCalls(ctx)
	if err != nil {
		return api.StaffCall{}, err
	}
	for _, c := range open {
		if !n.isOld(c) && c.AcknowledgedAt.IsZero() {
			return api.StaffCall{RaisedAt: c.RaisedAt, Sent: online}, nil
		}
		if err := n.clear(ctx, c); err != nil {
			return api.StaffCall{}, err
		}
	}
	c := staffcall.Call{ID: n.config.NewID(), SiteID: n.place().SiteID, DeviceID: n.place().DeviceID, RaisedAt: n.clock.Corrected().UTC().Truncate(time.Microsecond)}
	if c.SiteID == "" {
		return api.StaffCall{}, fault.New(fault.Unavailable, "kiosk.unenrolled")
	}
	if err := n.calls.Record(ctx, c); err != nil {
		return api.StaffCall{}, fmt.Errorf("call staff: %w", err)
	}
	n.made(nil)
	return api.StaffCall{RaisedAt: c.RaisedAt, Sent: online}, nil
}

// CancelCall implements api.Kiosk.
func (n *Node) CancelCall(ctx context.Context) error {
	return n.clearCalls(ctx, func(staffcall.Call) bool { return true })
}

// isOld tells whether a call has stood long enough. One from the future was raised
// before the clock was put right.
func (n *Node) isOld(c staffcall.Call) bool {
	return n.clock.Corrected().Sub(c.RaisedAt).Abs() >= callLife
}

// clearCalls takes back the open calls of this kiosk that over names.
func (n *Node) clearCalls(ctx context.Context, over func(staffcall.Call) bool) error {
	n.calling.Lock()
	defer n.calling.Unlock()
	open, err := n.ownCalls(ctx)
	if err != nil {
		return err
	}
	cleared := false
	for _, c := range open {
		if !over(c) {
			continue
		}
		if err := n.clear(ctx, c); err != nil {
			return err
		}
		cleared = true
	}
	if cleared {
		n.made(nil)
	}
	return nil
}

// clear takes a call back, never before it was raised.
func (n *Node) clear(ctx context.Context, c staffcall.Call) error {
	c.ClearedAt = n.clock.Corrected().UTC()
	if c.ClearedAt.Before(c.RaisedAt) {
		c.ClearedAt = c.RaisedAt
	}
	return n.calls.Record(ctx, c)
}

// endOldCalls takes calls back that nobody cared for until ctx ends.
func (n *Node) endOldCalls(ctx context.Context) {
	ticker := time.NewTicker(checkCalls)
	defer ticker.Stop()
	for {
		if err := n.clearCalls(ctx, n.isOld); err != nil && ctx.Err() == nil {
			n.config.Log.Error("taking back an old call", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// leaves ends a session. Whoever ends it themselves takes their call back with it.
// A session that ran out leaves the call: its person may stand there and wait.
func (n *Node) leaves(ctx context.Context) error {
	_, gone := n.checkin.Current(ctx)
	if err := n.checkin.End(ctx); err != nil || gone != nil {
		return err
	}
	return n.CancelCall(ctx)
}
