package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"path/filepath"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// ExportAudit implements api.Desk.
func (d *Desk) ExportAudit(_ context.Context, format audit.Format) error {
	l, err := d.open()
	if err != nil {
		return err
	}
	if d.config.SaveAs == nil {
		return fault.New(fault.Unavailable, "desk.no_dialog")
	}
	if !d.beginExport() {
		return nil // one is on its way
	}
	go func() { // the dialog ends with the window, which nobody waits for
		path, err := d.config.SaveAs(d.running, fmt.Sprintf("lianxin-audit-%s.%s", calendar.Of(d.config.Now()), format))
		switch {
		case err != nil:
			d.exported(api.DeskExport{State: "failed", Code: "desk.no_dialog"})
		case path == "":
			d.exported(api.DeskExport{State: "left"})
		default:
			d.writeAudit(d.running, l, path, format)
		}
	}()
	return nil
}

// AuditExport implements api.Desk.
func (d *Desk) AuditExport(context.Context) (api.DeskExport, error) {
	if _, err := d.open(); err != nil {
		return api.DeskExport{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.export
	out.State = cmp.Or(out.State, "none")
	return out, nil
}

func (d *Desk) beginExport() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.export.State == "choosing" || d.export.State == "writing" {
		return false
	}
	d.export = api.DeskExport{State: "choosing"}
	return true
}

func (d *Desk) exported(how api.DeskExport) {
	d.mu.Lock()
	d.export = how
	d.mu.Unlock()
	d.events.Tell("audit-export", nil)
}

// writeAudit writes the whole log, entry by entry as its chain is verified.
func (d *Desk) writeAudit(ctx context.Context, l *login, path string, format audit.Format) {
	how := api.DeskExport{State: "writing", Name: filepath.Base(path)}
	d.exported(how)
	var report audit.Report
	err := writeWhole(path, func(file io.Writer) (err error) {
		report, err = d.writeAuditTo(ctx, l, file, format, how)
		return err
	})
	how.Entries, how.Head, how.State = int(report.Count), api.AuditEnd(report.Head), "done"
	if err != nil {
		d.config.Log.ErrorContext(ctx, "the audit log was not exported", "error", err)
		how.State, how.Code = "failed", codeOfExport(err)
	}
	d.exported(how)
}

// codeOfExport says what a person can do: about the line, about the log, else about the disk.
func codeOfExport(err error) string {
	if code := fault.CodeOf(said(err)); code != "internal" {
		return code
	}
	return "desk.cannot_write"
}

func (d *Desk) writeAuditTo(ctx context.Context, l *login, file io.Writer, format audit.Format, how api.DeskExport) (report audit.Report, err error) {
	out, err := audit.NewExporter(file, format)
	if err != nil {
		return report, err
	}
	report, err = audit.Verify(func(yield func(audit.Entry, error) bool) {
		for e, err := range d.auditEntries(ctx, l, how) {
			if err == nil {
				err = out.Write(e)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}, audit.Head{})
	return report, errors.Join(err, out.Close())
}

// auditEntries are the center's, page by page; the page of the desk hears of each.
func (d *Desk) auditEntries(ctx context.Context, l *login, how api.DeskExport) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		for after := int64(0); ; {
			var entries []audit.Entry
			if err := d.askCenter(ctx, l, http.MethodGet, fmt.Sprintf("/audit/entries?after=%d", after), nil, &entries); err != nil {
				yield(audit.Entry{}, err)
				return
			}
			if len(entries) == 0 {
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			after = entries[len(entries)-1].Seq
			how.Entries = int(after)
			d.exported(how)
		}
	}
}
