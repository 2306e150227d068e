package center

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// AttachToClaim implements api.Claims.
func (c *Center) AttachToClaim(ctx context.Context, id, attachmentID string, in api.ClaimHanded, by api.Caller) (api.ClaimOpened, error) {
	if _, err := c.seenClaim(ctx, id, by); err != nil { // before a file is looked at
		return api.ClaimOpened{}, err
	}
	if !audit.IsID(attachmentID) {
		return api.ClaimOpened{}, fault.New(fault.Invalid, "claim.malformed").At("path.attachment_id", "claim.malformed", "not an id")
	}
	if err := c.mayDo(ctx, filesOfDonor, "claim.too_many_files", by); err != nil {
		return api.ClaimOpened{}, err
	}
	kept, err := attachment.Take(in.Content) // it takes long, and nobody waits for it
	if err != nil {
		return api.ClaimOpened{}, err
	}
	return c.workClaim(ctx, id, "claim.attach", by, func(ctx context.Context) (claim.Claim, error) {
		return c.claims.Attach(ctx, id, claim.Handed{ID: attachmentID, Kind: in.Kind, Kept: kept, By: handOf(by)})
	})
}

// DetachFromClaim implements api.Claims.
func (c *Center) DetachFromClaim(ctx context.Context, id, attachmentID string, by api.Caller) (api.ClaimOpened, error) {
	return c.workClaim(ctx, id, "claim.detach", by, func(ctx context.Context) (claim.Claim, error) {
		return c.claims.Detach(ctx, id, attachmentID, handOf(by))
	})
}

// RotateAttachment implements api.Claims.
func (c *Center) RotateAttachment(ctx context.Context, id, attachmentID string, turns int, by api.Caller) (api.ClaimOpened, error) {
	return c.workClaim(ctx, id, "claim.rotate", by, func(ctx context.Context) (claim.Claim, error) {
		return c.claims.Rotate(ctx, id, attachmentID, turns, handOf(by))
	})
}

// ClaimAttachment implements api.Claims.
func (c *Center) ClaimAttachment(ctx context.Context, id, attachmentID string, preview bool, by api.Caller) (api.ClaimFile, error) {
	one, err := c.seenClaim(ctx, id, by)
	if err != nil {
		return api.ClaimFile{}, err
	}
	about, ok := one.Attachment(attachmentID)
	if !ok {
		return api.ClaimFile{}, fault.New(fault.NotFound, "claim.not_found")
	}
	is, read := attachment.Type(about.Type), c.store.ClaimFile
	if preview {
		is, read = attachment.JPEG, c.store.ClaimPreview
	}
	content, err := read(ctx, id, attachmentID)
	if err == nil {
		content, err = attachment.Turned(content, is, about.Turns)
	}
	if err != nil {
		return api.ClaimFile{}, err
	}
	return api.ClaimFile{Type: string(is), Content: content}, c.recordClaim(ctx, by, "claim.read_attachment", one, one)
}
