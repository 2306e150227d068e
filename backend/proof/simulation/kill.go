package simulation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// fuse ends a program as SIGKILL does, at the passing-th time that it looks at its
// clock. A program of this process cannot be killed, so its files are set aside as they
// are at that moment, with whatever transaction is open in them; it runs on to the end of
// what it is doing, nobody hears of it, and the next start finds the files as they were.
type fuse struct {
	mu      sync.Mutex
	passing int
	data    string // folder of the program
	aside   string
	burnt   bool
	err     error
}

// pass is one look at the clock.
func (f *fuse) pass() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.passing--; f.passing == 0 {
		f.burn()
	}
}

// burn sets the files aside. The caller has the lock.
func (f *fuse) burn() {
	if f.burnt {
		return
	}
	f.burnt = true
	f.err = copyFiles(f.data, f.aside)
}

func (f *fuse) isBurnt() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.burnt
}

// copyFiles copies a program's files but for the index of the log of writes, which
// lies in memory and is made anew by whoever opens the database.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || strings.HasSuffix(entry.Name(), "-shm") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, entry.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, entry.Name()), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// newFuse is one for the program whose files are in a folder.
func (w *World) newFuse(data string) *fuse {
	return &fuse{passing: 1 + w.chance.IntN(12), data: data, aside: data + "-aside"}
}

// putBack gives a program whose fuse has burnt the files of that moment. Now and then
// the disk was in the middle of a page.
func (w *World) putBack(f *fuse) error {
	f.mu.Lock()
	f.burn()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return err
	}
	if w.luck(40) {
		logs, err := filepath.Glob(filepath.Join(f.aside, "*.db-wal"))
		if err != nil {
			return err
		}
		for _, log := range logs {
			if err := w.tear(log); err != nil {
				return err
			}
		}
	}
	return errors.Join(os.RemoveAll(f.data), os.Rename(f.aside, f.data))
}

// tear leaves a part of one more page at the end of a log of writes.
func (w *World) tear(log string) error {
	file, err := os.OpenFile(log, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	page := make([]byte, 1+w.chance.IntN(4000))
	for i := range page {
		page[i] = byte(w.chance.Uint32())
	}
	_, err = file.Write(page)
	w.count(Torn)
	return errors.Join(err, file.Close())
}

// killed lets a kiosk end in the middle of anything. What it was told is safe before
// that stays so; what it did since may be there or not.
func (k *kiosk) killed(ctx context.Context) error {
	w := k.world
	doing := []func(*kiosk, context.Context) error{(*kiosk).checkIn, (*kiosk).checkIn, (*kiosk).deferDonor, (*kiosk).call, (*kiosk).wish, (*kiosk).unknown,
		(*kiosk).forge, (*kiosk).switchSuggestions, (*kiosk).askCorrection, (*kiosk).push, (*kiosk).push, (*kiosk).pull, (*kiosk).forget}
	do := doing[w.chance.IntN(len(doing))]
	saved, made := len(k.saved), k.made
	k.fuse = w.newFuse(k.data)
	err := do(k, ctx)
	f := k.fuse
	w.count(KioskKilled)
	if f.isBurnt() {
		w.count(KioskHalf)
	}
	k.saved, k.fuse = k.saved[:saved], nil
	w.say("kiosk %d is killed", k.number)
	if err = errors.Join(err, k.close()); err != nil {
		return err
	}
	if err := errors.Join(w.putBack(f), k.open()); err != nil {
		return err
	}
	return k.recount(ctx, made)
}

// bad are the forged operations that are in the log: a kill may have kept one out of it.
func (k *kiosk) bad(ctx context.Context) (there []string, err error) {
	ops, err := k.Store().OperationsFrom(ctx, 1, 1_000_000)
	in := map[string]bool{}
	for _, op := range ops {
		in[op.ID] = true
	}
	for _, id := range k.forged {
		if in[id] {
			there = append(there, id)
		}
	}
	return there, err
}

// killed lets the center end in the middle of an answer or of its own work.
func (c *center) killed(ctx context.Context) error {
	w := c.world
	k := w.kiosks[w.chance.IntN(len(w.kiosks))]
	doing := []func(context.Context) error{k.push, k.push, k.push, k.pull, c.book, c.editSite, c.holdBack, c.pass, c.tidy, c.answer}
	do := doing[w.chance.IntN(len(doing))]
	c.fuse = w.newFuse(c.data)
	err := do(ctx)
	if c.fuse == nil {
		return err // it ended on the way
	}
	return errors.Join(err, c.die())
}

// die ends the center and starts it again.
func (c *center) die() error {
	f := c.fuse
	c.world.count(CenterKill)
	if f.isBurnt() {
		c.world.count(CenterHalf)
	}
	c.fuse = nil
	c.world.say("the center is killed")
	if err := c.close(); err != nil {
		return err
	}
	if err := c.world.putBack(f); err != nil {
		return err
	}
	return c.open()
}

// integrity runs SQLite's own full check and that of references on a file.
func integrity(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil {
		return fmt.Errorf("integrity check: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("integrity check: %s", said)
	}
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check of references: %w", err)
	}
	defer rows.Close()
	if rows.Next() {
		return errors.New("a row refers to one that is not there")
	}
	return rows.Err()
}
