// Package staffcall lets a person at a kiosk ask for somebody to come.
package staffcall

import (
	"context"
	"time"
)

// Call is one request for help. It says where, never who.
type Call struct {
	ID        string    `json:"id"`
	SiteID    string    `json:"site_id"`
	DeviceID  string    `json:"device_id"`
	RaisedAt  time.Time `json:"raised_at"`
	ClearedAt time.Time `json:"cleared_at,omitzero"`
}

// Store keeps calls. All methods take part in the transaction that ctx carries.
type Store interface {
	SaveCall(ctx context.Context, c Call) error
	Call(ctx context.Context, id string) (Call, error)
	OpenCalls(ctx context.Context, siteID string) ([]Call, error)
}
