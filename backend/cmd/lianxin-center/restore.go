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
func (r RestoreCmd) Run() error {
	if r.Database != "" {
		return errors.New("restore is for SQLite; for PostgreSQL use pg_restore, then: lianxin-center migrate")
	}
	live := filepath.Join(r.Data, "center.db")
	aside := live + ".before-restore-" + time.Now().UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(live+suffix, aside+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move the present database aside: %w", err)
		}
	}
	if err := copyWhole(r.File, live); err != nil {
		return err
	}
	err := r.with(func(ctx context.Context, c *center.Center) error { return c.NewEpoch(ctx) })
	if err == nil {
		fmt.Println("restored; the database before it is", aside)
	}
	return err
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
