package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

type requestIDKey struct{}

// WithRequestID gives a request a name that was made up for it. It stands in its
// problem document and in the log, so that one can be found by the other.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// requestID returns the name of a request, "" in a kiosk's window.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// named is p with the name of its request.
func named(ctx context.Context, p *Problem) *Problem {
	p.RequestID = requestID(ctx)
	return p
}

// humaErrorOf is humaError where huma knows the request.
func humaErrorOf(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
	p := humaProblem(status, message, errs...)
	if ctx == nil {
		return p
	}
	return named(ctx.Context(), p)
}
