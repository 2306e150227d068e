package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/intake/stationfile"
	"lianxin/backend/site"
)

// ImportCmd takes a station's file in.
type ImportCmd struct {
	Place
	File     string `arg:"" help:"What the station's system wrote: CSV, XLSX, NDJSON or a FHIR Bundle; see docs/stations.md." type:"path"`
	Station  string `required:"" enum:"beijing,tongzhou,miyun,yanqing" help:"Whose file it is: beijing, tongzhou, miyun or yanqing."`
	Format   string `enum:",csv,xlsx,ndjson,fhir" default:"" help:"csv, xlsx, ndjson or fhir; by default what the file's name says."`
	Encoding string `enum:",utf-8,gb18030" default:"" help:"utf-8 or gb18030; by default what the file looks like."`
	DryRun   bool   `help:"Say what would become of every row and change nothing."`
	Resume   bool   `help:"Go on after the rows of this very file that were read before; without it they are read again and recognised."`
	Errors   string `help:"Where to write the rows that were refused, with the reasons; by default FILE.errors.csv or .xlsx beside it, and nowhere in a dry run." type:"path"`
}

// Help explains the exit codes.
func (ImportCmd) Help() string {
	return `Rows that are refused go to a file of their own with the reason of each, which only its owner can read.
Mend them there and import that file in turn: what was taken in stays as it is. A file that is there is never
overwritten: --resume adds to it, and a new import takes the next free name (FILE.errors.2.csv).
A dry run writes such a file only where --errors says.

Exit codes: 0 every row is taken in, 1 rows were refused, now or before a --resume, or it ended early, 2 the file cannot be read.

Example:
  lianxin-center import --station miyun --dry-run results.xlsx`
}

// importExit ends the program with a code of its own.
type importExit struct {
	code    int
	message string
}

func (e importExit) Error() string { return e.message }

// ExitCode is 1 for rows that were refused and 2 for a file that cannot be read.
func (e importExit) ExitCode() int { return e.code }

// Run takes the file in and tells what became of its rows.
func (i ImportCmd) Run() error {
	if i.Format == "" {
		format, ok := stationfile.FormatOf(i.File)
		if !ok {
			return importExit{2, "the name of the file does not tell its format; say --format"}
		}
		i.Format = string(format)
	}
	file, err := os.Open(i.File)
	if err != nil {
		return importExit{2, "the file cannot be opened: " + reasonOf(err)}
	}
	defer func() { _ = file.Close() }() // it was only read
	digest := sha256.New()
	size, err := io.Copy(digest, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return importExit{2, "the file cannot be read: " + reasonOf(err)}
	}
	return i.with(func(ctx context.Context, c *center.Center) error {
		return i.take(ctx, c, file, size, hex.EncodeToString(digest.Sum(nil)))
	})
}

// reasonOf is why a file cannot be used, without its path: a name may be a person's.
func reasonOf(err error) string {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err.Error()
	}
	return err.Error()
}

func (i ImportCmd) take(ctx context.Context, c *center.Center, file io.Reader, size int64, digest string) error {
	bar := newBar(size)
	refused := &refusedRows{tell: bar.line, path: i.errorPath(), format: stationfile.ErrorFormat(stationfile.Format(i.Format)), isNamed: i.Errors != "",
		isTold: i.DryRun && i.Errors == "", goesOn: i.Resume}
	began := time.Now()
	counts, err := c.Import(ctx, io.TeeReader(file, bar), center.ImportOptions{Station: site.StationID(i.Station),
		Options: stationfile.Options{Format: stationfile.Format(i.Format), Encoding: stationfile.Encoding(i.Encoding)},
		By:      center.AtMachine(operator), DryRun: i.DryRun, Resume: i.Resume, File: digest, Begun: refused.begin,
		Refused: refused.add, Durable: refused.sync, Progress: bar.tell})
	bar.end()
	if closed := refused.close(); err == nil {
		err = closed
	}
	i.report(counts, time.Since(began))
	if path := refused.at(); path != "" {
		fmt.Fprintf(os.Stderr, "the rows that were refused are in %s\n", path)
	}
	switch {
	case err != nil:
		return i.explained(err)
	case counts.Refused+counts.RefusedBefore > 0 && i.DryRun:
		return importExit{1, rowsOf(counts.Refused+counts.RefusedBefore) + " would be refused"}
	case counts.Refused+counts.RefusedBefore == 1:
		return importExit{1, "1 row was refused; mend it in its file and import that"}
	case counts.Refused+counts.RefusedBefore > 0:
		return importExit{1, rowsOf(counts.Refused+counts.RefusedBefore) + " were refused; mend them in their file and import it"}
	}
	return nil
}

func rowsOf(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func (i ImportCmd) errorPath() string {
	if i.Errors != "" {
		return i.Errors
	}
	return strings.TrimSuffix(i.File, filepath.Ext(i.File)) + ".errors." + string(stationfile.ErrorFormat(stationfile.Format(i.Format)))
}

func (i ImportCmd) report(n center.ImportCounts, took time.Duration) {
	verb := ""
	if i.DryRun {
		verb = "would be "
	}
	fmt.Printf("%d rows: %sapplied %d, already applied %d, corrected %d, refused %d", n.Rows, verb, n.Applied, n.Already, n.Corrected, n.Refused)
	if n.Skipped > 0 {
		fmt.Printf(", skipped %d that were read before", n.Skipped)
	}
	if n.RefusedBefore > 0 {
		fmt.Printf(", %d of them refused", n.RefusedBefore)
	}
	fmt.Println()
	if seconds := took.Seconds(); seconds >= 1 {
		fmt.Fprintf(os.Stderr, "%.0f rows a second\n", float64(n.Rows-n.Skipped)/seconds)
	}
}

// explained says where a file is wrong as a whole, and how to go on after a stop.
func (i ImportCmd) explained(err error) error {
	code := fault.CodeOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return importExit{1, "stopped; what was taken in stays, go on with --resume"}
	case strings.HasPrefix(code, "intake."):
		for _, p := range fault.From(err).Places {
			fmt.Fprintf(os.Stderr, "%s: %s [%s]\n", p.Location, intake.FaultText(p.Code).EN, p.Code)
		}
		return importExit{2, explain(fault.New(fault.From(err).Kind, code))}
	}
	return err
}

// bar shows on a terminal how much of the file was read.
type bar struct {
	shown *progressbar.ProgressBar
	out   io.Writer
}

func newBar(size int64) *bar {
	b := &bar{out: os.Stderr}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		b.show(size)
	}
	return b
}

// show begins the bar: the share, how long it has taken and how long it will.
func (b *bar) show(size int64) {
	b.shown = progressbar.NewOptions64(size, progressbar.OptionSetWriter(b.out), progressbar.OptionUseANSICodes(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish())
}

// Write implements io.Writer: the file's bytes pass here.
func (b *bar) Write(p []byte) (int, error) {
	if b.shown != nil {
		return b.shown.Write(p)
	}
	return len(p), nil
}

func (b *bar) tell(n center.ImportCounts) {
	if b.shown != nil {
		b.shown.Describe(fmt.Sprintf("%d rows, %d refused", n.Rows, n.Refused))
	}
}

// line writes a line of its own, above the bar where there is one.
func (b *bar) line(format string, args ...any) {
	if b.shown != nil {
		_ = b.shown.Clear() // a picture on a terminal, nothing depends on it
	}
	fmt.Fprintf(b.out, format+"\n", args...)
}

func (b *bar) end() {
	if b.shown != nil {
		_ = b.shown.Finish() // as in line
	}
}
