package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

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
