package drain

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"lianxin/backend/visit"
)

// pouchDB has a PouchDB replicate the visits to a server of its own.
func pouchDB(t *testing.T, visits []visit.Visit) time.Duration {
	t.Helper()
	return replicated(t, "drain", documentsOf(t, visits), 0)
}

// installed fetches what PouchDB's programs need, as their lock file names it, once.
var installed = sync.OnceValue(func() error {
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err == nil {
		return nil
	}
	install := exec.Command("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund")
	install.Dir = folder
	if said, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, said)
	}
	return nil
})

// replicated runs build/bench/pouchdb/replicate.mjs, which prints how long its replication took.
func replicated(t *testing.T, args ...any) time.Duration {
	t.Helper()
	words := []string{"replicate.mjs", t.TempDir()}
	for _, arg := range args {
		switch arg := arg.(type) {
		case string:
			words = append(words, arg)
		case int:
			words = append(words, strconv.Itoa(arg))
		}
	}
	must(t, installed())
	run := exec.CommandContext(t.Context(), "node", words...)
	run.Dir = folder
	said, err := run.Output()
	if err != nil {
		t.Fatalf("PouchDB: %v: %s", err, said)
	}
	var out struct{ Milliseconds float64 }
	must(t, json.Unmarshal(said, &out))
	return time.Duration(out.Milliseconds * float64(time.Millisecond))
}
