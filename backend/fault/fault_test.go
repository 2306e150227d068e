package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestFromFindsTheFaultInside(t *testing.T) {
	inner := New(Conflict, "visit.already_checked_in")
	for name, c := range map[string]struct {
		err  error
		kind Kind
		code string
	}{
		"itself":           {inner, Conflict, "visit.already_checked_in"},
		"wrapped":          {fmt.Errorf("check in: %w", inner), Conflict, "visit.already_checked_in"},
		"joined":           {errors.Join(io.EOF, inner), Conflict, "visit.already_checked_in"},
		"a fault's cause":  {Wrap(inner, NotFound, "code.booking_unknown_here"), NotFound, "code.booking_unknown_here"},
		"any other":        {io.ErrUnexpectedEOF, Internal, "internal"},
		"wrapped any":      {fmt.Errorf("read: %w", io.EOF), Internal, "internal"},
		"around an other":  {Wrap(io.EOF, Unavailable, "store.full"), Unavailable, "store.full"},
		"fault in a fault": {fmt.Errorf("a: %w", fmt.Errorf("b: %w", inner)), Conflict, "visit.already_checked_in"},
	} {
		f := From(c.err)
		if f.Kind != c.kind || f.Code != c.code || CodeOf(c.err) != c.code {
			t.Errorf("%s: %s %s, want %s %s", name, f.Kind, f.Code, c.kind, c.code)
		}
	}
	if CodeOf(nil) != "" {
		t.Error("no error has a code")
	}
}

func TestIsComparesByCode(t *testing.T) {
	err := fmt.Errorf("find: %w", Wrap(io.EOF, NotFound, "site.not_found").With("n", 1))
	if !errors.Is(err, New(NotFound, "site.not_found")) || errors.Is(err, New(NotFound, "visit.not_found")) {
		t.Error("faults are not compared by their code")
	}
	if !errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
}

func TestParamsAndPlaces(t *testing.T) {
	f := New(Invalid, "identity.incomplete").With("count", 2).At("body.sex", "identity.sex_missing", "").At("body.birth_date", "identity.birth_date", "after today")
	if f.Params["count"] != 2 || len(f.Places) != 2 {
		t.Fatalf("%+v", f)
	}
	want := "identity.incomplete; body.sex: identity.sex_missing; body.birth_date: identity.birth_date (after today)"
	if f.Error() != want {
		t.Errorf("error %q, want %q", f.Error(), want)
	}
	if wrapped := Wrap(io.EOF, Internal, "internal"); wrapped.Error() != "internal: EOF" {
		t.Errorf("error %q", wrapped.Error())
	}
	text, err := json.Marshal(f.Places)
	if err != nil || string(text) != `[{"location":"body.sex","code":"identity.sex_missing"},{"location":"body.birth_date","code":"identity.birth_date","detail":"after today"}]` {
		t.Errorf("%s, %v", text, err)
	}
}
