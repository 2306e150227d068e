package main

import (
	"context"
	"fmt"

	"lianxin/backend/center"
	"lianxin/backend/store"
)

// Upgrading is the choice of a command that may upgrade the database.
type Upgrading struct {
	BackupDone bool `help:"Upgrade the database without making a backup: you have made one yourself."`
}

func (u Upgrading) policy() store.Upgrade {
	if u.BackupDone {
		return store.UpgradeBackedUp
	}
	return store.UpgradeNow
}

// MigrateCmd brings the schema up to date.
type MigrateCmd struct {
	Place
	Upgrading
}

// Run opens the database, which migrates it. Centers on a PostgreSQL are looked
// for there; on a SQLite file there is one at most.
func (m MigrateCmd) Run() error {
	if m.Database != "" {
		return m.migrate()
	}
	return m.exclusively(m.migrate)
}

func (m MigrateCmd) migrate() error {
	return m.upgrading(m.policy(), func(ctx context.Context, c *center.Center) error {
		schema, err := c.Store().SchemaVersion(ctx)
		fmt.Println("schema", schema, "on", c.Store().Version())
		return err
	})
}
