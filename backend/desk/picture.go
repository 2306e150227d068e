package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/fault"
)

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
