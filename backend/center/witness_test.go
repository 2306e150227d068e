package center

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/site"
	"lianxin/backend/sync"
)

// Somebody puts a backup back by hand and goes on working. When the kiosk calls
// again, the feed has gone past its place, and all of it means something else.
func TestRestoreByHandIsNoticedAlsoWhenTheFeedWentOn(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	edit := func(b *bench, n int) {
		t.Helper()
		if err := b.SaveSite(t.Context(), site.Site{ID: fmt.Sprintf("edited-%d", n), District: "110102"}); err != nil {
			t.Fatal(err)
		}
	}
	edit(b, 1)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := b.store.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	edit(b, 2)
	edit(b, 3)
	_, cursor := k.pull("")

	restored := &bench{t: t, now: b.clock(), data: b.data}
	b.swap(backup)
	restored.use(restored.open())
	for n := range 5 {
		edit(restored, 10+n)
	}
	k.bench = restored
	k.dial(restored.serve())
	changes, _ := k.pull(cursor)
	told := of(changes, sync.Site)
	for _, id := range []string{"site-1", "edited-1", "edited-10", "edited-14"} {
		if !slices.Contains(strings.Fields(told), id) {
			t.Errorf("the kiosk is told of %q, without %s: its place means something else now", told, id)
		}
	}
	for _, e := range restored.entries() {
		if e.Action == "feed.reset" && e.Object.ID == restored.epochNow() {
			return
		}
	}
	t.Error("the audit log has no feed.reset")
}

// swap puts another database file in the place of the bench's.
func (b *bench) swap(with string) {
	b.t.Helper()
	text, err := os.ReadFile(with)
	if err != nil {
		b.t.Fatal(err)
	}
	database := filepath.Join(b.data, "center.db")
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Remove(database + beside); err != nil && !errors.Is(err, os.ErrNotExist) {
			b.t.Fatal(err)
		}
	}
	// A new file: the bench's old center still holds the one before.
	if err := errors.Join(os.Remove(database), os.WriteFile(database, text, 0o600)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) epochNow() string {
	b.t.Helper()
	epoch, err := b.epoch(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return epoch
}

// A center that is only started again keeps its epoch: kiosks need not start over.
func TestAStartIsNoNewEpoch(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	k.pull("")
	before := b.epochNow()
	b.use(b.open())
	if after := b.epochNow(); after != before {
		t.Errorf("epoch %s became %s", before, after)
	}
}

// What is left of a witness that was cut off by a power failure is none.
func TestADamagedWitnessKeepsNobodyFromStarting(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(filepath.Join(b.data, witnessFile), []byte(`{"Epoch":"x","Se`), 0o600); err != nil {
		t.Fatal(err)
	}
	before := b.epochNow()
	b.use(b.open())
	if after := b.epochNow(); after != before {
		t.Errorf("epoch %s became %s", before, after)
	}
}
