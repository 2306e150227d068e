// Package device holds the kiosks, desks and stations' clients that may speak to the center.
package device

import (
	"context"
	"time"
)

// Status is the life of a device.
type Status string

const (
	Active  Status = "active"
	Revoked Status = "revoked" // every call is refused from the next one on
)

// Station is the surface of a station's own system: it reports donations and results,
// has no window and is told nothing.
const Station = "station"

// Hospital is the surface of a hospital's own system: it asks for relief and is told
// nothing else.
const Hospital = "hospital"

// IsProgram tells whether the device is a program elsewhere, which nobody stands before:
// it prints no tickets and is given none of the kiosks' keys.
func (d Device) IsProgram() bool { return d.Surface == Station || d.Surface == Hospital }

// Device is an enrolled kiosk or desk.
type Device struct {
	ID         string
	Name       string // "一层大厅 1号机"
	Surface    string // "kiosk", "desk", Station or Hospital
	SiteID     string // where it stands; of a hospital's system, the hospital
	Letter     string // first letter of its queue tickets; unique within the site
	PublicKey  []byte // Ed25519, 32 bytes
	Status     Status
	EnrolledAt time.Time
	LastSeen   time.Time // zero before the first call
	Version    string    // program version it last said
	Protocol   int       // sync protocol it last spoke
	Pending    int64     // operations it said are waiting
	Dead       int64     // refused operations it said it holds
	SetAside   int64     // changes of the feed it said it could not take over
	LastSeq    int64     // highest operation applied from it
	LastHash   []byte    // hash of that operation; the next one must follow it
	// Predecessor is the device the same machine was before it was enrolled anew, ""
	// for none. What it recorded as that device it may still deliver.
	Predecessor string
}

// Store keeps devices. All methods take part in the transaction that ctx carries.
type Store interface {
	InsertDevice(ctx context.Context, d Device) error
	SaveDevice(ctx context.Context, d Device) error
	// Device finds by ID; fault "device.not_found".
	Device(ctx context.Context, id string) (Device, error)
	Devices(ctx context.Context) ([]Device, error)
	// SaveCondition keeps how a device says it is, in place of what it said before.
	SaveCondition(ctx context.Context, id string, at time.Time, c Condition) error
	// Reports are all devices with how they are; Report is one, fault "device.not_found".
	Reports(ctx context.Context) ([]Report, error)
	Report(ctx context.Context, id string) (Report, error)
	// Refusals are the newest operations of a device that were refused, newest first.
	Refusals(ctx context.Context, id string, limit int) ([]Refusal, error)
}
