package sync_test

import (
	"path/filepath"
	"testing"

	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
)

func TestCenterRestoredFromABackupGetsWhatItLost(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	backup := filepath.Join(t.TempDir(), "backup.db")
	for range 4 {
		k.checkIn(t)
	}
	c.saveSite(t, storetest.Site, "before", "1")
	k.drain(t)
	k.pullAll(t)
	if err := c.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	k.checkIn(t)
	k.make(t, refusing)
	k.make(t, unknown)
	k.checkIn(t)
	c.saveSite(t, storetest.Site, "after", "1")
	k.drain(t)
	k.pullAll(t)

	// The disk of the center is lost; what is left is the backup, with the keys.
	old := centerOn(openStore(t, backup, c.keyring))
	old.epoch = "epoch-2"
	k.line.center = old
	k.checkIn(t)
	k.drain(t)
	equal(t, "visits", old.visits(t), []string{"visit-000001", "visit-000002", "visit-000003", "visit-000004", "visit-000005", "visit-000008", "visit-000009"})
	old.saveSite(t, storetest.Site, "after", "2")
	k.pullAll(t)
	agree(t, k, old)
	equal(t, "dead letters", k.count(t, outbox.Refused), 1)
}

// Also a kiosk at which nobody comes any more gives back what the center lost.
func TestRestoredCenterIsFilledByAQuietKiosk(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := c.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		k.checkIn(t)
	}
	k.drain(t)
	old := centerOn(openStore(t, backup, c.keyring))
	k.line.center = old
	k.drain(t) // the sign of life of a kiosk without anything to send
	agree(t, k, old)
	equal(t, "visits", len(old.visits(t)), 3)
	k.line.pushed = nil
	k.drain(t)
	equal(t, "then it is quiet", len(k.line.pushed), 1)
}
