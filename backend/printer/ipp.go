package printer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/OpenPrinting/goipp"

	"lianxin/backend/fault"
)

// IPPOptions are the timings of an IPP driver; zero values mean the defaults.
type IPPOptions struct {
	Poll     time.Duration // between two looks at a job; 500 ms
	Patience time.Duration // until a job that is not done is withdrawn; 60 s
	// Attention is how long a job may wait for somebody to bring paper or close
	// a cover before it is withdrawn; 10 s. A receipt must not come out later,
	// into the hands of the next person.
	Attention time.Duration
	// Farewell bounds how long the driver goes on after ctx ended or a job was
	// withdrawn, to learn what became of it; 5 s.
	Farewell time.Duration
	// Client speaks HTTP; the default keeps no connection open and uses no proxy.
	Client *http.Client
	// Wait waits d or until ctx ends; a test puts its own clock here.
	Wait func(ctx context.Context, d time.Duration) error
}

// IPP prints over the Internet Printing Protocol (RFC 8010, RFC 8011): a CUPS
// queue (ipp://localhost:631/printers/NAME) or a driverless printer
// (ipp://HOST:631/ipp/print).
type IPP struct {
	uri, url string
	client   *http.Client
	opt      IPPOptions
	requests atomic.Uint32
	turn     chan struct{} // one job at a time, so that the same title is seen by the next
}

// NewIPP returns a driver for the printer at an ipp or ipps address.
func NewIPP(uri string, opt IPPOptions) (*IPP, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "ipp" && u.Scheme != "ipps" {
		return nil, fmt.Errorf("a printer's address looks like ipp://localhost:631/printers/NAME or ipps://HOST/ipp/print")
	}
	u.Scheme = map[string]string{"ipp": "http", "ipps": "https"}[u.Scheme]
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "631")
	}
	setDefaults(&opt)
	return &IPP{uri: uri, url: u.String(), client: opt.Client, opt: opt, turn: make(chan struct{}, 1)}, nil
}

func setDefaults(opt *IPPOptions) {
	for _, d := range []struct {
		value *time.Duration
		least time.Duration
	}{{&opt.Poll, 500 * time.Millisecond}, {&opt.Patience, time.Minute}, {&opt.Attention, 10 * time.Second}, {&opt.Farewell, 5 * time.Second}} {
		if *d.value <= 0 {
			*d.value = d.least
		}
	}
	if opt.Wait == nil {
		opt.Wait = wait
	}
	if opt.Client == nil {
		opt.Client = &http.Client{
			Timeout: 30 * time.Second,
			Transport: &http.Transport{
				DialContext:       (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				DisableKeepAlives: true, // a kept connection that dies under a request makes it doubtful for nothing
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
}

// description is what the driver wants to know of a printer.
type description struct {
	status  Status
	suspect State    // what its warnings may mean for a job that does not end
	formats []string // document formats it takes; empty: it does not say
	media   []string // paper it takes
	copies  int      // most copies of one job
}

// Status implements Printer.
func (p *IPP) Status(ctx context.Context) Status { return p.describe(ctx).status }

func (p *IPP) describe(ctx context.Context) description {
	m := p.request(goipp.OpGetPrinterAttributes)
	asUser(m)
	wanted(m, "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "document-format-supported", "media-supported", "copies-supported")
	answer, err := p.send(ctx, m, nil)
	if _, refused := errors.AsType[*refusal](err); refused {
		return description{status: statusOf(Trouble, err)} // somebody answers, but not this printer
	}
	if err != nil {
		return description{status: statusOf(Offline, err)}
	}
	return describe(answer.Printer)
}

// describe reads a printer's attributes.
func describe(a goipp.Attributes) description {
	d := description{formats: words(a, "document-format-supported"), media: words(a, "media-supported"), copies: mostCopies}
	accepting := !slices.Contains(values(a, "printer-is-accepting-jobs"), goipp.Value(goipp.Boolean(false)))
	reasons := words(a, "printer-state-reasons")
	d.suspect = suspicion(reasons)
	d.status = statusOf(condition(integer(a, "printer-state", 0), accepting, reasons), errors.New(fmt.Sprint("printer-state-reasons ", reasons)))
	for _, v := range values(a, "copies-supported") {
		if r, ok := v.(goipp.Range); ok {
			d.copies = r.Upper
		}
	}
	return d
}

// refuse tells why a job cannot go to this printer, or nil.
func (d description) refuse(job Job) *fault.Fault {
	switch {
	case !d.status.CanPrint():
		return d.status.Fault
	case len(d.formats) > 0 && !slices.Contains(d.formats, "application/pdf"):
		return fault.New(fault.Unavailable, "printer.no_pdf")
	case job.Copies > d.copies:
		return fault.New(fault.Invalid, "printer.job_copies").With("most", d.copies)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
