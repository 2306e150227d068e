package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/account"
)

// Accounts shows donors what is theirs.
type Accounts interface {
	// Account answers for somebody whose card a device has just read. Faults
	// "lookup.too_many", and "account.not_found" for who never gave here.
	Account(ctx context.Context, deviceID string, in account.Request) (account.Account, error)
}

func accounts(api huma.API, a Accounts) {
	huma.Register(api, operation("read-account", http.MethodPost, "/sync/account", "Donations, results, honours and points of somebody identified by card", "sync", DeviceSync),
		handle(func(ctx context.Context, in *bodyOf[account.Request]) (*bodyOf[account.Account], error) {
			out, err := a.Account(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[account.Account]{out}, err
		}))
}
