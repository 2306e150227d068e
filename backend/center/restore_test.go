package center

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/sync"
)

// A backup of the morning is put back at noon: every kiosk sends again what the
// backup does not have, once, and pulls from the beginning.
func TestRestore(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	visits := []string{}
	send := func(number int) outbox.Operation {
		t.Helper()
		v := k.visitOf(donorOf([]string{"902", "904", "906", "908"}[number-1]), number, "")
		visits = append(visits, v.ID)
		return k.made(outbox.VisitCheckedIn, v)
	}
	k.push(send(1))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := b.store.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	k.push(send(2), send(3))
	_, cursor := k.pull("")

	restored := &bench{t: t, now: b.clock(), data: t.TempDir()}
	for from, to := range map[string]string{backup: "center.db", filepath.Join(b.data, "keys.json"): "keys.json"} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(restored.data, to), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restored.use(restored.open())
	if err := restored.NewEpoch(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	k.bench = restored
	k.dial(restored.serve())
	fourth := send(4)
	out := k.push(fourth)
	if len(out.Answers) != 0 || out.ResendFrom != 2 {
		t.Fatalf("the center does not notice what it lacks: %+v", out)
	}
	if got := k.fates(k.log[out.ResendFrom-1:]...); got != "applied, applied, applied" {
		t.Errorf("sent again: %s", got)
	}
	if got := k.fates(k.log...); got != strings.TrimSuffix(strings.Repeat("already_applied, ", 4), ", ") {
		t.Errorf("and again: %s", got)
	}
	all, err := restored.store.VisitsAt(t.Context(), "site-1", restored.Today())
	if err != nil || len(all) != 4 {
		t.Errorf("%d visits, %v", len(all), err)
	}
	changes, _ := k.pull(cursor)
	if got := of(changes, sync.Visit); got != strings.Join(visits, " ") {
		t.Errorf("the kiosk is told of %q, want all of %q", got, visits)
	}
	if of(changes, sync.Site) != "site-1" {
		t.Error("the kiosk does not start over")
	}
}

// A backup that is put back is older than what kiosks keep: of what they have emptied
// only the place comes back, and what follows is taken.
func TestKioskHasForgottenWhatTheCenterAsksFor(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	made := []outbox.Operation{}
	for n, donor := range []string{"902", "904", "906"} {
		made = append(made, k.made(outbox.VisitCheckedIn, k.visitOf(donorOf(donor), n+1, "")))
	}
	k.push(made[0])
	for i := range made[:2] {
		made[i].Payload = nil
	}
	out := k.push(made...)
	if len(out.Answers) != 3 || out.Answers[0].Fate != outbox.AlreadyApplied || out.Answers[1].Code != "operation.forgotten" ||
		out.Answers[2].Fate != outbox.Applied {
		t.Fatalf("%+v", out.Answers)
	}
	again := k.push(made...)
	if len(again.Answers) != 3 || again.Answers[1] != out.Answers[1] {
		t.Errorf("and again: %+v", again.Answers)
	}
}

// Somebody runs pg_restore by hand and tells nobody. The first device that knows
// more than the database makes every device start over.
func TestRestoreByHandIsNoticed(t *testing.T) {
	address := pgtest.Database(t)
	b := newBenchOn(t, address)
	url := b.serve()
	k, other := b.newKiosk("site-1", url), b.newKiosk("site-2", url)
	_, early := other.pull("")
	dump := filepath.Join(t.TempDir(), "saved.dump")
	if err := b.store.Backup(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
	k.push(k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, "")))
	_, cursor := k.pull("")
	if changes, same := k.pull(cursor); len(changes) != 0 || same != cursor {
		t.Fatalf("a device that has everything is sent %d changes", len(changes))
	}
	if err := store.RestorePostgres(t.Context(), address, dump); err != nil {
		t.Fatal(err)
	}
	changes, began := k.pull(cursor)
	if of(changes, sync.Site) == "" {
		t.Error("the device that knows more does not start over")
	}
	if changes, _ := other.pull(early); of(changes, sync.Site) == "" {
		t.Error("the device that cannot tell does not start over")
	}
	if changes, _ := k.pull(began); len(changes) != 0 {
		t.Errorf("%d changes come again", len(changes))
	}
	b.wantEntry("center", "machine", "feed.reset", strings.SplitN(began, ";", 2)[0], "")
	// A device that lies makes itself start over, and nobody else before the time is over.
	_, told := other.pull("")
	scope := strings.SplitN(began, ";", 2)[0] + ";*=999999"
	if changes, _ := k.pull(scope); of(changes, sync.Site) == "" {
		t.Error("a cursor nobody gave is believed")
	}
	if changes, _ := other.pull(told); len(changes) != 0 {
		t.Error("one device made all start over twice")
	}
}
