package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/device"
)

// Devices are the enrolled kiosks and desks.
type Devices interface {
	Devices(ctx context.Context) ([]device.Device, error)
	Revoke(ctx context.Context, id string, by Caller) error
	Rename(ctx context.Context, id, name string, by Caller) error
}

// DeviceView is a device as administrators see it.
type DeviceView struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Surface  string        `json:"surface"`
	SiteID   string        `json:"site_id"`
	Letter   string        `json:"letter"`
	Status   device.Status `json:"status" enum:"active,revoked"`
	LastSeen time.Time     `json:"last_seen,omitzero"`
	Version  string        `json:"version"`
	Pending  int64         `json:"pending" doc:"Changes it said are waiting"`
	Dead     int64         `json:"dead" doc:"Refused changes it said it holds"`
	SetAside int64         `json:"set_aside" doc:"Changes of the center it said it could not take over"`
	// Predecessor is the device the same machine was before.
	Predecessor string `json:"predecessor,omitempty" doc:"Device the same machine was before it was enrolled anew"`
}

type renameInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"60"`
	}
}

func devices(api huma.API, d Devices) {
	huma.Register(api, operation("list-devices", http.MethodGet, "/devices", "The fleet", "device", StaffDevices),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]DeviceView], error) {
			all, err := d.Devices(ctx)
			views := make([]DeviceView, 0, len(all))
			for _, x := range all {
				views = append(views, deviceView(x))
			}
			return &bodyOf[[]DeviceView]{views}, err
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
	return DeviceView{ID: d.ID, Name: d.Name, Surface: d.Surface, SiteID: d.SiteID, Letter: d.Letter,
		Status: d.Status, LastSeen: d.LastSeen, Version: d.Version, Pending: d.Pending, Dead: d.Dead, SetAside: d.SetAside, Predecessor: d.Predecessor}
}
