package printer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"

	"lianxin/backend/fault"
)

// Values of job-state (RFC 8011 §5.3.7).
const (
	jobCanceled  = 7
	jobAborted   = 8
	jobCompleted = 9
)

// Print implements Printer. Faults, besides those of Status: printer.job (the
// job is wrong), printer.job_copies, printer.no_pdf, printer.refused (parameter
// status), printer.busy, printer.canceled (by somebody at the printer),
// printer.aborted (by the printer), printer.timeout, printer.withdrawn (ctx
// ended), printer.lost (contact was lost after sending).
func (p *IPP) Print(ctx context.Context, job Job) Outcome {
	if f := job.check(); f != nil {
		return failed(f)
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return failed(fault.Wrap(ctx.Err(), fault.Unavailable, "printer.withdrawn"))
	}
	known, err := p.find(ctx, job.Title)
	if err != nil {
		// Whether an earlier try of this title is out there cannot be known now,
		// and nothing was sent by this one.
		return failed(p.lookFailed(ctx, err))
	}
	if known != 0 {
		return p.follow(ctx, known)
	}
	d := p.describe(ctx)
	if f := d.refuse(job); f != nil {
		return failed(f)
	}
	return p.submit(ctx, job, d)
}

func (p *IPP) lookFailed(ctx context.Context, err error) *fault.Fault {
	if ctx.Err() != nil {
		return fault.Wrap(err, fault.Unavailable, "printer.withdrawn")
	}
	if _, refused := errors.AsType[*refusal](err); refused {
		return fault.Wrap(err, fault.Unavailable, "printer.trouble")
	}
	return fault.Wrap(err, fault.Unavailable, "printer.offline")
}

// submit sends the job once. When the answer is lost, it asks the printer
// whether it has the job rather than sending again.
func (p *IPP) submit(ctx context.Context, job Job, d description) Outcome {
	m := p.request(goipp.OpPrintJob)
	asUser(m)
	add(&m.Operation, "job-name", goipp.TagName, goipp.String(job.Title))
	add(&m.Operation, "document-format", goipp.TagMimeType, goipp.String("application/pdf"))
	if job.Copies > 1 {
		add(&m.Job, "copies", goipp.TagInteger, goipp.Integer(job.Copies))
	}
	if d.takes(job.Media) {
		add(&m.Job, "media", goipp.TagKeyword, goipp.String(job.Media.Name))
	}
	answer, err := p.send(ctx, m, job.PDF)
	if err == nil {
		if id := integer(answer.Job, "job-id", 0); id > 0 {
			return p.follow(ctx, id)
		}
		err = errors.New("Print-Job: the answer names no job")
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return failed(refused(r))
	}
	if neverSent(err) {
		return failed(fault.Wrap(err, fault.Unavailable, "printer.offline"))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.opt.Farewell)
	defer cancel()
	id, lookErr := p.find(ctx, job.Title)
	if lookErr != nil || id == 0 {
		return unknown(fault.Wrap(errors.Join(err, lookErr), fault.Unavailable, "printer.lost"))
	}
	return p.follow(ctx, id)
}

func refused(r *refusal) *fault.Fault {
	code := "printer.refused"
	switch r.status {
	case goipp.StatusErrorDocumentFormatNotSupported, goipp.StatusErrorDocumentFormatError:
		code = "printer.no_pdf"
	case goipp.StatusErrorNotAcceptingJobs, goipp.StatusErrorPrinterIsDeactivated:
		code = "printer.stopped"
	case goipp.StatusErrorBusy, goipp.StatusErrorTemporary:
		code = "printer.busy"
	}
	return fault.Wrap(r, fault.Unavailable, code).With("status", fmt.Sprintf("%04x", int(r.status)))
}

// takes tells whether the printer lists the paper, or custom sizes that hold
// it. Otherwise the job names no paper and the printer uses what is loaded:
// some refuse a job over paper they do not list.
func (d description) takes(media Media) bool {
	if slices.Contains(d.media, media.Name) {
		return true
	}
	least, most := customSize(d.media, "min"), customSize(d.media, "max")
	return media.WidthMM >= least[0] && media.HeightMM >= least[1] && media.WidthMM <= most[0] && media.HeightMM <= most[1]
}

// customSize reads custom_min_… or custom_max_… in whole millimetres; 0 when absent.
func customSize(media []string, which string) [2]int {
	for _, name := range media {
		var w, h float64
		if n, _ := fmt.Sscanf(name, "custom_"+which+"_%fx%fmm", &w, &h); n == 2 {
			return [2]int{int(w), int(h)}
		}
	}
	return [2]int{}
}

