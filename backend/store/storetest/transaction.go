package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
)

func call(id string) staffcall.Call {
	return staffcall.Call{ID: id, SiteID: Site, DeviceID: DeviceID, RaisedAt: At}
}

// open returns the ids of the calls that are open, which these tests write as signs.
func open(t *testing.T, s Subject, ctx context.Context) string {
	t.Helper()
	var ids []string
	for _, c := range got(s.OpenCalls(ctx, Site))(t) {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, " ")
}

var errTest = errors.New("test failure")

func partUndone(t *testing.T, s Subject) {
	part := func(ctx context.Context, id string, err error) error {
		return s.InTx(ctx, func(ctx context.Context) error { return errors.Join(s.SaveCall(ctx, call(id)), err) })
	}
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		must(t, part(ctx, "1", nil))
		err := s.InTx(ctx, func(ctx context.Context) error {
			must(t, part(ctx, "2-kept inside", nil))
			if err := part(ctx, "3-undone inside", errTest); !errors.Is(err, errTest) {
				t.Errorf("the failure of a part is %v", err)
			}
			equal(t, "inside", open(t, s, ctx), "1 2-kept inside")
			return fault.New(fault.Conflict, "test.refused")
		})
		refused(t, "a part", err, "test.refused")
		equal(t, "the whole goes on", open(t, s, ctx), "1")
		return part(ctx, "4", nil)
	}))
	equal(t, "committed", open(t, s, t.Context()), "1 4")
}

func wholeUndone(t *testing.T, s Subject) {
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		must(t, s.InTx(ctx, func(ctx context.Context) error { return s.SaveCall(ctx, call("1")) }))
		return errTest
	})
	if !errors.Is(err, errTest) {
		t.Error(err)
	}
	func() {
		defer func() { equal(t, "the panic goes on", recover(), any("test panic")) }()
		_ = s.InTx(t.Context(), func(ctx context.Context) error {
			must(t, s.SaveCall(ctx, call("2")))
			panic("test panic")
		})
	}()
	equal(t, "nothing is left", open(t, s, t.Context()), "")
	must(t, s.SaveCall(t.Context(), call("3"))) // and nothing is locked
}

// A batch has a part for every operation. Were savepoints not released, each
// would make the next one slower.
func manyParts(t *testing.T, s Subject) {
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		for range 3000 {
			if err := s.InTx(ctx, func(ctx context.Context) error { return nil }); err != nil {
				return err
			}
		}
		return s.SaveCall(ctx, call("1"))
	}))
	equal(t, "committed", open(t, s, t.Context()), "1")
}

func cancelled(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, func(ctx context.Context) error {
		must(t, s.SaveCall(ctx, call("1")))
		cancel()
		err := s.InTx(ctx, func(ctx context.Context) error { return s.SaveCall(ctx, call("2")) })
		if err == nil {
			t.Error("a part begins although nobody waits any more")
		}
		return nil
	})
	if err == nil {
		t.Error("committed although nobody waits any more")
	}
	equal(t, "nothing is left", open(t, s, t.Context()), "")
	must(t, s.SaveCall(t.Context(), call("3")))
}

// A part that cannot be undone takes the whole along: were its failure taken for
// a refusal, the whole would be committed with half of the part in it.
func partLost(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, func(ctx context.Context) error {
		err := s.InTx(ctx, func(ctx context.Context) error {
			must(t, s.SaveCall(ctx, call("1")))
			cancel()
			return fault.New(fault.Conflict, "test.refused")
		})
		refused(t, "a part that was not undone", err, "internal")
		return nil
	})
	if err == nil {
		t.Error("the whole is committed")
	}
	equal(t, "nothing is left", open(t, s, t.Context()), "")
}

func isolation(t *testing.T, s Subject) {
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		must(t, s.SaveCall(ctx, call("1")))
		equal(t, "inside", open(t, s, ctx), "1")
		equal(t, "outside, meanwhile", open(t, s, t.Context()), "")
		return nil
	}))
	equal(t, "outside, afterwards", open(t, s, t.Context()), "1")
}

func named(t *testing.T, s Subject) {
	must(t, s.Ping(t.Context()))
	prefix := map[store.Engine]string{store.SQLite: "SQLite 3.", store.Postgres: "PostgreSQL 15."}[s.Engine()]
	if prefix == "" || !strings.HasPrefix(s.Version(), prefix) {
		t.Errorf("engine %q calls itself %q", s.Engine(), s.Version())
	}
	if version := got(s.SchemaVersion(t.Context()))(t); version < 1 {
		t.Errorf("schema version %d", version)
	}
}

func wiped(t *testing.T, s Subject) {
	must(t, s.InsertVisit(t.Context(), Visit(1)))
	must(t, s.Wipe(t.Context()))
	equal(t, "schema version", got(s.SchemaVersion(t.Context()))(t), int64(0))
	for _, table := range []string{"visits", "screenings", "self_exclusions", "donors", "operations", "settings", "audit_entries"} {
		if _, err := s.Raw.ExecContext(t.Context(), "SELECT 1 FROM "+table); err == nil {
			t.Errorf("%s is still there", table)
		}
	}
}

func instants(t *testing.T, s Subject) {
	beijing := time.FixedZone("test", 8*3600)
	for name, c := range map[string]struct{ given, want time.Time }{
		"microseconds":       {At, At},
		"nanoseconds":        {At.Add(789), At},
		"another zone":       {At.In(beijing), At},
		"none":               {time.Time{}, time.Time{}},
		"before 1970":        {time.Date(1949, 10, 1, 0, 0, 0, 1000, time.UTC), time.Date(1949, 10, 1, 0, 0, 0, 1000, time.UTC)},
		"far ahead":          {time.Date(2199, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Date(2199, 12, 31, 23, 59, 59, 999_999_000, time.UTC)},
		"with the monotonic": {time.Now(), time.Now()},
	} {
		if name == "with the monotonic" {
			c.want = c.given.UTC().Truncate(time.Microsecond)
		}
		must(t, s.SaveCall(t.Context(), staffcall.Call{ID: name, SiteID: Site, RaisedAt: c.given}))
		equal(t, name, got(s.Call(t.Context(), name))(t).RaisedAt, c.want.Round(0))
	}
}

// Whoever can write to the database cannot move a sealed value to another row.
func placed(t *testing.T, s Subject) {
	must(t, s.InsertVisit(t.Context(), Visit(1)))
	must(t, s.InsertVisit(t.Context(), Visit(2)))
	_, err := s.Raw.ExecContext(t.Context(), "UPDATE visits SET sealed = (SELECT v.sealed FROM visits v WHERE v.id = '"+Visit(1).ID+
		"') WHERE id = '"+Visit(2).ID+"'")
	must(t, err)
	_, err = s.Visit(t.Context(), Visit(2).ID)
	refused(t, "a moved envelope", err, "seal.tampered")
}
