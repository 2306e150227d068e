package node

import (
	"context"
	"strings"

	"lianxin/backend/account"
	"lianxin/backend/fault"
)

// accounts asks the center for what is somebody's. It implements checkin.Accounts.
type accounts struct{ node *Node }

// askOwn asks the center for what is somebody's. Faults of the noun are passed on with
// what their sentences need, and everything else is "offline" of the noun.
func (n *Node) askOwn(ctx context.Context, path string, in, out any, noun string) error {
	line := n.openLine()
	if line == nil {
		return fault.New(fault.Unavailable, noun+"offline")
	}
	err := line.Post(ctx, path, in, out)
	if code := fault.CodeOf(err); err == nil || strings.HasPrefix(code, noun) || code == "lookup.too_many" {
		return err
	}
	n.config.Log.WarnContext(ctx, "asking the center failed", "path", path, "code", fault.CodeOf(err)) // the code only: the rest may be personal
	return fault.Wrap(err, fault.Unavailable, noun+"offline")
}

// Account implements checkin.Accounts. Nothing of the answer is kept here.
func (a accounts) Account(ctx context.Context, donorKey string) (account.Account, error) {
	var out account.Account
	err := a.node.askOwn(ctx, "/sync/account", account.Request{DonorKey: donorKey}, &out, "account.")
	if err == nil && out.AsOf.IsZero() { // something else answered at the center's address
		err = fault.New(fault.Unavailable, "account.offline")
	}
	return out, err
}
