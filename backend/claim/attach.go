package claim

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/attachment"
	"lianxin/backend/fault"
)

// MaxAttachments is how many a claim may have.
const MaxAttachments = 40

// Handed is a file somebody hands in. Its ID was drawn by whoever asks, before anything was sent.
type Handed struct {
	ID   string
	Kind DocumentKind
	Kept attachment.Kept // of the file, by attachment.Take
	By   string
}

// Attach takes a file in. Told again with the same ID and file it changes nothing. Faults:
// "claim.not_found", "claim.closed", "claim.attachment_exists"
// for another file under the ID, "claim.attachments_full".
func (s Service) Attach(ctx context.Context, id string, in Handed) (Claim, error) {
	if !idPattern.MatchString(in.ID) || !slices.Contains(DocumentKinds(), in.Kind) {
		return Claim{}, fault.New(fault.Invalid, "claim.malformed").At("body", "claim.malformed", "id or kind")
	}
	kept, now := in.Kept, s.Now().UTC().Truncate(time.Microsecond)
	added := Attachment{ID: in.ID, Kind: in.Kind, Type: string(kept.Type), Bytes: len(kept.Content), Pages: kept.Pages, Width: kept.Width, Height: kept.Height,
		SHA256: kept.SHA256, Print: kept.Print, AddedAt: now, AddedBy: in.By}
	return s.edit(ctx, id, in.By, Attach, func(ctx context.Context, c *Claim) (bool, error) {
		if known, ok := c.Attachment(in.ID); ok {
			if known.SHA256 != added.SHA256 || known.Kind != added.Kind {
				return false, fault.New(fault.Conflict, "claim.attachment_exists")
			}
			return false, nil
		}
		if len(c.Attachments) >= MaxAttachments {
			return false, fault.New(fault.Conflict, "claim.attachments_full").With("most", MaxAttachments)
		}
		c.Attachments = append(slices.Clone(c.Attachments), added)
		return true, s.Store.SaveClaimFile(ctx, c.ID, in.ID, kept.Content, kept.Preview)
	})
}

// Detach takes a file away, with its content: what nobody needs is not kept. That it was
// there stays in the history. One that is not there is away.
func (s Service) Detach(ctx context.Context, id, attachmentID, by string) (Claim, error) {
	return s.edit(ctx, id, by, Detach, func(ctx context.Context, c *Claim) (bool, error) {
		if _, ok := c.Attachment(attachmentID); !ok {
			return false, nil
		}
		c.Attachments = slices.DeleteFunc(slices.Clone(c.Attachments), func(a Attachment) bool { return a.ID == attachmentID })
		return true, s.Store.DeleteClaimFile(ctx, c.ID, attachmentID)
	})
}

// Rotate says by how many quarter turns to the right a picture is shown, from how it was
// kept. Fault "claim.attachment_not_found".
func (s Service) Rotate(ctx context.Context, id, attachmentID string, turns int, by string) (Claim, error) {
	return s.edit(ctx, id, by, Rotate, func(_ context.Context, c *Claim) (bool, error) {
		at := slices.IndexFunc(c.Attachments, func(a Attachment) bool { return a.ID == attachmentID })
		if at < 0 {
			return false, fault.New(fault.NotFound, "claim.attachment_not_found")
		}
		if c.Attachments[at].Turns == turns%4 {
			return false, nil
		}
		c.Attachments = slices.Clone(c.Attachments)
		c.Attachments[at].Turns = turns % 4
		return true, nil
	})
}

// Attachment finds one by ID.
func (c Claim) Attachment(id string) (Attachment, bool) {
	for _, a := range c.Attachments {
		if a.ID == id {
			return a, true
		}
	}
	return Attachment{}, false
}
