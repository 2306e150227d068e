package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/intake/stationfile"
)

// refusedRows tells of the rows an import refuses and keeps them in the error file, which
// is made with the first of them.
type refusedRows struct {
	tell    func(format string, args ...any) // writes a line on the terminal
	path    string
	format  stationfile.Format
	isNamed bool // somebody chose the path: no other is taken
	isTold  bool // it is only told of them, nothing is written
	goesOn  bool // an import that was stopped
	count   int
	file    *stationfile.ErrorFile
}

// told is how many refused rows are named on the terminal.
const told = 20

// begin hears how many rows of the file were refused before. What a stop has left of a
// workbook is made one, whether more rows are refused or not.
func (r *refusedRows) begin(before int) error {
	if _, err := os.Stat(stationfile.TextsOf(r.path)); r.format != stationfile.XLSX || r.isTold || before == 0 || err != nil {
		return nil
	}
	return r.open()
}

func (r *refusedRows) add(row intake.Row, places []fault.Place) error {
	for _, p := range places {
		switch {
		case r.count < told:
			r.tell("%s: %s [%s]", p.Location, intake.FaultText(p.Code).EN, p.Code)
		case r.count == told:
			r.tell("…")
		}
	}
	r.count++
	if r.isTold {
		return nil
	}
	if err := r.open(); err != nil {
		return err
	}
	return r.file.Write(row, places)
}

// open makes the file, or opens the one an import that was stopped has left. One that is
// there may hold rows somebody is mending: it stays, and the next free name is taken.
func (r *refusedRows) open() error {
	path := r.path
	for n := 2; r.file == nil; n++ {
		file, err := stationfile.OpenErrorFile(path, r.format, r.goesOn)
		if errors.Is(err, fs.ErrExist) && !r.isNamed {
			extension := filepath.Ext(r.path)
			path = fmt.Sprintf("%s.%d%s", strings.TrimSuffix(r.path, extension), n, extension)
			continue
		}
		if err != nil {
			return fmt.Errorf("rows are refused, and the file for them cannot be made: %s", reasonOf(err))
		}
		r.file = file
	}
	return nil
}

// sync makes durable what was written.
func (r *refusedRows) sync() error {
	if r.file == nil {
		return nil
	}
	return r.file.Sync()
}

// at is where they are, "" for nowhere.
func (r *refusedRows) at() string {
	if r.file == nil {
		return ""
	}
	return r.file.Path()
}

func (r *refusedRows) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
