package staffcall_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

var errPart = errors.New("test failure of a part")

// faulty is the real store whose log can fail after it wrote.
type faulty struct {
	*store.Store
	fails error
}

func (f *faulty) AppendOperation(ctx context.Context, op outbox.Operation) (outbox.Operation, error) {
	placed, err := f.Store.AppendOperation(ctx, op)
	return placed, errors.Join(err, f.fails)
}

func newStore(t *testing.T) *faulty {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &faulty{Store: s}
}

func raised() staffcall.Call {
	return staffcall.Call{ID: "call-1", SiteID: storetest.Site, DeviceID: storetest.DeviceID, RaisedAt: storetest.At}
}

func cleared() staffcall.Call {
	c := raised()
	c.ClearedAt = storetest.At.Add(time.Minute)
	return c
}

func TestCallGoesWithItsOperation(t *testing.T) {
	f, n := newStore(t), 0
	said := storetest.At.Add(-time.Hour) // the device's clock is an hour behind
	r := staffcall.Recorder{Store: f, Log: f, Now: func() time.Time { said = said.Add(time.Second); return said }, NewID: func() string { n++; return fmt.Sprint("operation-", n) }}
	for _, c := range []staffcall.Call{raised(), cleared()} {
		f.fails = errPart
		if err := r.Record(t.Context(), c); !errors.Is(err, errPart) {
			t.Errorf("%v", err)
		}
		f.fails = nil
		if err := r.Record(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	ops, err := f.PendingOperations(t.Context(), 0, 10)
	if err != nil || len(ops) != 2 {
		t.Fatalf("%d operations, %v", len(ops), err)
	}
	for i, want := range []struct {
		kind outbox.Kind
		at   time.Time
	}{{outbox.StaffCallRaised, storetest.At.Add(2*time.Second - time.Hour)}, {outbox.StaffCallCleared, storetest.At.Add(4*time.Second - time.Hour)}} {
		if ops[i].Kind != want.kind || !ops[i].DeviceTime.Equal(want.at) {
			t.Errorf("operation %d is %s of %v", i, ops[i].Kind, ops[i].DeviceTime)
		}
	}
	if kept, err := f.Call(t.Context(), "call-1"); err != nil || kept != cleared() {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestCallThatWasNotWrittenIsNotOpen(t *testing.T) {
	f := newStore(t)
	f.fails = errPart
	r := staffcall.Recorder{Store: f, Log: f, Now: func() time.Time { return storetest.At }, NewID: func() string { return "operation-1" }}
	if err := r.Record(t.Context(), raised()); !errors.Is(err, errPart) {
		t.Errorf("%v", err)
	}
	if open, err := f.OpenCalls(t.Context(), storetest.Site); err != nil || len(open) > 0 {
		t.Errorf("%v, %v", open, err)
	}
}

func TestApply(t *testing.T) {
	encode := func(c staffcall.Call) string {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	change := func(edit func(*staffcall.Call)) string {
		c := raised()
		edit(&c)
		return encode(c)
	}
	for name, c := range map[string]struct {
		payload string
		want    string
	}{
		"raised":         {encode(raised()), ""},
		"cleared":        {encode(cleared()), ""},
		"no id":          {change(func(c *staffcall.Call) { c.ID = "" }), "staff_call.malformed"},
		"no time":        {change(func(c *staffcall.Call) { c.RaisedAt = time.Time{} }), "staff_call.malformed"},
		"nothing":        {``, "staff_call.malformed"},
		"null":           {`null`, "staff_call.malformed"},
		"a list":         {`[]`, "staff_call.malformed"},
		"another device": {change(func(c *staffcall.Call) { c.DeviceID = "device-2" }), "staff_call.foreign_device"},
		"another site":   {change(func(c *staffcall.Call) { c.SiteID = "elsewhere" }), "staff_call.foreign_device"},
	} {
		f := newStore(t)
		op := outbox.Operation{ID: "operation-1", Kind: outbox.StaffCallRaised, Version: 1, Payload: json.RawMessage(c.payload)}
		err := staffcall.Applier{Store: f}.Apply(t.Context(), storetest.DeviceID, storetest.Site, op)
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if _, err := f.Call(t.Context(), "call-1"); (err == nil) != (c.want == "") {
			t.Errorf("%s: the call is kept: %v", name, err)
		}
	}
}

// What staff did about a call stays, whatever the device says of it later.
func TestAnswerOfStaffStays(t *testing.T) {
	at := storetest.At.Add(time.Second)
	acknowledged, err := raised().Acknowledge("m-1", at)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := acknowledged.Acknowledge("m-2", at.Add(time.Second)); err != nil || again != acknowledged {
		t.Errorf("who went first is forgotten: %+v, %v", again, err)
	}
	closed := acknowledged.Clear("m-2", at)
	if closed.Clear("m-3", at.Add(time.Hour)) != closed {
		t.Error("a closed call is closed again")
	}
	for name, c := range map[string]struct{ before, said, want staffcall.Call }{
		"a late raising of a closed call": {closed, raised(), closed},
		"taken back after it was closed":  {closed, cleared(), closed},
		"taken back while they walk": {acknowledged, cleared(), func() staffcall.Call {
			c := acknowledged
			c.ClearedAt = cleared().ClearedAt
			return c
		}()},
	} {
		f := newStore(t)
		if err := f.SaveCall(t.Context(), c.before); err != nil {
			t.Fatal(err)
		}
		op, err := outbox.New("operation-1", outbox.StaffCallRaised, storetest.At, c.said)
		if err != nil {
			t.Fatal(err)
		}
		if err := (staffcall.Applier{Store: f}).Apply(t.Context(), storetest.DeviceID, storetest.Site, op); err != nil {
			t.Fatal(err)
		}
		if kept, err := f.Call(t.Context(), "call-1"); err != nil || kept != c.want {
			t.Errorf("%s: %+v, %v", name, kept, err)
		}
	}
}

// A call another device raised is not this device's to clear, whatever it says.
func TestCallOfAnotherDeviceIsNotOverwritten(t *testing.T) {
	f := newStore(t)
	theirs := raised()
	theirs.DeviceID = "device-2"
	if err := f.SaveCall(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	op, err := outbox.New("operation-1", outbox.StaffCallCleared, storetest.At, cleared()) // same id, own device
	if err != nil {
		t.Fatal(err)
	}
	err = staffcall.Applier{Store: f}.Apply(t.Context(), storetest.DeviceID, storetest.Site, op)
	if fault.CodeOf(err) != "staff_call.foreign_device" {
		t.Errorf("%v", err)
	}
	if kept, err := f.Call(t.Context(), theirs.ID); err != nil || kept != theirs {
		t.Errorf("%+v, %v", kept, err)
	}
}
