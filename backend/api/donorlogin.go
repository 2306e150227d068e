package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// DonorLogins let donors in with a phone of their own: by the number of their document, the
// number of one of their donations, and a code to the phone on record.
type DonorLogins interface {
	// AskDonorCode has a code sent, if the numbers are somebody's with a phone on record; the
	// answer is the same whether they are. Faults as Results.AskResult, and those of
	// identity.ParseOn.
	AskDonorCode(ctx context.Context, network string, in DonorAsk) (ResultAsked, error)
	// LoginDonor opens a session for the right code. Told again with the same key it is one
	// login. Faults "result_code.wrong" with how many may still be typed, "result_code.over".
	LoginDonor(ctx context.Context, in DonorLogin) (DonorSession, error)
	LogoutDonor(ctx context.Context, by Caller) error
}

// DonorAsk is what a donor typed.
type DonorAsk struct {
	Kind     identity.Kind `json:"document_kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport"`
	Number   string        `json:"document_number" minLength:"1" maxLength:"64" doc:"As printed; a passport as COUNTRY:NUMBER"`
	DIN      string        `json:"din" minLength:"13" maxLength:"24" doc:"Number of one of their donations, with or without its check character"`
	Language lang.Tag      `json:"language" enum:"zh-CN,en" doc:"Language of the message"`
}

// DonorLogin is a code that was typed.
type DonorLogin struct {
	Request   string `json:"request" minLength:"1" maxLength:"40" doc:"Of the asking"`
	Code      string `json:"code" minLength:"8" maxLength:"8" pattern:"^[0-9]+$"`
	PublicKey []byte `json:"public_key" maxLength:"64" doc:"Ed25519 public key made for this login, 32 bytes. The private half stays on the phone and signs the assertions for later tokens"`
}

// DonorSession is a login.
type DonorSession struct {
	AccessToken
	SessionID string        `json:"session_id" doc:"iss and sub of the assertions that ask for the next token"`
	EndsAt    time.Time     `json:"ends_at" doc:"Then numbers and a code are asked for again"`
	Person    identity.Mask `json:"person" doc:"Who is logged in, masked"`
}

func donorLogins(api huma.API, s DonorLogins) {
	huma.Register(api, operation("ask-donor-code", http.MethodPost, "/donor/codes", "Have a code sent to the phone on record; the answer is the same whether there is one", "donor", Public),
		handle(func(ctx context.Context, in *networked[DonorAsk]) (*bodyOf[ResultAsked], error) {
			out, err := s.AskDonorCode(ctx, in.network, in.Body)
			return &bodyOf[ResultAsked]{out}, err
		}))
	huma.Register(api, operation("log-in-donor", http.MethodPost, "/donor/login", "Log in with the code that was sent", "donor", Public),
		handle(func(ctx context.Context, in *bodyOf[DonorLogin]) (*secretOf[DonorSession], error) {
			out, err := s.LoginDonor(ctx, in.Body)
			return secret(out), err
		}))
	huma.Register(api, operation("log-out-donor", http.MethodPost, "/donor/logout", "End this login", "donor", DonorSelf),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, s.LogoutDonor(ctx, callerOf(ctx))
		}))
}
