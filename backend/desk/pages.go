package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// chosen is a file somebody wants in a claim.
type chosen struct {
	path  string
	since time.Time    // scanner: when the file was written
	after func() error // done once it is kept; nil for nothing
}

// AddPages implements api.Desk. A file that is not taken keeps no other from being taken.
func (d *Desk) AddPages(ctx context.Context, id string, in api.PagesAdded) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	c, err := l.captures.get(id)
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	files, err := d.chosen(in.From)
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	failed := []fault.Place{}
	for i, f := range files {
		after, err := d.addPage(ctx, l, id, in.Kind, f)
		switch fl := fault.From(err); {
		case err == nil:
			c = after
		case fl.Kind == fault.Internal || fl.Code == "desk.cannot_keep":
			return api.KeptClaimOpened{}, err
		default:
			failed = append(failed, fault.Place{Location: strconv.Itoa(i + 1), Code: fl.Code})
		}
	}
	d.events.Tell("state", nil)
	out, err := d.opened(ctx, l)(c, nil)
	out.Failed = failed
	return out, err
}

// addPage takes one file: its content is on the disk before the claim says so.
func (d *Desk) addPage(ctx context.Context, l *login, id string, kind claim.DocumentKind, f chosen) (*captured, error) {
	content, err := readUpTo(f.path, attachment.MaxBytes)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "attachment.damaged")
	}
	took, err := attachment.Take(content)
	if err != nil {
		return nil, err
	}
	p := page{KeptPage: api.KeptPage{ID: newID(), Type: string(took.Type), Bytes: len(content), Pages: took.Pages, Here: true}}
	if f.after != nil {
		// A desk that was ended between keeping a page and taking its file away finds the file
		// again: it is the same page.
		p.Scan = took.SHA256 + f.since.UTC().Format(" "+time.RFC3339Nano)
		if known, err := l.captures.get(id); err == nil && known.hasScan(p.Scan) {
			return known, f.after()
		}
	}
	folder := l.captures.folder
	err = errors.Join(folder.Write(id+"."+p.ID+contentEnding, content), folder.Write(id+"."+p.ID+previewEnding, took.Preview))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "desk.cannot_keep")
	}
	needs := d.knownWords(ctx).Needs
	c, err := l.captures.change(id, func(c *captured) error {
		if len(c.Pages) >= claim.MaxAttachments {
			return fault.New(fault.Conflict, "claim.attachments_full").With("most", claim.MaxAttachments)
		}
		if p.Kind = kind; kind == "" {
			p.Kind = c.nextKind(needs)
		}
		c.Pages = append(c.Pages, p)
		c.changed(d.config.Now().UTC())
		return nil
	})
	if err == nil && f.after != nil {
		err = f.after()
	}
	return c, err
}

// hasScan tells whether a file of the scanner is one of its pages.
func (c *captured) hasScan(scan string) bool {
	return slices.ContainsFunc(c.Pages, func(p page) bool { return p.Scan == scan && !p.Gone })
}

// nextKind is the first document that is asked for and not there.
func (c *captured) nextKind(needs []claim.Need) claim.DocumentKind {
	for _, kind := range c.Content.Asked(needs) {
		isThere := slices.ContainsFunc(c.Pages, func(p page) bool { return p.Kind == kind && !p.Gone })
		if !isThere && (kind != claim.CommitmentPaper || c.Content.Commitment.Way != claim.SignedHere) {
			return kind
		}
	}
	return claim.OtherDocument
}

// readUpTo reads a file, of one that is larger one byte more than the most there may be.
func readUpTo(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	return io.ReadAll(io.LimitReader(file, most+1))
}

// chosen are the files that were dropped on the window, or those the scanner has laid
// down; a dialog is only opened.
func (d *Desk) chosen(from string) ([]chosen, error) {
	var paths []string
	switch from {
	case "scanner":
		return d.scanned()
	case "drop":
		d.mu.Lock()
		paths, d.dropped = d.dropped, nil
		d.mu.Unlock()
	default:
		return nil, d.choose(Pages)
	}
	files := make([]chosen, min(len(paths), claim.MaxAttachments))
	for i := range files {
		files[i].path = paths[i]
	}
	return files, nil
}

// choose opens the system's dialog beside everything else, for it may stand open longer
// than a call may take. What is chosen then is as if it were dropped, also when the desk was
// locked meanwhile: it waits for whoever chose it, and for nobody who logs in after them.
func (d *Desk) choose(what Wanted) error {
	if d.config.Choose == nil {
		return fault.New(fault.Unavailable, "desk.no_dialog")
	}
	if !d.choosing.CompareAndSwap(false, true) {
		return nil // it stands open
	}
	l := d.current()
	go func() { // it ends with the window, which nobody waits for
		defer d.choosing.Store(false)
		paths, err := d.config.Choose(d.running, what)
		if err != nil {
			d.config.Log.Error("the dialog for files did not open", "error", err)
		}
		if len(paths) > 0 {
			d.layReady(l, paths)
		}
	}()
	return nil
}

