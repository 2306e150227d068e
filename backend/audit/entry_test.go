package audit

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
)

// What a database does to a time (another zone, microseconds) and what JSON does leaves the hash right.
func TestHashSurvivesStorage(t *testing.T) {
	e := Chain(Head{}, entry(1))
	stored := e
	stored.At = time.UnixMicro(e.At.UnixMicro()).In(time.FixedZone("CST", 8*3600))
	text, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	var exported Entry
	if err := json.Unmarshal(text, &exported); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]Entry{"database": stored, "export": exported} {
		if _, err := Verify(each([]Entry{got}), e.Head()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The layout is frozen: another hash for the same entry would call every old log broken.
// The value was computed apart from this package, with Python's hashlib.
func TestCanonicalIsFrozen(t *testing.T) {
	e := Chain(Head{}, entry(1))
	if got := hex.EncodeToString(e.Hash); got != "34fe73c8f1fedbb780bb4503703bcd7d3ca5f7ed2a6f8cb88692b5ddc717261a" {
		t.Errorf("hash %s", got)
	}
}

func TestCheck(t *testing.T) {
	const number, phone = "11010519491231002X", "13800000000"
	if err := entry(1).Check(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		place string
		spoil func(*Entry)
	}{
		{"at", func(e *Entry) { e.At = time.Time{} }},
		{"who", func(e *Entry) { e.Who = "" }},
		{"who", func(e *Entry) { e.Who = "测试王" }},
		{"who", func(e *Entry) { e.Who = phone }},
		{"role", func(e *Entry) { e.Role = "Admin" }},
		{"action", func(e *Entry) { e.Action = "read" }},
		{"action", func(e *Entry) { e.Action = "visit.read " + number }},
		{"object.noun", func(e *Entry) { e.Object.Noun = "" }},
		{"object.id", func(e *Entry) { e.Object.ID = number }},
		{"object.id", func(e *Entry) { e.Object.ID = "donor:" + number }},
		{"object.id", func(e *Entry) { e.Object.ID = "360426199101010071" }},
		{"object.id", func(e *Entry) { e.Object.ID = strings.Repeat("x", 65) }},
		{"where.device", func(e *Entry) { e.Where.Device = "a b" }},
		{"where.site", func(e *Entry) { e.Where.Site = "东城" }},
		{"before", func(e *Entry) { e.Before = `{"phone":"` + phone + `"}` }},
		{"after", func(e *Entry) { e.After = `{"number":"` + strings.ToLower(number) + `"}` }},
		{"after", func(e *Entry) { e.After = strings.Repeat("x", maxChange+1) }},
	}
	for _, c := range cases {
		e := entry(1)
		c.spoil(&e)
		f, ok := errors.AsType[*fault.Fault](e.Check())
		if !ok || f.Code != "audit.entry_invalid" || len(f.Places) != 1 || f.Places[0].Location != c.place {
			t.Errorf("%s: %v", c.place, f)
		}
		if ok && (strings.Contains(f.Error(), number) || strings.Contains(f.Error(), phone)) {
			t.Errorf("%s: the fault shows the number", c.place)
		}
	}
}

// A UUID, a digest and an amount are not taken for numbers of a person.
func TestCheckLetsIDsPass(t *testing.T) {
	for _, id := range []string{"0190a0a0-1380-7138-8138-138001380001", "00000000-0000-0000-0000-000000000000", "device-1", "site.110105"} {
		e := entry(1)
		e.Object.ID, e.After = id, `{"fen":1234500,"at":"2026-11-23T04:00:00Z","digest":"13800000000a"}`
		if err := e.Check(); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestRedact(t *testing.T) {
	value := struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Name   string `json:"name"`
		Nested any    `json:"nested"`
	}{"d1", "active", "测试王", map[string]string{"status": "secret"}}
	got, err := Redact(value, "id", "status", "absent")
	if want := `{"id":"d1","name":"…","nested":"…","status":"active"}`; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []any{nil, 7, []string{"x"}, func() {}} {
		if got, err := Redact(bad); err == nil {
			t.Errorf("%T: %s", bad, got)
		}
	}
}
