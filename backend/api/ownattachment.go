package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// ownAttachments are the files of a donor's own claim, and its papers.
func ownAttachments(api huma.API, s Claims) {
	op := func(id, method, path, summary string) huma.Operation {
		return ownOperation(id, method, "/{id}/attachments/{attachment_id}"+path, summary)
	}
	attach := op("attach-to-own-claim", http.MethodPut, "", "Hand in a picture or PDF")
	attach.MaxBodyBytes = maxPush
	huma.Register(api, attach,
		handle(func(ctx context.Context, in *claimHandedInput) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.AttachToClaim(ctx, in.ID, in.AttachmentID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("detach-from-own-claim", http.MethodDelete, "", "Take an attachment away, with its content"),
		handle(func(ctx context.Context, in *claimAttachmentInput) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.DetachFromClaim(ctx, in.ID, in.AttachmentID, callerOf(ctx)))
		}))
	huma.Register(api, op("rotate-own-attachment", http.MethodPost, "/rotate", "Show a picture turned"),
		handle(func(ctx context.Context, in *claimTurnInput) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.RotateAttachment(ctx, in.ID, in.AttachmentID, in.Body.Turns, callerOf(ctx)))
		}))
	content := func(id, path, summary string, preview bool) {
		huma.Register(api, op(id, http.MethodGet, path, summary),
			handle(func(ctx context.Context, in *claimAttachmentInput) (*bodyOf[ClaimFile], error) {
				file, err := s.ClaimAttachment(ctx, in.ID, in.AttachmentID, preview, callerOf(ctx))
				return &bodyOf[ClaimFile]{file}, ownFault(err)
			}))
	}
	content("get-own-attachment", "", "The content of an attachment, turned as it is shown", false)
	content("get-own-preview", "/preview", "A small picture of it, turned as it is shown; a PDF has none", true)
	huma.Register(api, ownOperation("get-own-claim-paper", http.MethodGet, "/{id}/papers/{kind}", "A paper of the claim, as PDF"),
		handle(func(ctx context.Context, in *claimPaperInput) (*bodyOf[ClaimPrint], error) {
			out, err := s.ClaimPaper(ctx, in.ID, in.ClaimPaperAsk, callerOf(ctx))
			return &bodyOf[ClaimPrint]{out}, ownFault(err)
		}))
}
