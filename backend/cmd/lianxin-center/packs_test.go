package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/policy"
)

// A version is compared, published once, listed and taken back, and the log says so.
func TestPacksOnTheCentersMachine(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "rules.yaml")
	lay := func(changes ...string) {
		text := strings.NewReplacer(append(changes, `version: "2026.1"`, `version: "2035.1"`)...).Replace(string(policy.BuiltIn().Bytes()))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	says := func(exit int, want string, args ...string) {
		t.Helper()
		if said := runCenter(t, exit, data, args...); !strings.Contains(said, want) {
			t.Errorf("%s: %q is not in\n%s", strings.Join(args, " "), want, said)
		}
	}
	runCenter(t, 0, data, "migrate")
	lay("defer: 15 days", "defer: 16 days")
	says(1, "pack.example_failed", "pack", "load", file, "--from", "2035-01-01")
	says(0, "with the program", "pack", "versions")
	lay()
	says(0, "pack › version: 2026.1 → 2035.1", "pack", "compare", file)
	says(0, "in force from 2035-01-01", "pack", "load", file, "--from", "2035-01-01")
	says(1, "raise the version", "pack", "load", file, "--from", "2036-01-01")
	says(1, "raise the version", "pack", "compare", file)
	says(0, "upcoming", "pack", "versions")
	says(0, "withdrawn: donor-selection 2035.1", "pack", "withdraw", "donor-selection", "2035.1")
	says(1, "withdrawn before", "pack", "withdraw", "donor-selection", "2035.1")
	says(1, "pack versions", "pack", "withdraw", "donor-selection", "2099.1")
	says(0, "pack.withdraw", "audit", "search", "--action", "pack.", "--who", "terminal", "--from", calendar.Of(time.Now()).String())
	for _, format := range []string{"ndjson", "csv"} {
		exported := filepath.Join(t.TempDir(), "audit."+format)
		if err := os.WriteFile(exported, []byte(runCenter(t, 0, data, "audit", "export", "--format", format)), 0o600); err != nil {
			t.Fatal(err)
		}
		says(0, "chain unbroken", "audit", "verify", exported)
	}
}
