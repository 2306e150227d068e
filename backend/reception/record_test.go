package reception

import (
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/policy"
)

var by = By{"member-1", time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}

// steps are all that can happen to a record, by their names in docs/desk.md.
var steps = map[string]func(Record) (Record, error){
	"call":      func(r Record) (Record, error) { return r.Call("call", "2", 7, by) },
	"interview": func(r Record) (Record, error) { return r.Interviewed(asked, by) },
	"proceed":   func(r Record) (Record, error) { return r.Proceed(Outcome{VolumeML: 400}, by) },
	"defer":     func(r Record) (Record, error) { return r.Defer(Outcome{RuleID: "cold"}, by) },
	"leave":     func(r Record) (Record, error) { return r.Leave(by) },
	"undo":      func(r Record) (Record, error) { return r.Undo("pressed by mistake", by) },
}

var asked = Interview{Measurements: policy.Measurements{Values: map[policy.Quantity]float64{policy.Weight: 60}}}

// Every step from every state leads where the drawing says, or nowhere.
func TestStates(t *testing.T) {
	to := map[State]map[string]State{
		Waiting:     {"call": Called, "leave": Left},
		Called:      {"call": Called, "interview": Interviewed, "defer": Deferred, "leave": Left, "undo": Waiting},
		Interviewed: {"call": Interviewed, "interview": Interviewed, "proceed": Proceeds, "defer": Deferred, "leave": Left, "undo": Called},
		Proceeds:    {"undo": Interviewed},
		Deferred:    {"undo": Interviewed},
		Left:        {"undo": Interviewed},
	}
	for from, ways := range to {
		for name, step := range steps {
			r := Record{State: from, Version: 3, CallNumber: 1, Interview: asked, Outcome: &Outcome{}}
			after, err := step(r)
			want, possible := ways[name]
			switch {
			case !possible && fault.CodeOf(err) != "reception.state":
				t.Errorf("%s while %s: %v", name, from, err)
			case possible && (err != nil || after.State != want || after.Version != 4 || after.ChangedBy != by.Member || !after.ChangedAt.Equal(by.At)):
				t.Errorf("%s while %s leads to %+v, %v", name, from, after, err)
			}
		}
	}
}

func TestUndo(t *testing.T) {
	r := Record{State: Waiting}
	for _, name := range []string{"call", "defer", "undo", "undo"} {
		var err error
		if r, err = steps[name](r); err != nil {
			t.Fatal(name, err)
		}
	}
	if r.State != Waiting || r.CallNumber != 0 || r.Outcome != nil || len(r.Undone) != 2 || r.Undone[0].State != Deferred || r.Undone[1].State != Called {
		t.Errorf("%+v", r)
	}
	left := Record{State: Waiting}
	left, _ = left.Leave(by)
	if back, err := left.Undo("came back", by); err != nil || back.State != Waiting {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := left.Undo("", by); fault.CodeOf(err) != "reception.reason_missing" {
		t.Errorf("without a reason: %v", err)
	}
	if err := left.Expect(9); fault.CodeOf(err) != "reception.changed_meanwhile" {
		t.Errorf("%v", err)
	}
}
