package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/lang"
)

// ClaimPaperAsk asks for a paper of a claim.
type ClaimPaperAsk struct {
	Kind     string   `path:"kind" enum:"acceptance,decision,payment" doc:"acceptance once it is submitted, decision once it is approved or rejected, payment once it is paid"`
	Language lang.Tag `query:"language" enum:"zh-CN,en" default:"zh-CN"`
	Layout   string   `query:"layout" enum:"a4,a5,roll80" default:"a4"`
}

// ClaimPrint is a paper to be printed.
type ClaimPrint struct {
	Name    string `json:"name" doc:"File name; it names nobody"`
	Content []byte `json:"content" doc:"PDF, base64"`
	Code    string `json:"code" doc:"By which anybody can ask whether it is genuine"`
}

type claimPaperInput struct {
	ID string `path:"id" maxLength:"40"`
	ClaimPaperAsk
}

func claimPapers(api huma.API, s Claims) {
	huma.Register(api, operation("get-claim-paper", http.MethodGet, "/claims/{id}/papers/{kind}", "A paper for the applicant, as PDF; printed again it is the same", "claim", StaffClaims),
		handle(func(ctx context.Context, in *claimPaperInput) (*bodyOf[ClaimPrint], error) {
			out, err := s.ClaimPaper(ctx, in.ID, in.ClaimPaperAsk, callerOf(ctx))
			return &bodyOf[ClaimPrint]{out}, err
		}))
}
