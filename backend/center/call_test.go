package center

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lianxin/backend/api"
	"lianxin/backend/outbox"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
)

// A person asks for help; staff of the site see where, say that they come, and the
// kiosk is told. Others see nothing of it.
func TestStaffAnswerACall(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		clerk := b.hire("clerk.test", staff.Reception, staff.Scope{Districts: []string{"110105"}})
		here := b.enter(clerk).AccessToken.AccessToken
		away := b.enter(b.hire("away.test", staff.Reception, staff.Scope{Districts: []string{"110101"}})).AccessToken.AccessToken
		admin := b.enter(b.hire("admin.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
		list := func(bearer string) (out api.OpenCallList) {
			t.Helper()
			b.want("list", http.MethodGet, "/staff-calls", bearer, nil, &out, "")
			return out
		}
		call := staffcall.Call{ID: "call-1", SiteID: "site-1", DeviceID: k.id, RaisedAt: b.clock()}
		k.push(k.made(outbox.StaffCallRaised, call))
		seen := list(here)
		if len(seen.Calls) != 1 || seen.Calls[0].DeviceName != "一层大厅 1号机" || !seen.Calls[0].RaisedAt.Equal(call.RaisedAt) || !seen.Calls[0].AcknowledgedAt.IsZero() {
			t.Fatalf("%+v", seen)
		}
		if n := len(list(away).Calls); n != 0 {
			t.Errorf("staff of other sites see %d calls", n)
		}
		b.want("an administrator", http.MethodGet, "/staff-calls", admin, nil, nil, "token.scope")
		for _, verb := range []string{"acknowledge", "clear"} {
			b.want("of another site: "+verb, http.MethodPost, "/staff-calls/call-1/"+verb, away, nil, nil, "staff_call.not_found")
		}
		b.want("a call nobody made", http.MethodPost, "/staff-calls/call-9/clear", here, nil, nil, "staff_call.not_found")

		_, cursor := k.pull("")
		b.want("acknowledge", http.MethodPost, "/staff-calls/call-1/acknowledge", here, nil, nil, "")
		b.want("and again", http.MethodPost, "/staff-calls/call-1/acknowledge", here, nil, nil, "")
		b.wantEntry(clerk.ID, "reception", "staff_call.acknowledge", "call-1", "site-1")
		if after := list(here); after.Calls[0].AcknowledgedBy != "测试员" || after.Seen == seen.Seen {
			t.Errorf("%+v", after)
		}
		changes, cursor := k.pull(cursor)
		if of(changes, sync.StaffCall) != "call-1" || !strings.Contains(string(changes[0].Data), "acknowledged_at") {
			t.Fatalf("the kiosk is told %+v", changes)
		}
		if strings.Contains(string(changes[0].Data), clerk.ID) {
			t.Error("the kiosk is told who")
		}
		b.want("clear", http.MethodPost, "/staff-calls/call-1/clear", here, nil, nil, "")
		b.wantEntry(clerk.ID, "reception", "staff_call.clear", "call-1", "site-1")
		if n := len(list(here).Calls); n != 0 {
			t.Errorf("%d calls are open after the last was closed", n)
		}
		b.want("too late", http.MethodPost, "/staff-calls/call-1/acknowledge", here, nil, nil, "staff_call.closed")
		if changes, _ := k.pull(cursor); of(changes, sync.StaffCall) != "call-1" {
			t.Error("the kiosk is not told that the call is closed")
		}
		// The kiosk takes it back at the same time: what staff did stays.
		call.ClearedAt = b.clock().Add(time.Hour)
		k.push(k.made(outbox.StaffCallCleared, call))
		kept, err := b.store.Call(t.Context(), "call-1")
		if err != nil || kept.ClearedBy != clerk.ID || kept.AcknowledgedBy != clerk.ID || kept.ClearedAt.Equal(call.ClearedAt) {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

// Whoever waits for calls hears of the next one at once, also of one that came in
// at another instance, and is sent away when the center stops.
func TestWaitingForCalls(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		other := b.open()
		type answer struct {
			list api.OpenCallList
			err  error
		}
		wait := func(c *Center, seen string) chan answer {
			heard := make(chan answer, 1)
			go func() {
				list, err := c.OpenCalls(background(t), seen, 20*time.Second, api.Caller{StaffID: "clerk"})
				heard <- answer{list, err}
			}()
			return heard
		}
		none, err := b.OpenCalls(t.Context(), "", 0, api.Caller{StaffID: "clerk"})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		same, elsewhere := wait(b.Center, none.Seen), wait(other, none.Seen)
		k.push(k.made(outbox.StaffCallRaised, staffcall.Call{ID: "call-1", SiteID: "site-1", DeviceID: k.id, RaisedAt: b.clock()}))
		var seen string
		for name, heard := range map[string]chan answer{"this instance": same, "another instance": elsewhere} {
			got := <-heard
			if got.err != nil || len(got.list.Calls) != 1 {
				t.Errorf("%s: %+v, %v", name, got.list, got.err)
			}
			seen = got.list.Seen
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		stopped := wait(other, seen)
		other.stop()
		if got := <-stopped; codeOf(nil, got.err) != "center.stopping" {
			t.Errorf("when the center stops: %v", got.err)
		}
	})
}

func TestCallMetrics(t *testing.T) {
	b := newBench(t)
	for id, raised := range map[string]time.Duration{"call-1": time.Minute, "call-2": 3 * time.Minute, "call-3": time.Hour} {
		call := staffcall.Call{ID: id, SiteID: "site-1", DeviceID: "device-1", RaisedAt: b.clock().Add(-raised)}
		if id == "call-3" {
			call.AcknowledgedAt, call.AcknowledgedBy = b.clock(), "m-1"
		}
		if err := b.store.SaveCall(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(callMetrics{b.Center})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			got[family.GetName()+" "+m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
		}
	}
	want := map[string]float64{"lianxin_staff_calls_open site-1": 3, "lianxin_staff_calls_oldest_seconds site-1": 180}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
