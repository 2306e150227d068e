package outbox_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/outbox"
)

var at = time.Date(2026, 11, 23, 9, 40, 12, 345_678_901, time.FixedZone("CST", 8*3600))

func operation(t testing.TB) outbox.Operation {
	t.Helper()
	op, err := outbox.New("0193-test", outbox.VisitDeferred, at, map[string]string{"name": "测试<王𬭎>&"})
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// The hash was computed with Python's hashlib from the fields' description, not
// with this package: a change of it breaks every log there is.
func TestHashIsFrozen(t *testing.T) {
	first := operation(t).Follow(0, nil)
	second := operation(t).Follow(first.Seq, first.Hash)
	for i, c := range []struct {
		op   outbox.Operation
		want string
	}{{first, "31930aa73920e490df16527bfdc996927b7d92bb201ab86342b9e80fd1bab120"}, {second, "9c0508285032e06c022830d413d3a13727782cca48d59f3cf7ca3a4a07af16a8"}} {
		if got := hex.EncodeToString(c.op.Hash); got != c.want || c.op.Seq != int64(i+1) || !c.op.Verify() {
			t.Errorf("operation %d has hash %s, want %s", c.op.Seq, got, c.want)
		}
	}
}

func TestVerifyCoversEverything(t *testing.T) {
	for name, change := range map[string]func(o *outbox.Operation){
		"id":         func(o *outbox.Operation) { o.ID += "x" },
		"place":      func(o *outbox.Operation) { o.Seq++ },
		"kind":       func(o *outbox.Operation) { o.Kind = outbox.VisitCheckedIn },
		"version":    func(o *outbox.Operation) { o.Version++ },
		"time":       func(o *outbox.Operation) { o.DeviceTime = o.DeviceTime.Add(1) },
		"payload":    func(o *outbox.Operation) { o.Payload = append(json.RawMessage(" "), o.Payload...) },
		"prev":       func(o *outbox.Operation) { o.Prev = []byte{0} },
		"hash":       func(o *outbox.Operation) { o.Hash = o.Hash[:31] },
		"no hash":    func(o *outbox.Operation) { o.Hash = nil },
		"moved text": func(o *outbox.Operation) { o.ID, o.Kind = o.ID+string(o.Kind[:1]), o.Kind[1:] },
	} {
		op := operation(t).Follow(4, []byte("prev"))
		if !op.Verify() {
			t.Fatal("a good one does not verify")
		}
		change(&op)
		if op.Verify() {
			t.Errorf("%s changed, and it verifies", name)
		}
	}
	op := operation(t).Follow(4, []byte("prev"))
	op.DeviceTime = op.DeviceTime.In(time.FixedZone("other", -3600))
	if !op.Verify() {
		t.Error("the same instant in another zone does not verify")
	}
}

// Whatever a payload holds, an operation verifies after the journey as JSON.
func TestOperationSurvivesTheJourney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := map[string]any{
			rapid.String().Draw(t, "name"): rapid.String().Draw(t, "text"),
			"number":                       rapid.Float64Range(-math.MaxFloat32, math.MaxFloat32).Draw(t, "number"),
		}
		instant := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		op, err := outbox.New(rapid.String().Draw(t, "id"), outbox.VisitCheckedIn, instant, payload)
		if err != nil {
			t.Fatal(err)
		}
		op = op.Follow(rapid.Int64Range(0, 1<<50).Draw(t, "seq"), rapid.SliceOf(rapid.Byte()).Draw(t, "prev"))
		for range 2 { // to the center, and from there to where it is parked
			text, err := json.Marshal(op)
			if err != nil {
				t.Fatal(err)
			}
			op = outbox.Operation{}
			if err := json.Unmarshal(text, &op); err != nil {
				t.Fatal(err)
			}
		}
		if !op.Verify() {
			t.Fatalf("%+v does not verify", op)
		}
	})
}

func TestPayloadThatIsNone(t *testing.T) {
	if _, err := outbox.New("id", outbox.VisitCheckedIn, at, math.NaN()); err == nil {
		t.Error("a payload that JSON cannot say is taken")
	}
}
