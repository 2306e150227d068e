package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Results shows one result to somebody without their card: by the number of their
// document, the number of one of their donations, and a code to the phone on record.
type Results interface {
	// AskResult has a code sent, if the numbers are somebody's with a phone on record;
	// the answer is the same whether they are. Faults "result_code.too_many" with the
	// time from which on to ask again, "result_code.no_messages" where none can be
	// sent, and those of donation.ParseDIN.
	AskResult(ctx context.Context, deviceID, network string, in ResultAsk) (ResultAsked, error)
	// OpenResult shows the donation's result for the right code. Faults
	// "result_code.wrong" with how many may still be typed, "result_code.over".
	OpenResult(ctx context.Context, deviceID string, in ResultOpen) (ResultOpened, error)
}

// ResultAsk is what somebody typed.
type ResultAsk struct {
	DonorKey string   `json:"donor_key" minLength:"22" maxLength:"22" doc:"Keyed hash of the document that was typed"`
	DIN      string   `json:"din" minLength:"13" maxLength:"24" doc:"Donation number, with or without its check character"`
	Language lang.Tag `json:"language" enum:"zh-CN,en" doc:"Language of the message"`
}

// ResultAsked is the answer to every asking, right or wrong.
type ResultAsked struct {
	Request string    `json:"request" doc:"Name of the asking, to open the result with"`
	Ends    time.Time `json:"ends" doc:"Until then a code counts"`
	Tries   int       `json:"tries" doc:"How many codes may be typed"`
}

// ResultOpen is a code that was typed.
type ResultOpen struct {
	Request string `json:"request" minLength:"1" maxLength:"40"`
	Code    string `json:"code" minLength:"6" maxLength:"6" pattern:"^[0-9]+$"`
}

// ResultOpened is the one donation the code was for.
type ResultOpened struct {
	Donation account.Donation `json:"donation"`
	AsOf     calendar.Date    `json:"as_of"`
}

func results(api huma.API, r Results) {
	huma.Register(api, operation("ask-result", http.MethodPost, "/sync/result-codes", "Have a code sent to the phone on record; the answer is the same whether there is one", "sync", DeviceSync),
		handle(func(ctx context.Context, in *networked[ResultAsk]) (*bodyOf[ResultAsked], error) {
			out, err := r.AskResult(ctx, callerOf(ctx).DeviceID, in.network, in.Body)
			return &bodyOf[ResultAsked]{out}, err
		}))
	huma.Register(api, operation("open-result", http.MethodPost, "/sync/results", "The result of one donation, for the code that was sent", "sync", DeviceSync),
		handle(func(ctx context.Context, in *bodyOf[ResultOpen]) (*bodyOf[ResultOpened], error) {
			out, err := r.OpenResult(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[ResultOpened]{out}, err
		}))
}
