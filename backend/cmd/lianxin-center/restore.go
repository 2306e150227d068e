package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/center"
)

// RestoreCmd puts a backup in place of the SQLite database.
type RestoreCmd struct {
	Place
	File string `arg:"" help:"The backup." type:"existingfile"`
}

// Run moves the present database aside, copies the backup in, and gives the
// center a new epoch: every device then pulls from the beginning and sends again
// what the backup does not have.
func (r RestoreCmd) Run() error { return r.exclusively(r.restore) }

func (r RestoreCmd) restore() error {
	if r.Database != "" {
		return errors.New("restore is for SQLite; for PostgreSQL use pg_restore, then: lianxin-center migrate")
	}
	live := filepath.Join(r.Data, "center.db")
	aside := live + ".before-restore-" + time.Now().UTC().Format("20060102T150405Z")
	if err := move(live, aside); err != nil {
		return fmt.Errorf("move the present database aside: %w", err)
	}
	err := copyWhole(r.File, live)
	if err == nil {
		err = r.with(func(ctx context.Context, c *center.Center) error { return c.NewEpoch(ctx) })
	}
	if err != nil {
		// What was there is better than a backup that cannot be used.
		return errors.Join(fmt.Errorf("%s cannot be restored, nothing was changed: %w", r.File, err), move(aside, live))
	}
	fmt.Println("restored; the database before it is", aside)
	return nil
}

// move moves a SQLite database with its log to another name, over what is there.
func move(from, to string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(to + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Rename(from+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
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
	return os.Rename(to+".part", to)
}

// printJSON writes one value on one line.
func printJSON(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(body, '\n'))
	return err
}
