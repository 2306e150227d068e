package node

import (
	"context"

	"lianxin/backend/account"
	"lianxin/backend/fault"
)

// accounts asks the center for what is somebody's. It implements checkin.Accounts.
type accounts struct{ node *Node }

// Account implements checkin.Accounts. Nothing of the answer is kept here.
func (a accounts) Account(ctx context.Context, donorKey string) (account.Account, error) {
	var out account.Account
	line := a.node.line.Load()
	if line == nil || !a.node.replica.Status().Online {
		return out, fault.New(fault.Unavailable, "account.offline")
	}
	err := line.Post(ctx, "/sync/account", account.Request{DonorKey: donorKey}, &out)
	if err == nil && out.AsOf.IsZero() { // something else answered at the center's address
		err = fault.New(fault.Unavailable, "account.offline")
	}
	switch fault.CodeOf(err) {
	case "", "account.not_found", "lookup.too_many":
		return out, err
	}
	a.node.config.Log.WarnContext(ctx, "asking the center for an account failed", "code", fault.CodeOf(err)) // the code only: the rest may be personal
	return out, fault.Wrap(err, fault.Unavailable, "account.offline")
}
