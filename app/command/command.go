// Package command holds the commands of the desktop program: kiosk, desk,
// enrolled, letters, doctor, version.
package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"

	"lianxin/app"
	"lianxin/backend/commandline"
)

// Build says which build of the program this is.
type Build struct {
	Version string
	Time    string // of the commit, RFC 3339; "" when unknown
}

// version and built are those of the running program; Run sets them once.
var version, built string

type program struct {
	Kiosk    KioskCmd    `cmd:"" help:"Show the kiosk on this machine's screen."`
	Desk     DeskCmd     `cmd:"" help:"Open the desk for staff."`
	Enrolled EnrolledCmd `cmd:"" help:"Tell whether this machine's kiosk belongs to a center. Exits 5 when it does not."`
	Letters  LettersCmd  `cmd:"" help:"What the center refused: list, export, note as dealt with."`
	Doctor   DoctorCmd   `cmd:"" help:"Check whether this machine can run a kiosk. Exits 1 when something is broken."`
	Version  VersionCmd  `cmd:"" help:"Print the version of the program and of what it stands on."`
}

// exitCodes are the codes of every command; docs/kiosk.md has them too.
var exitCodes = commandline.Exits{
	{app.ExitStopped, "done; a kiosk: stopped by an operator or the system; a desk: its window was closed"},
	{app.ExitFailed, "it failed; standard error says why"},
	{commandline.ExitUsage, "the command line was not understood"},
	{app.ExitInUse, "another kiosk or desk uses the data folder"},
	{exitLetters, "letters list: something waits for somebody"},
	{exitUnenrolled, "enrolled: this kiosk belongs to no center"},
	{app.ExitRestart, "a kiosk: the page is dead, start the program again"},
}

// exit is an error with the code the program ends with.
type exit struct {
	error
	code int
}

// Unwrap lets errors.Is see what happened.
func (e exit) Unwrap() error { return e.error }

// Run parses the command line, does what it says and ends the process.
func Run(b Build) {
	version, built = b.Version, b.Time
	data, deskData := "lianxin-data", "lianxin-desk-data"
	if home, err := os.UserHomeDir(); err == nil {
		data = filepath.Join(home, ".local", "share", "lianxin-kiosk")
		deskData = filepath.Join(home, ".local", "share", "lianxin-desk")
	}
	var p program
	err := commandline.Program{Name: "lianxin", Exits: exitCodes, Vars: kong.Vars{"data": data, "desk_data": deskData},
		Description: "连心 Lianxin: blood-donation services for lobby kiosks and offices.\n\n" +
			"Try it with made-up data:  lianxin kiosk --demo --windowed\n" +
			"A desk of a center:        lianxin desk --center http://localhost:8790"}.Parse(&p).Run()
	if err == nil {
		return
	}
	code := app.ExitFailed
	if with, ok := errors.AsType[exit](err); ok {
		code = with.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "lianxin:", explain(err))
	}
	os.Exit(code)
}

// VersionCmd prints versions.
type VersionCmd struct{}

// Run prints them.
func (VersionCmd) Run() error {
	fmt.Println("lianxin", version)
	if engine := app.WebEngine(); engine != "" {
		fmt.Println(engine)
	}
	fmt.Println("SQLite", sqliteVersion())
	return nil
}
