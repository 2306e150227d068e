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

// media are the papers a desk prints on.
var media = map[receipt.Layout]printer.Media{receipt.A5: printer.A5, receipt.A4: printer.A4}

// PrintSlip implements api.Desk: the center makes the page, which is the same every time.
func (d *Desk) PrintSlip(ctx context.Context, in api.DeskSlip) (api.DeskPrinted, error) {
	query := url.Values{"layout": {string(d.config.Paper)}, "language": {string(in.Language)}}
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, "/visits/"+url.PathEscape(in.VisitID)+"/slip?"+query.Encode(), nil)
	if err != nil {
		return api.DeskPrinted{}, fault.Wrap(err, fault.Invalid, "request.malformed")
	}
	page, err := d.carry(ctx, asked, nil)
	if err != nil {
		return api.DeskPrinted{}, said(err)
	}
	if page.status != http.StatusOK {
		return api.DeskPrinted{}, fault.New(fault.NotFound, "reception.no_slip")
	}
	size, ok := media[d.config.Paper]
	if !ok {
		height, err := receipt.HeightMM(page.body)
		if err != nil {
			return api.DeskPrinted{}, err
		}
		size = printer.Roll80(height)
	}
	job := printer.Job{Title: fmt.Sprintf("lx-%s-%s-%d", in.VisitID, in.Language, in.Again), PDF: page.body, Media: size}
	outcome := d.config.Printer.Print(ctx, job)
	out := api.DeskPrinted{State: string(outcome.Result)}
	if outcome.Fault != nil {
		d.config.Log.WarnContext(ctx, "slip not printed", "code", outcome.Fault.Code)
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
