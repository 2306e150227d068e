package node

import (
	"context"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// results asks the center for one result by numbers and a code. It implements
// checkin.Results. Nothing of the answers is kept here.
type results struct{ node *Node }

// Ask implements checkin.Results.
func (r results) Ask(ctx context.Context, donorKey string, din donation.DIN, language lang.Tag) (checkin.Asked, error) {
	var out api.ResultAsked
	err := r.node.askOwn(ctx, "/sync/result-codes", api.ResultAsk{DonorKey: donorKey, DIN: string(din), Language: language}, &out, "result_code.")
	if err == nil && out.Request == "" { // something else answered at the center's address
		err = fault.New(fault.Unavailable, "result_code.offline")
	}
	return checkin.Asked{Request: out.Request, Ends: out.Ends, Tries: out.Tries}, err
}

// Open implements checkin.Results.
func (r results) Open(ctx context.Context, request, code string) (account.Donation, calendar.Date, error) {
	var out api.ResultOpened
	err := r.node.askOwn(ctx, "/sync/results", api.ResultOpen{Request: request, Code: code}, &out, "result_code.")
	if err == nil && out.AsOf.IsZero() {
		err = fault.New(fault.Unavailable, "result_code.offline")
	}
	return out.Donation, out.AsOf, err
}
