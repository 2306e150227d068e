package printer

import (
	"context"
	"strings"
	"testing"
	"time"
)

var receipt = []byte("%PDF-1.4\n% a made-up receipt\n%%EOF\n")

func aJob(title string) Job { return Job{Title: title, PDF: receipt, Media: A4} }

// at once is the tests' clock: the driver polls without waiting.
func fast(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func newIPP(t *testing.T, uri string, opt IPPOptions) *IPP {
	t.Helper()
	if opt.Wait == nil {
		opt.Wait = fast
	}
	if opt.Patience == 0 {
		opt.Patience = time.Hour // of fast polls
	}
	p, err := NewIPP(uri, opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func printing(t *testing.T, p Printer, job Job) <-chan Outcome {
	done := make(chan Outcome, 1)
	go func() { done <- p.Print(t.Context(), job) }()
	return done
}

func expect(t *testing.T, o Outcome, result Result, code string) {
	t.Helper()
	got := ""
	if o.Fault != nil {
		got = o.Fault.Code
	}
	if o.Result != result || got != code {
		t.Errorf("outcome %s %q (%v), want %s %q", o.Result, got, o.Fault, result, code)
	}
}

func TestPrint(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	if s := p.Status(t.Context()); s.State != Ready || !s.CanPrint() {
		t.Fatalf("status %+v", s)
	}
	done := printing(t, p, aJob("receipt-1"))
	if got := e.begun(); got != "job receipt-1 copies= media=iso_a4_210x297mm type=application/pdf" {
		t.Errorf("the printer got %q", got)
	}
	e.order("print")
	expect(t, <-done, Printed, "")
	if paper, _ := e.printed(); paper != string(receipt) {
		t.Errorf("on paper: %q", paper)
	}
}

func TestTheSameTitleIsPrintedOnce(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	first := printing(t, p, aJob("receipt-1"))
	e.begun()
	second := printing(t, newIPP(t, e.uri, IPPOptions{}), aJob("receipt-1")) // another program start
	e.order("print")
	expect(t, <-first, Printed, "")
	expect(t, <-second, Printed, "")
	expect(t, p.Print(t.Context(), aJob("receipt-1")), Printed, "")
	again := printing(t, p, aJob("receipt-1-again"))
	e.begun()
	e.order("print")
	expect(t, <-again, Printed, "")
	if _, titles := e.printed(); titles != "receipt-1\nreceipt-1-again\n" {
		t.Errorf("printed %q", titles)
	}
}

func TestJobAbortedForWantOfPaper(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	e.order("STATE: +media-empty")
	e.order("fail")
	expect(t, <-done, Failed, "printer.out_of_paper")
	if _, titles := e.printed(); titles != "" {
		t.Errorf("printed %q", titles)
	}
}

func TestJobAborted(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	e.order("fail")
	expect(t, <-done, Failed, "printer.aborted")
	again := printing(t, p, aJob("receipt-1")) // a failed job does not use its title up
	e.begun()
	e.order("print")
	expect(t, <-again, Printed, "")
}

// ippeveprinter calls everything a warning while it works on a job, so this
// reads its keywords as the driver does for a job that does not end.
func TestConditionsOfTheRealPrinter(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{Attention: time.Hour}) // of fast polls
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	for _, c := range []struct {
		reasons string
		want    State
	}{
		{"media-jam", Jam}, {"cover-open", CoverOpen}, {"input-tray-missing", OutOfPaper}, {"media-low", LowPaper},
		{"media-empty", OutOfPaper}, {"media-needed", OutOfPaper}, {"toner-empty", SupplyEmpty}, {"marker-supply-empty", SupplyEmpty},
		{"toner-low", Ready}, {"spool-area-full", Stopped}, {"media-jam,media-empty", Jam},
	} {
		e.order("STATE: " + c.reasons)
		if got := p.describe(t.Context()).suspect; got != c.want {
			t.Errorf("%s: %s, want %s", c.reasons, got, c.want)
		}
		for _, r := range strings.Split(c.reasons, ",") {
			e.order("STATE: -" + r)
		}
	}
	e.order("print")
	expect(t, <-done, Printed, "")
}

func TestPaperTheJobAsksFor(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	for name, c := range map[string]struct {
		media Media
		want  string
	}{"a4": {A4, "iso_a4_210x297mm"}, "a5": {A5, ""}, "roll": {Roll80(160), ""}} {
		job := aJob(name)
		job.Media = c.media
		done := printing(t, p, job)
		if got := e.begun(); !strings.Contains(got, "media="+c.want+" ") {
			t.Errorf("%s: the printer got %q", name, got)
		}
		e.order("print")
		expect(t, <-done, Printed, "")
	}
	custom := description{media: []string{"custom_min_48x25mm", "custom_max_80x2000mm"}}
	if !custom.takes(Roll80(160)) || custom.takes(A4) || custom.takes(Roll80(2001)) {
		t.Error("custom sizes are misread")
	}
}

func TestWhatPrintersCan(t *testing.T) {
	raster := startEve(t, "-f", "image/pwg-raster")
	expect(t, newIPP(t, raster.uri, IPPOptions{}).Print(t.Context(), aJob("receipt-1")), Failed, "printer.no_pdf")
	two := aJob("receipt-2")
	two.Copies = 2
	pdf := startEve(t, "-f", "application/pdf")
	done := printing(t, newIPP(t, pdf.uri, IPPOptions{}), two)
	if got := pdf.begun(); !strings.Contains(got, "copies=2 ") {
		t.Errorf("the printer got %q", got)
	}
	pdf.order("print")
	expect(t, <-done, Printed, "")
	expect(t, failed((description{copies: 1}).refuse(two)), Failed, "printer.job_copies")
	nobody := newIPP(t, "ipp://localhost:1/ipp/print", IPPOptions{})
	expect(t, nobody.Print(t.Context(), aJob("receipt-3")), Failed, "printer.offline")
	if s := nobody.Status(t.Context()); s.State != Offline {
		t.Errorf("status %+v", s)
	}
}

func TestAddresses(t *testing.T) {
	for uri, want := range map[string]string{
		"ipp://localhost:631/printers/LX": "http://localhost:631/printers/LX",
		"ipp://10.0.0.9/ipp/print":        "http://10.0.0.9:631/ipp/print",
		"ipps://printer.example/ipp":      "https://printer.example:631/ipp",
		"http://localhost:631/":           "",
		"ipp://user:secret@host/":         "",
		"lp0":                             "",
		"":                                "",
	} {
		p, err := NewIPP(uri, IPPOptions{})
		if (err == nil) != (want != "") || err == nil && p.url != want {
			t.Errorf("%s: %v, %v; want %s", uri, p, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}
