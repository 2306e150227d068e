package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"lianxin/app"
	"lianxin/backend/api"
	"lianxin/backend/coredump"
	"lianxin/backend/fault"
	"lianxin/backend/node"
	"lianxin/frontend"
)

// KioskCmd shows the kiosk.
type KioskCmd struct {
	Devices
	Data       string `help:"Folder for the database, keys, prints and logs." default:"${data}" env:"LIANXIN_DATA" type:"path"`
	Demo       bool   `help:"Made-up data only; keys may lie in a plain file." env:"LIANXIN_DEMO"`
	KeyFile    bool   `help:"Accept a plain key file in the data folder, outside demo mode." env:"LIANXIN_KEY_FILE"`
	PIN        string `help:"PIN with which an operator leaves the kiosk; nobody can without one." env:"LIANXIN_PIN" placeholder:"DIGITS"`
	KeepDays   int    `help:"Days what people said here is kept after the center has it; longer than the age of the oldest backup the center is restored from." default:"90" env:"LIANXIN_KEEP_DAYS"`
	Invitation string `help:"File with the text of an enrolment QR: ask that center for admission." type:"existingfile"`
	Windowed   bool   `help:"An ordinary window instead of the whole screen."`
	DevServer  string `help:"Let a browser at HOST:PORT drive the page (development builds only)." placeholder:"HOST:PORT"`
	LogStderr  bool   `help:"Write the log to standard error instead of DATA/log/kiosk.log."`
}

// leastKept is the shortest KeepDays: a center may come back from a backup that is a month old.
const leastKept = 31

// Validate refuses to forget what a center may still ask for.
func (k *KioskCmd) Validate() error {
	if k.KeepDays < leastKept {
		return fmt.Errorf("--keep-days: at least %d", leastKept)
	}
	return nil
}

// Run opens the data and the window. It ends the process itself when all is well.
func (k *KioskCmd) Run() error {
	if err := coredump.Forbid(); err != nil {
		return err
	}
	lock, err := app.LockFolder(k.Data)
	if errors.Is(err, app.ErrInUse) {
		return exit{err, app.ExitInUse}
	}
	if err != nil {
		return err
	}
	defer lock.Release()
	log, err := openLog(k.Data, "kiosk.log", k.LogStderr, "sqlite", sqliteVersion())
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	shown := make(chan struct{})
	opened, err := k.openNode(ctx, log, shown)
	if err != nil {
		log.Error("could not start", "code", fault.CodeOf(err))
		return err
	}
	window, err := app.New(app.Config{Node: opened, Page: frontend.Pages(), Data: k.Data, Log: log,
		Out: os.Stdout, Windowed: k.Windowed, DevServer: k.DevServer, Exit: os.Exit,
		Shown: func() { close(shown) }})
	if err != nil {
		return errors.Join(err, opened.Close(ctx))
	}
	window.Run(ctx)
	return nil
}

// openNode assembles the kiosk and, when told to, asks a center for admission.
func (k *KioskCmd) openNode(ctx context.Context, log *slog.Logger, shown <-chan struct{}) (*node.Node, error) {
	paper, err := k.openPrinter()
	if err != nil {
		return nil, err
	}
	cards, tray, err := k.openReader(k.Data, k.Demo)
	if err != nil {
		return nil, err
	}
	opened, err := node.Open(ctx, node.Config{Data: k.Data, Demo: k.Demo, AllowKey: k.KeyFile, Version: version,
		PIN: k.PIN, Reader: cards, Tray: tray, Printer: paper, Paper: k.Paper, Log: log, Built: madeAt(), KeepDays: k.KeepDays, Shown: shown})
	if err != nil {
		return nil, err
	}
	if err := k.enrol(ctx, opened); err != nil {
		return nil, errors.Join(err, opened.Close(ctx))
	}
	return opened, nil
}

// madeAt is when this program was built; a development build does not know.
func madeAt() time.Time {
	made, err := time.Parse(time.RFC3339, built)
	if err != nil {
		return time.Time{}
	}
	return made
}

// enrol claims the code of an invitation. A kiosk that is enrolled already stays so.
func (k *KioskCmd) enrol(ctx context.Context, n *node.Node) error {
	if k.Invitation == "" {
		return nil
	}
	text, err := os.ReadFile(k.Invitation)
	if err != nil {
		return fmt.Errorf("invitation: %w", err)
	}
	state, err := n.Enrol(ctx, api.EnrolInput{Payload: string(text)})
	if fault.CodeOf(err) == "enrolment.already" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("invitation: %w", err)
	}
	fmt.Printf("enrolment %s; this kiosk's fingerprint is %s\n", state.Status, state.Fingerprint)
	return nil
}

// hints say what an operator can do about what stops a kiosk from starting.
var hints = map[string]string{
	"store.newer":             "this data was written by a newer program; install that version",
	"store.damaged":           "the database is damaged; restore a backup or enrol this kiosk again in an empty folder",
	"store.full":              "the disk is full; free some space and start again, nothing was lost",
	"letter.not_found":        "none of that name waits for somebody; list them with: lianxin letters list",
	"letter.none":             "there is nothing to export: the center refused nothing, or somebody dealt with all of it",
	"letter.key_missing":      "this kiosk was enrolled by an older center; update the center, revoke the kiosk there and enrol it again: what waits is kept",
	"store.failing":           "the disk does not read or keep what it is given; nothing that was answered is lost. Look at the system's log, mend or replace the disk, and start again",
	"kiosk.unenrolled":        "this kiosk belongs to no center yet; enrol it first",
	"seal.key_missing":        "no keys were found; give them as a systemd credential named lianxin-keys, or use --key-file",
	"seal.key_file_forbidden": "a plain key file is for demos; use a systemd credential, or say --key-file if you accept the risk",
	"seal.key_permissions":    "others may read the key file; run: chmod 600 on it, chmod 700 on its folder",
}

// explain adds what to do to what happened.
func explain(err error) string {
	hint := hints[fault.CodeOf(err)]
	if errors.Is(err, app.ErrInUse) {
		hint = "close the other kiosk, or give this one its own --data folder; letters: its operator panel does the same while it runs"
	}
	if hint == "" {
		return err.Error()
	}
	return err.Error() + "\n  → " + hint
}
