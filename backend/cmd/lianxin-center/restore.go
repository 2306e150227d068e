package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/store"
)

// RestoreCmd puts a backup in place of the database.
type RestoreCmd struct {
	Place
	File string `arg:"" help:"The backup: a SQLite file, or a dump in pg_dump's custom format." type:"existingfile"`
}

// Run puts the present database aside, the backup in its place, and gives the
// center a new epoch: every device then pulls from the beginning and sends again
// what the backup does not have.
func (r RestoreCmd) Run() error {
	if err := r.check(); err != nil {
		return err
	}
	if err := r.recognize(); err != nil {
		return err
	}
	if r.Database != "" {
		return r.restorePostgres()
	}
	return r.exclusively(r.restoreSQLite)
}

// recognize refuses what is no backup by its first bytes. An empty file would
// otherwise become an empty center.
func (r RestoreCmd) recognize() error {
	want := "SQLite format 3\x00"
	if r.Database != "" {
		want = "PGDMP"
	}
	file, err := os.Open(r.File)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer file.Close()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(file, got); err != nil || string(got) != want {
		return fault.New(fault.Invalid, "backup.unusable")
	}
	return nil
}

// unusable gives a failure that lies in the backup its own code: what is said of a
// damaged database would send people to the very command that failed.
func unusable(err error) error {
	if slices.Contains([]string{"store.damaged", "store.client_failed"}, fault.CodeOf(err)) {
		return fault.Wrap(err, fault.Invalid, "backup.unusable")
	}
	return err
}

func (r RestoreCmd) restoreSQLite() error {
	live := filepath.Join(r.Data, "center.db")
	aside := live + ".before-restore-" + stamp()
	if err := move(live, aside); err != nil {
		return fmt.Errorf("move the present database aside: %w", err)
	}
	err := copyWhole(r.File, live)
	if err == nil {
		err = r.begin()
	}
	if err != nil {
		// What was there is better than a backup that cannot be used.
		return errors.Join(fmt.Errorf("%s cannot be restored, nothing was changed: %w", r.File, unusable(err)), move(aside, live))
	}
	fmt.Println("restored; the database before it is", aside)
	return nil
}

// restorePostgres needs PostgreSQL's own programs and refuses while a center
// serves the database.
func (r RestoreCmd) restorePostgres() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := os.MkdirAll(r.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	aside := filepath.Join(r.Data, "center.before-restore-"+stamp()+".dump")
	if err := store.DumpPostgres(ctx, r.Database, aside); err != nil {
		return fmt.Errorf("dump the present database: %w", err)
	}
	if err := store.RestorePostgres(ctx, r.Database, r.File); err != nil {
		return fmt.Errorf("%s cannot be restored, nothing was changed: %w", r.File, unusable(err))
	}
	if err := r.begin(); err != nil {
		return errors.Join(fmt.Errorf("%s cannot be restored: %w", r.File, err), store.RestorePostgres(context.WithoutCancel(ctx), r.Database, aside))
	}
	fmt.Println("restored; the database before it is", aside)
	return nil
}

// begin opens what was restored, brings its schema up to date and begins a new epoch.
func (r RestoreCmd) begin() error {
	return r.upgrading(store.UpgradeBackedUp, func(ctx context.Context, c *center.Center) error { return c.NewEpoch(ctx, operator) })
}

// move moves a SQLite database with its log to another name, over what is there: all
// of it, or nothing.
func move(from, to string) (err error) {
	var moved []string
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err = moveFile(from+suffix, to+suffix); err != nil {
			break
		}
		moved = append(moved, suffix)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(to))
	}
	if err == nil {
		return nil
	}
	for _, suffix := range slices.Backward(moved) {
		err = errors.Join(err, moveFile(to+suffix, from+suffix))
	}
	return err
}

// moveFile moves a file, or the lack of one, over what is there.
func moveFile(from, to string) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder keeps renames through a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// copyWhole copies a file so that it appears complete or not at all.
func copyWhole(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to+".part", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write database: %w", err)
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("write database: %w", err)
	}
	if err := os.Rename(to+".part", to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}
