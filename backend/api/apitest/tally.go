package apitest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/api"
)

// Few makes so many requests of every operation enough, and the same ones each time, unless the
// command line says otherwise (-rapid.checks, -rapid.seed): a change is held against what the
// last one was held against, and who looks for what nobody has thought of asks for more.
// It tells whether it is so few.
func Few(t testing.TB, checks int) bool {
	t.Helper()
	few := map[string]string{"rapid.checks": strconv.Itoa(checks), "rapid.seed": "67", "rapid.nofailfile": "true"}
	for name := range few {
		if f := flag.Lookup(name); f.Value.String() != f.DefValue {
			return false // somebody asked for more
		}
	}
	for name, value := range few {
		set(t, name, value)
	}
	return true
}

// Fewer makes so many times fewer requests of each operation enough than the command line says.
func Fewer(t testing.TB, times int) {
	t.Helper()
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil {
		t.Fatal(err)
	}
	set(t, "rapid.checks", strconv.Itoa(max(checks/times, 1)))
}

// set sets a flag until the test ends.
func set(t testing.TB, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(before); err != nil {
			t.Error(err)
		}
	})
}

// Tally counts how far requests came: a run in which all of them ended at the door has
// abused nothing.
type Tally struct {
	mu   sync.Mutex
	rows map[string]*Row
}

// Row is how an operation fared.
type Row struct {
	Asked int
	Done  int // answered with 2xx
	Ruled int // refused by the service behind the door, by one of its rules
}

// atDoor are the codes of requests that were refused for their shape or their bearer, before
// anything looked at what they mean.
func atDoor(code string) bool {
	return strings.HasPrefix(code, "request.") && code != "request.cancelled" || strings.HasPrefix(code, "token.")
}

// Note counts an answer.
func (a *Tally) Note(op string, answer *httptest.ResponseRecorder) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rows == nil {
		a.rows = map[string]*Row{}
	}
	row := a.rows[op]
	if row == nil {
		row = &Row{}
		a.rows[op] = row
	}
	row.Asked++
	var p api.Problem
	switch {
	case answer.Code < http.StatusMultipleChoices:
		row.Done++
	case answer.Header().Get("Content-Type") == "application/fhir+json", json.Unmarshal(answer.Body.Bytes(), &p) == nil && !atDoor(p.Code):
		row.Ruled++
	}
}

// Check writes the counts of every operation into the test's log, and fails for an operation
// that was never done, and for a run most of which ended at the door.
func (a *Tally) Check(t testing.TB, surface string) {
	t.Helper()
	var table strings.Builder
	var all Row
	for _, id := range slices.Sorted(maps.Keys(a.rows)) {
		row := a.rows[id]
		fmt.Fprintf(&table, "\n%-26s %6d asked %6d done %6d refused by a rule %6d at the door", id, row.Asked, row.Done, row.Ruled, row.Asked-row.Done-row.Ruled)
		if row.Done == 0 {
			t.Errorf("%s was asked %d times and never done: the code behind its door was not reached", id, row.Asked)
		}
		all.Asked, all.Done, all.Ruled = all.Asked+row.Asked, all.Done+row.Done, all.Ruled+row.Ruled
	}
	t.Logf("%s: %d operations, %d requests: %d done, %d refused by a rule, %d at the door%s", surface, len(a.rows), all.Asked, all.Done, all.Ruled,
		all.Asked-all.Done-all.Ruled, &table)
	if 2*(all.Done+all.Ruled) < all.Asked {
		t.Errorf("most requests ended at the door")
	}
}
