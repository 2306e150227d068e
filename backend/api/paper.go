package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/lang"
	"lianxin/backend/paper"
)

// Papers issues what is printed of a donation, and tells whether a paper is genuine.
type Papers interface {
	// IssuePaper issues one, the same again while it would say the same. Faults
	// "paper.not_found" for a donation that is not the donor's, "paper.card_only" for
	// a certificate without a card, "paper.name_differs", "lookup.too_many".
	IssuePaper(ctx context.Context, deviceID string, in PaperAsk) (paper.Paper, error)
	// CheckPaper tells whether a paper with the code was issued, was not revoked, and
	// says what is claimed. Fault "paper.too_many" with the time to ask again from.
	CheckPaper(ctx context.Context, network string, in paper.Claim) (PaperChecked, error)
}

// PaperAsk asks for a paper of one donation: of somebody whose card was read, or
// for whom a code has just opened the result.
type PaperAsk struct {
	Kind       paper.Kind `json:"kind" enum:"result_slip,certificate"`
	Language   lang.Tag   `json:"language" enum:"zh-CN,en"`
	DonationID string     `json:"donation_id" minLength:"1" maxLength:"40"`
	DonorKey   string     `json:"donor_key,omitempty" maxLength:"22" doc:"Keyed hash of the document that was read from the card"`
	Name       string     `json:"name,omitempty" maxLength:"100" doc:"Certificates: the name on the card"`
	Request    string     `json:"request,omitempty" maxLength:"40" doc:"Without a card: the asking whose code was right"`
}

// PaperChecked is all that anybody learns of a paper.
type PaperChecked struct {
	Genuine bool `json:"genuine" doc:"The center issued it and has not taken it back, and it says what is claimed. The answer no is one answer, whatever the reason"`
}

func papers(api huma.API, p Papers) {
	huma.Register(api, operation("issue-paper", http.MethodPost, "/sync/papers", "The result slip or certificate of one donation, to be printed", "sync", DeviceSync),
		handle(func(ctx context.Context, in *bodyOf[PaperAsk]) (*bodyOf[paper.Paper], error) {
			out, err := p.IssuePaper(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[paper.Paper]{out}, err
		}))
	huma.Register(api, operation("check-paper", http.MethodPost, "/papers/check", "Whether a paper is genuine, and nothing else", "paper", Public),
		handle(func(ctx context.Context, in *networked[paper.Claim]) (*bodyOf[PaperChecked], error) {
			out, err := p.CheckPaper(ctx, in.network, in.Body)
			return &bodyOf[PaperChecked]{out}, err
		}))
}
