package command

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lianxin/app"
	"lianxin/backend/outbox"
	"lianxin/backend/seal"
	"lianxin/backend/store"
)

// storyCommands are what the stories need beside the program.
var storyCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"refused": refused, "enrolled": enrolled, "held": held, "exits": exits,
}

// kioskData opens the database of a kiosk that is not running, made when absent.
func kioskData(ts *testscript.TestScript, data string) *store.Store {
	lock, err := app.LockFolder(data) // makes the folder as a kiosk does
	ts.Check(err)
	lock.Release()
	keyring, err := seal.Load(seal.Source{File: filepath.Join(data, "keys.json"), Demo: true, Now: time.Now()})
	ts.Check(err)
	opened, err := store.Open(context.Background(), store.Options{URL: filepath.Join(data, "kiosk.db"), Keyring: keyring})
	ts.Check(err)
	return opened
}

// refused makes operations in a kiosk's data that a center refused: refused DATA ID...
func refused(ts *testscript.TestScript, _ bool, args []string) {
	ctx, opened := context.Background(), kioskData(ts, ts.MkAbs(args[0]))
	for _, id := range args[1:] {
		op, err := outbox.New(id, outbox.VisitDeferred, time.Now(), map[string]string{})
		ts.Check(err)
		op, err = opened.AppendOperation(ctx, op)
		ts.Check(err)
		ts.Check(opened.RecordFates(ctx, []outbox.Answer{{ID: op.ID, Seq: op.Seq, Fate: outbox.Refused, Code: "visit.malformed"}}))
	}
	ts.Check(opened.Close())
}

// enrolled notes in a kiosk's data that a center let it in: enrolled DATA CENTER
func enrolled(ts *testscript.TestScript, _ bool, args []string) {
	opened := kioskData(ts, ts.MkAbs(args[0]))
	ts.Check(opened.SaveSetting(context.Background(), "device.identity",
		map[string]any{"Center": args[1], "Grant": map[string]string{"device_id": "device-1"}}))
	ts.Check(opened.Close())
}

// held keeps the lock of a data folder as a running kiosk does: held DATA
func held(ts *testscript.TestScript, _ bool, args []string) {
	lock, err := app.LockFolder(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { lock.Release() })
}

// exits checks the code a command ends with: exits CODE COMMAND...
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &ended) || ended.ExitCode() != want {
		ts.Fatalf("%v, want exit code %d", err, want)
	}
}
