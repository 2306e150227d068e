package desk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// SaveFile implements api.DeskMoney. The dialog is opened beside everything else, for it
// may stand open longer than a call may take.
func (d *Desk) SaveFile(ctx context.Context, in api.DeskFile) (api.DeskSaved, error) {
	name, content, err := d.fileOf(ctx, in)
	if err != nil {
		return api.DeskSaved{}, err
	}
	if d.config.SaveAs == nil {
		return api.DeskSaved{}, fault.New(fault.Unavailable, "desk.no_dialog")
	}
	if !d.choosing.CompareAndSwap(false, true) {
		return api.DeskSaved{State: "asking", Name: name}, nil // it stands open
	}
	go func() { // it ends with the window, which nobody waits for
		defer d.choosing.Store(false)
		d.events.Tell("saved", d.saveAs(name, content))
	}()
	return api.DeskSaved{State: "asking", Name: name}, nil
}

// saveAs saves where somebody says.
func (d *Desk) saveAs(name string, content []byte) api.DeskSaved {
	path, err := d.config.SaveAs(d.running, name)
	if err == nil && path != "" {
		err = writeWhole(path, func(out io.Writer) error {
			_, err := out.Write(content)
			return err
		})
	}
	switch {
	case err != nil:
		d.config.Log.Error("a file was not saved", "error", err)
		return api.DeskSaved{State: "failed", Name: name}
	case path == "":
		return api.DeskSaved{State: "left", Name: name}
	}
	return api.DeskSaved{State: "saved", Name: filepath.Base(path)}
}

// fileOf fetches a file of the center, and says what to call it.
func (d *Desk) fileOf(ctx context.Context, in api.DeskFile) (name string, content []byte, err error) {
	id, language := url.PathEscape(in.ID), "?"+url.Values{"language": {string(in.Language)}}.Encode()
	switch in.Kind {
	case "payout":
		l, err := d.open()
		if err != nil {
			return "", nil, err
		}
		var file api.PayoutFile
		err = d.askCenter(ctx, l, http.MethodGet, "/payouts/batches/"+id+"/file", nil, &file)
		return filepath.Base(file.Name), file.Content, said(err)
	case "settlement_workbook":
		content, err = d.fetch(ctx, "/settlements/"+id+"/workbook"+language)
		return "settlement-" + in.ID + ".xlsx", content, err
	case "hospital_day":
		content, err = d.fetch(ctx, "/hospitals/"+id+"/days/file?day="+in.Day.String())
		return in.ID + "-" + in.Day.String() + ".csv", content, err
	}
	content, err = d.fetch(ctx, "/settlements/"+id+"/paper"+language)
	return "settlement-" + in.ID + ".pdf", content, err
}

// fetch is what the center answers to a path, in the name of who is logged in.
func (d *Desk) fetch(ctx context.Context, path string) ([]byte, error) {
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "request.malformed")
	}
	page, err := d.carry(ctx, asked, nil)
	if err != nil {
		return nil, said(err)
	}
	if page.status != http.StatusOK {
		return nil, sync.FaultOf(page.status, page.body)
	}
	return page.body, nil
}

// writeWhole writes a file beside the one that was chosen, and puts it there once it is
// whole: there is never half a file that looks like one. Whoever chose its name was asked
// about what was there.
func writeWhole(path string, write func(io.Writer) error) error {
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = write(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}
