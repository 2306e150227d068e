package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/store"
)

// BackupCmd copies the database.
type BackupCmd struct {
	Place
	File string `arg:"" optional:"" help:"Where to; by default a dated file in the data folder." type:"path"`
}

// Run writes the copy.
func (b BackupCmd) Run() error {
	if _, err := os.Lstat(b.File); err == nil {
		return fault.New(fault.Conflict, "backup.exists")
	}
	return b.with(func(ctx context.Context, c *center.Center) error {
		if b.File == "" {
			b.File = filepath.Join(b.Data, "backup-"+stamp()+map[store.Engine]string{store.SQLite: ".db", store.Postgres: ".dump"}[c.Store().Engine()])
		}
		if err := c.Store().Backup(ctx, b.File); err != nil {
			return err
		}
		fmt.Println(b.File)
		return nil
	})
}

// stamp is the time of a file's name, to the millisecond: two restores within a
// second must not put both databases aside under one name.
func stamp() string { return time.Now().UTC().Format("20060102T150405.000Z") }
