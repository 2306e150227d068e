package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/device"
	"lianxin/backend/token"
)

// Devices are the enrolled kiosks and desks.
type Devices interface {
	// Fleet lists all devices with why somebody should look at them.
	Fleet(ctx context.Context) ([]device.Judged, error)
	// FleetDevice is one of them with what was refused of it; fault "device.not_found".
	FleetDevice(ctx context.Context, id string) (device.Judged, []device.Refusal, error)
	// InviteDevice makes a one-time code. Faults "site.not_found", "device.name_missing".
	InviteDevice(ctx context.Context, in DeviceInvite, by Caller) (token.Enrolment, token.Invitation, error)
	Revoke(ctx context.Context, id string, by Caller) error
	Rename(ctx context.Context, id, name string, by Caller) error
}

// DeviceView is a device as administrators see it.
type DeviceView struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	Surface    string        `json:"surface"`
	SiteID     string        `json:"site_id"`
	Letter     string        `json:"letter"`
	Status     device.Status `json:"status" enum:"active,revoked"`
	EnrolledAt time.Time     `json:"enrolled_at"`
	LastSeen   time.Time     `json:"last_seen,omitzero"`
	Version    string        `json:"version"`
	Pending    int64         `json:"pending" doc:"Changes it said are waiting"`
	Dead       int64         `json:"dead" doc:"Refused changes it said it holds"`
	SetAside   int64         `json:"set_aside" doc:"Changes of the center it said it could not take over"`
	// Predecessor is the device the same machine was before.
	Predecessor string `json:"predecessor,omitempty" doc:"Device the same machine was before it was enrolled anew"`
}

// FleetDevice is a device with how it last said it is.
type FleetDevice struct {
	DeviceView
	Needs        []device.Need `json:"needs" doc:"Why somebody should look at it, the gravest reason first" enum:"silent,dead_letters,outdated,disk,printer,reader,clock,queue,set_aside"`
	SaidAt       time.Time     `json:"said_at,omitzero" doc:"When it said how it is; absent for programs that do not"`
	Reader       device.Part   `json:"reader"`
	Printer      device.Part   `json:"printer"`
	Disk         string        `json:"disk,omitempty"`
	ClockSuspect bool          `json:"clock_suspect,omitempty"`
}

// FleetDetail is a device with all that is known of it.
type FleetDetail struct {
	FleetDevice
	Packs    []device.Held `json:"packs" doc:"Packs it has beside those built in"`
	Refusals []Refusal     `json:"refusals" doc:"What the center refused of it, newest first, 100 at most"`
}

// Refusal is an operation that the center refused.
type Refusal struct {
	OperationID string    `json:"operation_id"`
	Seq         int64     `json:"seq" doc:"Place in the device's log"`
	Code        string    `json:"code" doc:"Fault code"`
	At          time.Time `json:"at"`
}

// DeviceInvite says which device a code is for.
type DeviceInvite struct {
	Name    string `json:"name" minLength:"1" maxLength:"60" doc:"What staff call it"`
	SiteID  string `json:"site_id" maxLength:"40"`
	Surface string `json:"surface" enum:"kiosk,station,hospital" doc:"station: the client of the station the site belongs to; hospital: the system of the hospital that stands for the site"`
}

// DeviceInvitation is a one-time code, shown once.
type DeviceInvitation struct {
	EnrolmentID string    `json:"enrolment_id"`
	Address     string    `json:"address" doc:"To be typed on the device where nothing can be scanned"`
	Code        string    `json:"code" doc:"The same for the code"`
	Payload     string    `json:"payload" doc:"Text of the QR"`
	ExpiresAt   time.Time `json:"expires_at"`
}

type renameInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"60"`
	}
}

func devices(api huma.API, d Devices) {
	huma.Register(api, operation("list-devices", http.MethodGet, "/devices", "The fleet", "device", StaffDevices),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]FleetDevice], error) {
			all, err := d.Fleet(ctx)
			views := make([]FleetDevice, 0, len(all))
			for _, x := range all {
				views = append(views, fleetDevice(x))
			}
			return &bodyOf[[]FleetDevice]{views}, err
		}))
	huma.Register(api, operation("get-device", http.MethodGet, "/devices/{id}", "A device with what was refused of it", "device", StaffDevices),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[FleetDetail], error) {
			one, refused, err := d.FleetDevice(ctx, in.ID)
			return &bodyOf[FleetDetail]{fleetDetail(one, refused)}, err
		}))
	huma.Register(api, operation("invite-device", http.MethodPost, "/devices/invitations", "Make a one-time code for a device", "device", StaffDevices),
		handle(func(ctx context.Context, in *bodyOf[DeviceInvite]) (*secretOf[DeviceInvitation], error) {
			made, invitation, err := d.InviteDevice(ctx, in.Body, callerOf(ctx))
			if err != nil {
				return nil, err
			}
			payload, err := invitation.Encode()
			return secret(DeviceInvitation{EnrolmentID: made.ID, Address: invitation.URL, Code: invitation.Code.Display(),
				Payload: payload, ExpiresAt: made.ExpiresAt}), err
		}))
	huma.Register(api, operation("revoke-device", http.MethodPost, "/devices/{id}/revoke", "Refuse every further call of a device", "device", StaffDevices),
		handle(func(ctx context.Context, in *idInput) (*struct{}, error) {
			return nil, d.Revoke(ctx, in.ID, callerOf(ctx))
		}))
	huma.Register(api, operation("rename-device", http.MethodPut, "/devices/{id}/name", "Rename a device", "device", StaffDevices),
		handle(func(ctx context.Context, in *renameInput) (*struct{}, error) {
			return nil, d.Rename(ctx, in.ID, in.Body.Name, callerOf(ctx))
		}))
}

func deviceView(d device.Device) DeviceView {
	return DeviceView{ID: d.ID, Name: d.Name, Surface: d.Surface, SiteID: d.SiteID, Letter: d.Letter, EnrolledAt: d.EnrolledAt,
		Status: d.Status, LastSeen: d.LastSeen, Version: d.Version, Pending: d.Pending, Dead: d.Dead, SetAside: d.SetAside, Predecessor: d.Predecessor}
}

func fleetDevice(r device.Judged) FleetDevice {
	c := r.Condition
	return FleetDevice{DeviceView: deviceView(r.Device), Needs: r.Needs, SaidAt: r.SaidAt, Reader: c.Reader, Printer: c.Printer,
		Disk: c.Disk, ClockSuspect: c.ClockSuspect}
}

func fleetDetail(r device.Judged, refused []device.Refusal) FleetDetail {
	view := FleetDetail{FleetDevice: fleetDevice(r), Packs: r.Condition.Packs, Refusals: []Refusal{}}
	if view.Packs == nil {
		view.Packs = []device.Held{}
	}
	for _, x := range refused {
		view.Refusals = append(view.Refusals, Refusal(x))
	}
	return view
}
