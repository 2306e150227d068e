package center

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
)

// OpenCalls implements api.StaffCalls.
func (c *Center) OpenCalls(ctx context.Context, seen string, wait time.Duration, by api.Caller) (list api.OpenCallList, err error) {
	_, err = c.awaited(ctx, seen, wait, func(ctx context.Context) (string, error) {
		list, err = c.openCalls(ctx, by)
		return list.Seen, err
	})
	if err != nil {
		return api.OpenCallList{}, err
	}
	return list, nil
}

func (c *Center) openCalls(ctx context.Context, by api.Caller) (api.OpenCallList, error) {
	open, err := c.store.OpenCallsAt(ctx, by.Sites)
	if err != nil {
		return api.OpenCallList{}, err
	}
	list := api.OpenCallList{Calls: make([]api.OpenCall, 0, len(open))}
	for _, call := range open {
		view, err := c.callView(ctx, call)
		if err != nil {
			return api.OpenCallList{}, err
		}
		list.Calls = append(list.Calls, view)
	}
	text, err := json.Marshal(list.Calls)
	if err != nil {
		return api.OpenCallList{}, err
	}
	sum := sha256.Sum256(text)
	list.Seen = base64.RawURLEncoding.EncodeToString(sum[:])
	return list, nil
}

// callView names the place and who is on the way. What is gone has no name; its
// call is shown all the same.
func (c *Center) callView(ctx context.Context, call staffcall.Call) (api.OpenCall, error) {
	view := api.OpenCall{ID: call.ID, SiteID: call.SiteID, DeviceID: call.DeviceID, RaisedAt: call.RaisedAt, AcknowledgedAt: call.AcknowledgedAt}
	here, err := c.store.Site(ctx, call.SiteID)
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return view, err
	}
	from, err := c.store.Device(ctx, call.DeviceID)
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return view, err
	}
	view.SiteName, view.DeviceName = here.Name, from.Name
	if call.AcknowledgedBy == "" {
		return view, nil
	}
	m, err := c.store.Member(ctx, call.AcknowledgedBy)
	if fault.CodeOf(err) == "staff.not_found" {
		view.AcknowledgedBy = call.AcknowledgedBy
		return view, nil
	}
	view.AcknowledgedBy = m.Name
	return view, err
}

// AcknowledgeCall implements api.StaffCalls.
func (c *Center) AcknowledgeCall(ctx context.Context, id string, by api.Caller) error {
	return c.answerCall(ctx, id, "staff_call.acknowledge", by, func(call staffcall.Call) (staffcall.Call, error) {
		return call.Acknowledge(by.StaffID, c.config.Now())
	})
}

// ClearCall implements api.StaffCalls.
func (c *Center) ClearCall(ctx context.Context, id string, by api.Caller) error {
	return c.answerCall(ctx, id, "staff_call.clear", by, func(call staffcall.Call) (staffcall.Call, error) {
		return call.Clear(by.StaffID, c.config.Now()), nil
	})
}

// answerCall changes a call, writes down who did and tells the site's kiosks. A
// call of another site is not there.
func (c *Center) answerCall(ctx context.Context, id, action string, by api.Caller, answer func(staffcall.Call) (staffcall.Call, error)) error {
	return c.InTx(ctx, func(ctx context.Context) error {
		before, err := c.store.LockCall(ctx, id)
		if err != nil {
			return err
		}
		if !by.MaySee(before.SiteID) {
			return fault.New(fault.NotFound, "staff_call.not_found")
		}
		after, err := answer(before)
		if err != nil || after == before {
			return err
		}
		if err := c.store.SaveCall(ctx, after); err != nil {
			return err
		}
		if err := c.recordAt(ctx, after.SiteID, by.StaffID, action, "staff_call", id); err != nil {
			return err
		}
		return c.store.MarkChanged(ctx, sync.Mark{Scope: after.SiteID, Noun: sync.StaffCall, ID: id})
	})
}

// callMetrics tells of open calls when it is asked.
type callMetrics struct{ center *Center }

var (
	descCalls = prometheus.NewDesc("lianxin_staff_calls_open", "People at kiosks who ask for somebody, by site.", []string{"site"}, nil)
	descLong  = prometheus.NewDesc("lianxin_staff_calls_oldest_seconds", "How long the oldest call nobody has acknowledged waits, by site.", []string{"site"}, nil)
)

// Describe implements prometheus.Collector.
func (callMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- descCalls
	ch <- descLong
}

// Collect implements prometheus.Collector.
func (m callMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	open, err := m.center.store.OpenCallsAt(ctx, nil)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descCalls, err)
		return
	}
	count, oldest := map[string]int{}, map[string]time.Duration{}
	for _, call := range open {
		count[call.SiteID]++
		if call.AcknowledgedAt.IsZero() {
			oldest[call.SiteID] = max(oldest[call.SiteID], m.center.config.Now().Sub(call.RaisedAt))
		}
	}
	for site, n := range count {
		ch <- prometheus.MustNewConstMetric(descCalls, prometheus.GaugeValue, float64(n), site)
		ch <- prometheus.MustNewConstMetric(descLong, prometheus.GaugeValue, oldest[site].Seconds(), site)
	}
}