// Drop notes which files somebody dropped on the window, for the claim that lies there. On a
// locked desk there is nothing to drop them on.
func (d *Desk) Drop(paths []string) {
	d.mu.Lock()
	l := d.login
	isOpen := l != nil && !l.locked
	d.mu.Unlock()
	if isOpen {
		d.layReady(l, paths)
	}
}

// layReady lays files ready for a login, for as long as it lasts.
func (d *Desk) layReady(l *login, paths []string) {
	d.mu.Lock()
	lasts := l != nil && d.login == l
	if lasts {
		d.dropped = paths
	}
	d.mu.Unlock()
	if lasts {
		d.events.Tell("drop", len(paths))
	}
}

// scanned are the files in the scanner's folder, as they came. Each is taken away once it
// is kept: pages of people do not lie about.
func (d *Desk) scanned() ([]chosen, error) {
	if d.config.Scanner == "" {
		return nil, fault.New(fault.Unavailable, "desk.no_scanner")
	}
	entries, err := os.ReadDir(d.config.Scanner)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "desk.no_scanner")
	}
	type scan struct {
		chosen
		name string
	}
	var scans []scan
	for _, e := range entries {
		about, err := e.Info()
		if err != nil || !about.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue // it was taken away, or is none of the scanner's
		}
		path := filepath.Join(d.config.Scanner, e.Name())
		scans = append(scans, scan{chosen{path, about.ModTime(), func() error { return os.Remove(path) }}, e.Name()})
	}
	slices.SortFunc(scans, func(a, b scan) int {
		if c := a.since.Compare(b.since); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	files := make([]chosen, min(len(scans), claim.MaxAttachments))
	for i := range files {
		files[i] = scans[i].chosen
	}
	return files, nil
}

// ChangePage implements api.Desk.
func (d *Desk) ChangePage(ctx context.Context, id, pageID string, in api.PageChange) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	c, err := l.captures.change(id, func(c *captured) error {
		i := slices.IndexFunc(c.Pages, func(p page) bool { return p.ID == pageID && !p.Gone })
		if i < 0 {
			return fault.New(fault.NotFound, "claim.attachment_not_found")
		}
		c.changed(d.config.Now().UTC())
		if in.Gone && !c.Pages[i].Sent {
			c.Pages = slices.Delete(c.Pages, i, i+1) // its files are found at the next login
			return nil
		}
		c.Pages[i].take(in)
		return nil
	})
	d.events.Tell("state", nil)
	return d.opened(ctx, l)(c, err)
}

// take makes a page what somebody says of it.
func (p *page) take(in api.PageChange) {
	p.Gone = in.Gone
	if in.Turns != nil {
		p.Turns = *in.Turns % 4
	}
	if in.Kind != "" && !p.Sent {
		p.Kind = in.Kind
	}
}

// PagePicture implements api.Desk. What does not lie here is the center's, which writes
// down who looks at it.
func (d *Desk) PagePicture(ctx context.Context, id, pageID string, small bool) (api.ClaimFile, error) {
	l, err := d.open()
	if err != nil {
		return api.ClaimFile{}, err
	}
	var file api.ClaimFile
	var turns int
	p := l.captures.page(id, pageID)
	if p.Here {
		file, turns, err = keptPicture(l.captures, id, p, small)
	} else {
		path := fmt.Sprintf("/claims/%s/attachments/%s", url.PathEscape(id), url.PathEscape(pageID))
		if small {
			path += "/preview"
		}
		err = d.askCenter(ctx, l, http.MethodGet, path, nil, &file)
		turns = (p.Turns - p.TurnsSent + 4) % 4 // the center turns by what it knows
	}
	if err != nil {
		return api.ClaimFile{}, said(err)
	}
	if now, err := d.open(); err != nil || now != l {
		return api.ClaimFile{}, fault.New(fault.Forbidden, "desk.locked")
	}
	if file.Type == string(attachment.PDF) || len(file.Content) == 0 {
		return api.ClaimFile{Type: string(attachment.PDF)}, nil
	}
	file.Content, err = attachment.Readable(file.Content, turns)
	file.Type = string(attachment.JPEG)
	return file, err
}

// page finds a page of what lies here; an empty one where it does not.
func (k *captures) page(id, pageID string) page {
	if k == nil {
		return page{}
	}
	c, err := k.get(id)
	if err != nil {
		return page{}
	}
	i := slices.IndexFunc(c.Pages, func(p page) bool { return p.ID == pageID })
	if i < 0 {
		return page{}
	}
	return c.Pages[i]
}

func keptPicture(k *captures, id string, p page, small bool) (api.ClaimFile, int, error) {
	if p.Type == string(attachment.PDF) {
		return api.ClaimFile{Type: p.Type}, 0, nil
	}
	ending := contentEnding
	if small {
		ending = previewEnding
	}
	content, err := k.folder.Read(id + "." + p.ID + ending)
	if err == nil && !small { // as it will be kept: upright
		var took attachment.Kept
		took, err = attachment.Take(content)
		content = took.Content
	}
	return api.ClaimFile{Type: p.Type, Content: content}, p.Turns, err
}
