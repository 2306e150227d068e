package storetest

import (
	"context"
	"fmt"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/audit"
	"lianxin/backend/chain"
)

func settings(t *testing.T, s Subject) {
	type value struct {
		Name  string
		Times []time.Time
	}
	ctx := t.Context()
	var read value
	equal(t, "never saved", got(s.Setting(ctx, "test.setting", &read))(t), false)
	want := value{"测试𠮷", []time.Time{At}}
	must(t, s.SaveSetting(ctx, "test.setting", want))
	equal(t, "saved", got(s.Setting(ctx, "test.setting", &read))(t), true)
	equal(t, "value", read, want)
	must(t, s.SaveSetting(ctx, "test.setting", value{}))
	read = value{}
	equal(t, "replaced", got(s.Setting(ctx, "test.setting", &read))(t), true)
	equal(t, "value", read, value{})
	var number int
	if ok, err := s.Setting(ctx, "test.setting", &number); err == nil {
		t.Errorf("a value of another shape is read: %v", ok)
	}
}

func auditLog(t *testing.T, s Subject) {
	ctx := t.Context()
	log := audit.Log{Store: s.Store, Now: func() time.Time { return At }}
	head := got(s.AuditHead(ctx))(t)
	equal(t, "empty", head, audit.Head{})
	var entries []audit.Entry
	for n := range 3 {
		must(t, s.InTx(ctx, func(ctx context.Context) error {
			e, err := log.Record(ctx, audit.Entry{Who: "staff-1", Role: "admin", Action: "device.revoke",
				Object: audit.Object{Noun: "device", ID: fmt.Sprintf("device-%d", n)}, Where: audit.Where{Site: Site}, Before: "测试"})
			entries = append(entries, e)
			return err
		}))
	}
	read := got(s.Entries(ctx, 0, 10))(t)
	entries[0].Prev = []byte{} // an empty hash is kept as empty, not as none
	equal(t, "entries", read, entries)
	equal(t, "after the first, one", got(s.Entries(ctx, 1, 1))(t), entries[1:2])
	equal(t, "head", got(s.AuditHead(ctx))(t), entries[2].Head())
	if err := s.InsertEntries(ctx, entries[1]); err == nil {
		t.Error("an entry is taken twice")
	}
	got(audit.Verify(log.All(ctx), entries[2].Head()))(t)

	if _, err := s.Raw.ExecContext(ctx, "UPDATE audit_entries SET hash = prev WHERE seq = 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Verify(log.All(ctx), audit.Head{}); err == nil {
		t.Error("an altered entry is not found")
	}
	equal(t, "size of a link", len(entries[2].Hash), chain.Size)
}

// Whoever appends waits for whoever appended before: a chain cannot fork.
func auditConcurrent(t *testing.T, s Subject) {
	const writers, each = 5, 8
	log := audit.Log{Store: s.Store, Now: func() time.Time { return At }}
	var writing gosync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range each {
				err := s.InTx(t.Context(), func(ctx context.Context) error {
					_, err := log.Record(ctx, audit.Entry{Who: "staff-1", Role: "admin", Action: "visit.read", Object: audit.Object{Noun: "visit"}})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	report := got(audit.Verify(log.All(t.Context()), audit.Head{}))(t)
	equal(t, "entries in the chain", int(report.Count), writers*each)
}
