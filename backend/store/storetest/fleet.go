package storetest

import (
	"fmt"
	"testing"
	"time"

	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/staff"
)

func conditions(t *testing.T, s Subject) {
	ctx := t.Context()
	silent, other := Device(1), Device(2)
	silent.LastHash, other.LastHash = []byte{}, []byte{}
	must(t, s.InsertDevice(ctx, silent))
	must(t, s.InsertDevice(ctx, other))
	before := device.Condition{Disk: "ok"}
	now := device.Condition{Reader: device.Part{State: "absent", Code: "reader.silent"}, Printer: device.Part{State: "jam"}, Disk: "low", ClockSuspect: true,
		Packs: []device.Held{{ID: "donor-selection", Version: "测试 1"}}}
	must(t, s.SaveCondition(ctx, other.ID, At, before))
	must(t, s.SaveCondition(ctx, other.ID, At.Add(time.Minute), now))
	want := device.Report{Device: other, Condition: now, SaidAt: At.Add(time.Minute)}
	equal(t, "the last that was said", got(s.Report(ctx, other.ID))(t), want)
	equal(t, "one that never said", got(s.Report(ctx, silent.ID))(t), device.Report{Device: silent})
	equal(t, "all", got(s.Reports(ctx))(t), []device.Report{{Device: silent}, want})
	_, err := s.Report(ctx, "none")
	refused(t, "unknown", err, "device.not_found")
}

func refusals(t *testing.T, s Subject) {
	ctx := t.Context()
	for n := range 6 {
		one := applied(n)
		if n%2 == 1 {
			one.Fate, one.Code = outbox.Refused, fmt.Sprintf("visit.x%d", n)
		}
		must(t, s.InsertApplied(ctx, one))
	}
	others := applied(99)
	others.DeviceID, others.Fate = "device-2", outbox.Refused
	must(t, s.InsertApplied(ctx, others))
	equal(t, "the newest first", got(s.Refusals(ctx, DeviceID, 2))(t), []device.Refusal{
		{OperationID: applied(5).ID, Seq: 5, Code: "visit.x5", At: At}, {OperationID: applied(3).ID, Seq: 3, Code: "visit.x3", At: At}})
	equal(t, "of nobody", got(s.Refusals(ctx, "none", 2))(t), []device.Refusal{})
}

func openSessions(t *testing.T, s Subject) {
	ctx := t.Context()
	for _, id := range []string{"a", "b"} {
		must(t, s.InsertMember(ctx, staff.Member{ID: id, Login: "test." + id}))
	}
	for n, of := range []string{"a", "a", "b"} {
		must(t, s.InsertSession(ctx, staff.Session{ID: fmt.Sprintf("session:%d", n), MemberID: of, PublicKey: []byte{byte(n)}, StartedAt: At, EndsAt: At.Add(time.Duration(n+1) * time.Hour)}))
	}
	equal(t, "at first", got(s.OpenSessions(ctx, At))(t), map[string]int{"a": 2, "b": 1})
	equal(t, "later", got(s.OpenSessions(ctx, At.Add(time.Hour)))(t), map[string]int{"a": 1, "b": 1})
	equal(t, "in the end", got(s.OpenSessions(ctx, At.Add(9*time.Hour)))(t), map[string]int{})
}

// Entries of two days by two people, one of them at the same second as the day begins.
func auditSearched(t *testing.T, s Subject) {
	ctx := t.Context()
	midnight := At.UTC().Truncate(24 * time.Hour)
	log := audit.Log{Store: s.Store, Now: func() time.Time { return At }}
	places := [][]any{
		{midnight.Add(-time.Microsecond), "staff-1", "device.revoke", "device-1", "site-1", ""},
		{midnight, "staff-1", "device.rename", "device-2", "site-1", "session:1"},
		{midnight.Add(time.Microsecond), "staff-2", "devices.list", "device-1", "site-2", "session:2"},
		{midnight.Add(time.Hour), "staff-2", "device.revoke", "device-2", "", ""},
	}
	for _, p := range places {
		got(log.Record(ctx, audit.Entry{At: p[0].(time.Time), Who: p[1].(string), Role: "admin", Action: p[2].(string),
			Object: audit.Object{Noun: "device", ID: p[3].(string)}, Where: audit.Where{Site: p[4].(string), Device: p[5].(string)}}))(t)
	}
	for _, c := range []struct {
		name string
		q    audit.Query
		want []int64
	}{
		{"everything, newest first", audit.Query{}, []int64{4, 3, 2, 1}},
		{"who", audit.Query{Who: "staff-1"}, []int64{2, 1}},
		{"an action", audit.Query{Action: "device.revoke"}, []int64{4, 1}},
		{"all of a noun, and not what only begins like it", audit.Query{Action: "device."}, []int64{4, 2, 1}},
		{"a thing", audit.Query{Noun: "device", Object: "device-1"}, []int64{3, 1}},
		{"a site", audit.Query{Site: "site-1"}, []int64{2, 1}},
		{"a login", audit.Query{Device: "session:2"}, []int64{3}},
		{"from a day on", audit.Query{From: midnight}, []int64{4, 3, 2}},
		{"until a day", audit.Query{Until: midnight}, []int64{1}},
		{"after a page", audit.Query{Before: 3}, []int64{2, 1}},
		{"nothing", audit.Query{Who: "x' OR 1=1 --"}, nil},
	} {
		c.q.Limit = 10
		found := got(audit.Search(ctx, s.Store, c.q))(t)
		var seqs []int64
		for _, e := range found.Entries {
			seqs = append(seqs, e.Seq)
		}
		equal(t, c.name, seqs, c.want)
		equal(t, c.name+": all was looked through", found.Next, int64(0))
	}
	page := got(audit.Search(ctx, s.Store, audit.Query{Limit: 3}))(t)
	equal(t, "a full page", []any{len(page.Entries), page.Next, page.Reached}, []any{3, int64(2), midnight})
}
