// Package printer puts receipts on paper.
//
// A Printer prints one PDF at a time and says honestly what became of it:
// printed, failed (nothing more will come out), or unknown (look at the
// printer). Whoever shows the outcome offers a QR code instead of paper after a
// failure and asks the person to look at the printer when it is unknown.
//
// No print is doubled silently. A Job's title is its identity: printing a title
// that the printer already has follows that job instead of sending it again, so
// a caller that lost an answer may call again. A wanted reprint has a new title.
//
// Drivers: IPP for CUPS queues and driverless network printers, Folder for
// machines without a printer, None.
package printer

import (
	"bytes"
	"context"
	"fmt"
	"regexp"

	"lianxin/backend/fault"
)

// Printer is a printer of any make. Its methods may be called from anywhere.
type Printer interface {
	// Print prints the job and waits, for a bounded time, until it is known what
	// became of it. When ctx ends earlier the job is withdrawn.
	Print(ctx context.Context, job Job) Outcome
	// Status asks how the printer is.
	Status(ctx context.Context) Status
}

// Job is one thing to print.
type Job struct {
	// Title identifies the print; it shows in the printer's queue and log, so it
	// is made of a receipt's or visit's opaque id, never of personal data.
	Title  string
	PDF    []byte
	Media  Media
	Copies int // 0 means 1
}

// Media is a size of paper.
type Media struct {
	Name     string // PWG 5101.1 self-describing name
	WidthMM  int
	HeightMM int
}

var (
	A4 = Media{"iso_a4_210x297mm", 210, 297}
	A5 = Media{"iso_a5_148x210mm", 148, 210}
)

// Roll80 is a piece of an 80 mm roll of the given length.
func Roll80(lengthMM int) Media {
	return Media{fmt.Sprintf("custom_roll_80x%dmm", lengthMM), 80, lengthMM}
}

// Result is what became of a job.
type Result string

const (
	Printed Result = "printed" // the printer says it is done
	Failed  Result = "failed"  // it is not on paper and will not be
	Unknown Result = "unknown" // it may or may not come out
)

// Outcome is the answer to Print. Fault is nil after Printed; its codes begin
// with "printer.".
type Outcome struct {
	Result Result
	Fault  *fault.Fault
}

// State is how a printer is, as a screen words it.
type State string

const (
	Ready       State = "ready"        // also while printing
	LowPaper    State = "low_paper"    // prints, but somebody should bring paper
	OutOfPaper  State = "out_of_paper" // also: no tray
	Jam         State = "jam"
	CoverOpen   State = "cover_open"
	SupplyEmpty State = "supply_empty" // toner, ink, ribbon, or a full waste box
	Offline     State = "offline"      // cannot be reached or is switched off
	Stopped     State = "stopped"      // paused by somebody, or takes no jobs
	Trouble     State = "trouble"      // says it has an error of some other kind
	Missing     State = "none"         // this machine has no printer
)

// Status is the answer to Printer.Status. Fault is nil when the printer can
// print; otherwise its code is "printer." and the state.
type Status struct {
	State State
	Fault *fault.Fault
}

func statusOf(state State, cause error) Status {
	if state == Ready || state == LowPaper {
		return Status{State: state}
	}
	return Status{state, fault.Wrap(cause, fault.Unavailable, "printer."+string(state))}
}

// CanPrint tells whether a job sent now has a chance.
func (s Status) CanPrint() bool { return s.Fault == nil }

func printed() Outcome { return Outcome{Result: Printed} }

func failed(f *fault.Fault) Outcome { return Outcome{Failed, f} }

func unknown(f *fault.Fault) Outcome { return Outcome{Unknown, f} }

// mostCopies keeps a slip of the finger from emptying the tray.
const mostCopies = 20

var title = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// check refuses jobs no driver takes: fault printer.job with every wrong place.
func (j Job) check() *fault.Fault {
	f := fault.New(fault.Invalid, "printer.job")
	if !title.MatchString(j.Title) {
		f.At("title", "printer.job_title", "up to 64 of A-Z a-z 0-9 . _ -")
	}
	if !bytes.HasPrefix(j.PDF, []byte("%PDF-")) {
		f.At("pdf", "printer.job_pdf", "not a PDF")
	}
	if j.Copies < 0 || j.Copies > mostCopies {
		f.At("copies", "printer.job_copies", "")
	}
	if j.Media.Name == "" {
		f.At("media", "printer.job_media", "")
	}
	if len(f.Places) == 0 {
		return nil
	}
	return f
}

// None is the printer of a machine without one.
type None struct{}

// Print always fails with printer.none.
func (None) Print(context.Context, Job) Outcome { return failed(statusOf(Missing, nil).Fault) }

// Status is always Missing.
func (None) Status(context.Context) Status { return statusOf(Missing, nil) }
