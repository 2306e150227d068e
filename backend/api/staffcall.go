package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/lang"
)

// StaffCalls are people at kiosks who ask for somebody to come.
type StaffCalls interface {
	// OpenCalls lists the open calls of the caller's sites. While the list is the
	// one called seen, it waits for another one, up to wait.
	OpenCalls(ctx context.Context, seen string, wait time.Duration, by Caller) (OpenCallList, error)
	// AcknowledgeCall tells the kiosk that somebody is on the way.
	AcknowledgeCall(ctx context.Context, id string, by Caller) error
	ClearCall(ctx context.Context, id string, by Caller) error
}

// OpenCallList is every open call the caller may see, oldest first.
type OpenCallList struct {
	Seen  string     `json:"seen" doc:"Name of this list: ask with it to wait for the next one"`
	Calls []OpenCall `json:"calls"`
}

// OpenCall is a call nobody has closed.
type OpenCall struct {
	ID             string    `json:"id"`
	SiteID         string    `json:"site_id"`
	SiteName       lang.Text `json:"site_name"`
	DeviceID       string    `json:"device_id"`
	DeviceName     string    `json:"device_name" doc:"Where to go: what staff call the kiosk"`
	RaisedAt       time.Time `json:"raised_at" doc:"The kiosk's clock"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero" doc:"When somebody said they are on the way"`
	AcknowledgedBy string    `json:"acknowledged_by,omitempty" doc:"Name of the member of staff who is on the way"`
}

type openCallsInput struct {
	Seen string `query:"seen" maxLength:"64" doc:"seen of the list the caller has; absent for an answer at once"`
	Wait int    `query:"wait" minimum:"0" maximum:"25" doc:"Seconds to wait for another list"`
}

func staffCalls(api huma.API, s StaffCalls) {
	huma.Register(api, operation("list-open-calls", http.MethodGet, "/staff-calls", "Who asks for help at the caller's sites", "staff-call", StaffHelp),
		handle(func(ctx context.Context, in *openCallsInput) (*bodyOf[OpenCallList], error) {
			list, err := s.OpenCalls(ctx, in.Seen, time.Duration(in.Wait)*time.Second, callerOf(ctx))
			return &bodyOf[OpenCallList]{list}, err
		}))
	huma.Register(api, operation("acknowledge-call", http.MethodPost, "/staff-calls/{id}/acknowledge", "Say that one is on the way; the kiosk shows it", "staff-call", StaffHelp),
		handle(func(ctx context.Context, in *idInput) (*struct{}, error) {
			return nil, s.AcknowledgeCall(ctx, in.ID, callerOf(ctx))
		}))
	huma.Register(api, operation("clear-call", http.MethodPost, "/staff-calls/{id}/clear", "Close a call", "staff-call", StaffHelp),
		handle(func(ctx context.Context, in *idInput) (*struct{}, error) {
			return nil, s.ClearCall(ctx, in.ID, callerOf(ctx))
		}))
}
