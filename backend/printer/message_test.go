package printer

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"
)

func TestNoConnectionIsKept(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	e.order("print")
	expect(t, <-done, Printed, "")
	left := ""
	for range 10_000 { // a closed connection's goroutines end in their own time
		buffer := make([]byte, 1<<20)
		left = string(buffer[:runtime.Stack(buffer, true)])
		if !strings.Contains(left, "persistConn") && !strings.Contains(left, "printer.(*IPP)") {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("goroutines left behind:\n%s", left)
}

// FuzzAnswer reads what any printer might say.
func FuzzAnswer(f *testing.F) {
	m := goipp.NewResponse(goipp.MakeVersion(2, 0), goipp.StatusOk, 1)
	add(&m.Printer, "printer-state", goipp.TagEnum, goipp.Integer(3))
	add(&m.Printer, "printer-state-reasons", goipp.TagKeyword, goipp.String("none"), goipp.String("media-low-report"))
	add(&m.Printer, "printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(true))
	add(&m.Printer, "media-supported", goipp.TagKeyword, goipp.String("custom_min_48x25mm"), goipp.String("custom_max_80x2000mm"))
	add(&m.Printer, "copies-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: 9})
	good, err := m.EncodeBytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 1, 4, 0x21, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		var answer goipp.Message
		if answer.Decode(bytes.NewReader(b)) != nil {
			return
		}
		d := describe(answer.Printer)
		if d.status.CanPrint() != (d.status.State == Ready || d.status.State == LowPaper) {
			t.Fatalf("status %+v", d.status)
		}
		d.takes(A4)
		d.refuse(aJob("receipt-1"))
		d.blame("printer.timeout")
	})
}