// find returns the id of the job with the title, unless it failed; 0 for none.
func (p *IPP) find(ctx context.Context, title string) (int, error) {
	for _, which := range []string{"not-completed", "completed"} {
		m := p.request(goipp.OpGetJobs)
		asUser(m)
		add(&m.Operation, "limit", goipp.TagInteger, goipp.Integer(200))
		wantedJobs(m, which)
		answer, err := p.send(ctx, m, nil)
		if err != nil {
			return 0, err
		}
		for _, g := range answer.AttrGroups() {
			state := integer(g.Attrs, "job-state", 0)
			if g.Tag == goipp.TagJobGroup && slices.Contains(words(g.Attrs, "job-name"), title) && state != jobCanceled && state != jobAborted {
				return integer(g.Attrs, "job-id", 0), nil
			}
		}
	}
	return 0, nil
}

func wantedJobs(m *goipp.Message, which string) {
	wanted(m, "job-id", "job-name", "job-state")
	add(&m.Operation, "which-jobs", goipp.TagKeyword, goipp.String(which))
}

// jobState returns the job-state of a job.
func (p *IPP) jobState(ctx context.Context, id int) (int, error) {
	m := p.request(goipp.OpGetJobAttributes)
	add(&m.Operation, "job-id", goipp.TagInteger, goipp.Integer(id))
	asUser(m)
	wanted(m, "job-state", "job-state-reasons")
	answer, err := p.send(ctx, m, nil)
	if err != nil {
		return 0, err
	}
	return integer(answer.Job, "job-state", 0), nil
}

// follow watches a job until it is over, the printer needs somebody for too
// long, or patience or ctx ends; then the job is withdrawn.
func (p *IPP) follow(ctx context.Context, id int) Outcome {
	var waited, stuck time.Duration
	var lost error
	late := fault.New(fault.Unavailable, "printer.timeout")
	for waited < p.opt.Patience {
		state, err := p.jobState(ctx, id)
		if isForgotten(err) {
			return unknown(fault.Wrap(err, fault.Unavailable, "printer.lost"))
		}
		if lost = err; err == nil {
			if o, over := p.over(ctx, state); over {
				return o
			}
			now := p.describe(ctx)
			late = now.blame("printer.timeout")
			if now.status.CanPrint() {
				stuck = 0
			} else if stuck += p.opt.Poll; stuck > p.opt.Attention {
				return p.withdraw(ctx, id, now.status.Fault)
			}
		}
		if err := p.opt.Wait(ctx, p.opt.Poll); err != nil {
			return p.withdraw(ctx, id, fault.Wrap(err, fault.Unavailable, "printer.withdrawn"))
		}
		waited += p.opt.Poll
	}
	if lost != nil {
		return p.withdraw(ctx, id, fault.Wrap(lost, fault.Unavailable, "printer.lost"))
	}
	return p.withdraw(ctx, id, late)
}

// isForgotten tells whether the printer no longer knows the job: some forget
// what is over at once, and then nobody knows how it ended.
func isForgotten(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && (r.status == goipp.StatusErrorNotFound || r.status == goipp.StatusErrorGone)
}

// over words a final job-state; false for one that is not.
func (p *IPP) over(ctx context.Context, state int) (Outcome, bool) {
	switch state {
	case jobCompleted:
		return printed(), true
	case jobCanceled:
		return failed(fault.New(fault.Unavailable, "printer.canceled")), true
	case jobAborted:
		return failed(p.describe(ctx).blame("printer.aborted")), true
	}
	return Outcome{}, false
}

// blame returns the fault of a job that did not end well: what the printer
// complains of, or else the code.
func (d description) blame(code string) *fault.Fault {
	if !d.status.CanPrint() {
		return d.status.Fault
	}
	if suspected := statusOf(d.suspect, nil); !suspected.CanPrint() {
		return suspected.Fault
	}
	return fault.New(fault.Unavailable, code)
}

// withdraw cancels a job and learns how that ended: the job may have been
// faster, or the printer may not say. why is the fault that is told.
func (p *IPP) withdraw(ctx context.Context, id int, why *fault.Fault) Outcome {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.opt.Farewell)
	defer cancel()
	m := p.request(goipp.OpCancelJob)
	add(&m.Operation, "job-id", goipp.TagInteger, goipp.Integer(id))
	asUser(m)
	_, err := p.send(ctx, m, nil) // refused when the job is over already, which its state tells better
	for ctx.Err() == nil {
		state, lookErr := p.jobState(ctx, id)
		switch {
		case lookErr != nil:
			err = errors.Join(err, lookErr)
		case state == jobCompleted:
			return printed()
		case state == jobCanceled, state == jobAborted:
			return failed(why)
		}
		if p.opt.Wait(ctx, p.opt.Poll) != nil {
			break
		}
	}
	if err != nil {
		why = fault.Wrap(errors.Join(why, err), why.Kind, why.Code)
	}
	return unknown(why)
}
