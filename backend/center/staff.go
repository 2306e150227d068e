package center

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/token"
)

// staffCaller is who a token of a member of staff speaks for.
func (c *Center) staffCaller(_ context.Context, claims token.Claims) (api.Caller, error) {
	return api.Caller{}, fault.New(fault.Forbidden, "request.forbidden").With("subject", claims.Subject)
}
