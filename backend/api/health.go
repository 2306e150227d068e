package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Health tells whether the center lives and can work.
type Health interface {
	// Ready checks what the center needs; an error means "do not send me requests".
	Ready(ctx context.Context) error
	Version() string
}

// HealthView is the answer of both probes.
type HealthView struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version"`
}

func health(api huma.API, h Health) {
	huma.Register(api, operation("healthz", http.MethodGet, "/healthz", "The process lives", "health", Public),
		handle(func(context.Context, *struct{}) (*bodyOf[HealthView], error) {
			return &bodyOf[HealthView]{HealthView{"ok", h.Version()}}, nil
		}))
	huma.Register(api, operation("readyz", http.MethodGet, "/readyz", "The center can work: its database answers", "health", Public),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[HealthView], error) {
			return &bodyOf[HealthView]{HealthView{"ok", h.Version()}}, h.Ready(ctx)
		}))
}
