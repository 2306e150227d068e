package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
)

// PrintSlip implements api.Desk: the center makes the page, which is the same every time.
func (d *Desk) PrintSlip(ctx context.Context, in api.DeskSlip) (api.DeskPrinted, error) {
	query := url.Values{"layout": {string(d.config.Paper)}, "language": {string(in.Language)}}
	page, err := d.fetch(ctx, "/visits/"+url.PathEscape(in.VisitID)+"/slip?"+query.Encode())
	if err != nil {
		return api.DeskPrinted{}, err
	}
	return d.print(ctx, fmt.Sprintf("lx-%s-%s-%d", in.VisitID, in.Language, in.Again), page)
}

// PrintClaimPaper implements api.Desk.
func (d *Desk) PrintClaimPaper(ctx context.Context, id string, in api.DeskPaper) (api.DeskPrinted, error) {
	l, err := d.open()
	if err != nil {
		return api.DeskPrinted{}, err
	}
	query := url.Values{"layout": {string(d.config.Paper)}, "language": {string(in.Language)}}
	var paper api.ClaimPrint
	path := "/claims/" + url.PathEscape(id) + "/papers/" + url.PathEscape(in.Kind) + "?" + query.Encode()
	if err := d.askCenter(ctx, l, http.MethodGet, path, nil, &paper); err != nil {
		return api.DeskPrinted{}, said(err)
	}
	return d.print(ctx, fmt.Sprintf("lx-%s-%s-%s-%d", id, in.Kind, in.Language, in.Again), paper.Content)
}

// print prints a page of the center's on the paper this desk has.
func (d *Desk) print(ctx context.Context, title string, pdf []byte) (api.DeskPrinted, error) {
	size, err := receipt.Media(pdf, d.config.Paper)
	if err != nil {
		return api.DeskPrinted{}, err
	}
	return d.printOn(ctx, title, pdf, size)
}

func (d *Desk) printOn(ctx context.Context, title string, pdf []byte, size printer.Media) (api.DeskPrinted, error) {
	outcome := d.config.Printer.Print(ctx, printer.Job{Title: title, PDF: pdf, Media: size})
	out := api.DeskPrinted{State: string(outcome.Result)}
	if outcome.Fault != nil {
		d.config.Log.WarnContext(ctx, "paper not printed", "code", outcome.Fault.Code)
		out.Code = outcome.Fault.Code
	}
	return out, nil
}

// OpenWaitingRoom implements api.Desk.
func (d *Desk) OpenWaitingRoom(ctx context.Context, siteID string) error {
	if d.config.Window == nil {
		return fault.New(fault.Unavailable, "desk.no_window")
	}
	if err := d.config.Window(siteID); err != nil {
		d.config.Log.ErrorContext(ctx, "the window for the waiting room did not open", "error", err)
		return fault.Wrap(err, fault.Unavailable, "desk.no_window")
	}
	return nil
}
