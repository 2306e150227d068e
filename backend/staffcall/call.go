// Package staffcall lets a person at a kiosk ask for somebody to come, and staff
// answer.
package staffcall

import (
	"context"
	"time"

	"lianxin/backend/fault"
)

// Call is one request for help. It says where, never who asks.
type Call struct {
	ID        string    `json:"id"`
	SiteID    string    `json:"site_id"`
	DeviceID  string    `json:"device_id"`
	RaisedAt  time.Time `json:"raised_at"` // by the center's clock, as well as the device knows it; so is ClearedAt
	ClearedAt time.Time `json:"cleared_at,omitzero"`
	// AcknowledgedAt is when staff said that somebody is on the way, by the center's clock.
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	// Who answered is the center's to know; no device is told.
	AcknowledgedBy string `json:"-"`
	ClearedBy      string `json:"-"` // "" when the kiosk took the call back
}

// IsOpen tells whether nobody has closed the call.
func (c Call) IsOpen() bool { return c.ClearedAt.IsZero() }

// Acknowledge says that by is on the way. A second one changes nothing: the first
// is who went. Fault "staff_call.closed".
func (c Call) Acknowledge(by string, now time.Time) (Call, error) {
	if !c.IsOpen() {
		return c, fault.New(fault.Conflict, "staff_call.closed")
	}
	if c.AcknowledgedAt.IsZero() {
		c.AcknowledgedAt, c.AcknowledgedBy = now.UTC(), by
	}
	return c, nil
}

// Clear closes the call. Closing a closed one changes nothing.
func (c Call) Clear(by string, now time.Time) Call {
	if c.IsOpen() {
		c.ClearedAt, c.ClearedBy = now.UTC(), by
	}
	return c
}

// Answered is the call as a device has it, with what the center says of it.
func (c Call) Answered(said Call) Call {
	c.AcknowledgedAt = said.AcknowledgedAt
	if c.IsOpen() {
		c.ClearedAt = said.ClearedAt
	}
	return c
}

// Store keeps calls. All methods take part in the transaction that ctx carries.
type Store interface {
	SaveCall(ctx context.Context, c Call) error
	// Call finds by ID; fault "staff_call.not_found".
	Call(ctx context.Context, id string) (Call, error)
	// OpenCalls lists the open calls of a site, oldest first.
	OpenCalls(ctx context.Context, siteID string) ([]Call, error)
}
