package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/claim"
)

// ClaimHanded is a file somebody hands in. Bodies cross as base64 (docs/decisions/0001).
type ClaimHanded struct {
	Kind    claim.DocumentKind `json:"kind" enum:"certificate,donor-identity,patient-identity,agent-identity,proof-of-relation,invoice,itemised-list,proof-of-use,commitment,insurance-statement,payee-proof,envelope,other"`
	Content []byte             `json:"content" doc:"The file, base64: JPEG, PNG or PDF of at most 10 MiB. What it is, its bytes say"`
}

// ClaimFile is the content of an attachment.
type ClaimFile struct {
	Type    string `json:"type" doc:"Media type"`
	Content []byte `json:"content" doc:"base64"`
}

type claimHandedInput struct {
	ID           string `path:"id" maxLength:"40"`
	AttachmentID string `path:"attachment_id" maxLength:"40" doc:"Drawn by whoever asks: told twice, it is one attachment"`
	Body         ClaimHanded
}

type claimAttachmentInput struct {
	ID           string `path:"id" maxLength:"40"`
	AttachmentID string `path:"attachment_id" maxLength:"40"`
}

type claimTurnInput struct {
	ID           string `path:"id" maxLength:"40"`
	AttachmentID string `path:"attachment_id" maxLength:"40"`
	Body         struct {
		Turns int `json:"turns" minimum:"0" maximum:"3" doc:"Quarter turns to the right, from how it was taken in"`
	}
}

func claimAttachments(api huma.API, s Claims) {
	op := func(id, method, path, summary string, need Permission) huma.Operation {
		return operation(id, method, "/claims/{id}/attachments/{attachment_id}"+path, summary, "claim", need)
	}
	attach := op("attach-to-claim", http.MethodPut, "", "Hand in a picture or PDF", StaffClaimCapture)
	attach.MaxBodyBytes = maxPush
	huma.Register(api, attach,
		handle(func(ctx context.Context, in *claimHandedInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.AttachToClaim(ctx, in.ID, in.AttachmentID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("detach-from-claim", http.MethodDelete, "", "Take an attachment away, with its content", StaffClaimCapture),
		handle(func(ctx context.Context, in *claimAttachmentInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.DetachFromClaim(ctx, in.ID, in.AttachmentID, callerOf(ctx)))
		}))
	huma.Register(api, op("rotate-claim-attachment", http.MethodPost, "/rotate", "Show a picture turned", StaffClaimCapture),
		handle(func(ctx context.Context, in *claimTurnInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.RotateAttachment(ctx, in.ID, in.AttachmentID, in.Body.Turns, callerOf(ctx)))
		}))
	content := func(id, path, summary string, preview bool) {
		huma.Register(api, op(id, http.MethodGet, path, summary, StaffClaims),
			handle(func(ctx context.Context, in *claimAttachmentInput) (*bodyOf[ClaimFile], error) {
				file, err := s.ClaimAttachment(ctx, in.ID, in.AttachmentID, preview, callerOf(ctx))
				return &bodyOf[ClaimFile]{file}, err
			}))
	}
	content("get-claim-attachment", "", "The content of an attachment, turned as it is shown", false)
	content("get-claim-preview", "/preview", "A small picture of it, turned as it is shown; a PDF has none", true)
}
