package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/sync"
)

// maxPush is the largest push in bytes.
const maxPush = 16 << 20

// pushReadTime is how long a batch may take to come in over a slow line.
const pushReadTime = 55 * time.Second

// BatchSignatureHeader carries the device's detached signature over the body.
const BatchSignatureHeader = "Lianxin-Batch-Signature"

// SyncCenter is the center's end of sync.
type SyncCenter interface {
	// Push checks the batch's signature over body and applies it.
	Push(ctx context.Context, deviceID, signature string, body []byte, in sync.PushRequest) (sync.PushResponse, error)
	Pull(ctx context.Context, deviceID, cursor string, wait time.Duration) (sync.PullResponse, error)
	// Lookup answers what is known of one person somewhere else. Faults
	// "lookup.request" when not exactly one thing is asked for, "lookup.too_many".
	Lookup(ctx context.Context, deviceID string, in sync.LookupRequest) (sync.LookupResponse, error)
}

type pushInput struct {
	Signature string `header:"Lianxin-Batch-Signature" maxLength:"200" doc:"Detached Ed25519 signature over device, first sequence and body"`
	RawBody   []byte
	Body      sync.PushRequest
}

type pullInput struct {
	Cursor string `query:"cursor" maxLength:"400" doc:"As the last answer said; empty at first"`
	Wait   int    `query:"wait" minimum:"0" maximum:"30" doc:"Seconds to wait for a change when there is none"`
}

func syncRoutes(api huma.API, s SyncCenter) {
	push := operation("push-operations", http.MethodPost, "/sync/push", "Operations of a device, with a fate for each", "sync", DeviceSync)
	push.MaxBodyBytes = maxPush
	push.BodyReadTimeout = pushReadTime
	// A newer device's unknown fields must not be refused here: they are parked.
	push.SkipValidateBody = true
	huma.Register(api, push, handle(func(ctx context.Context, in *pushInput) (*bodyOf[sync.PushResponse], error) {
		out, err := s.Push(ctx, callerOf(ctx).DeviceID, in.Signature, in.RawBody, in.Body)
		return &bodyOf[sync.PushResponse]{out}, err
	}))
	huma.Register(api, operation("pull-changes", http.MethodGet, "/sync/changes", "Changes in the scopes of a device after a cursor", "sync", DeviceSync),
		handle(func(ctx context.Context, in *pullInput) (*bodyOf[sync.PullResponse], error) {
			out, err := s.Pull(ctx, callerOf(ctx).DeviceID, in.Cursor, time.Duration(in.Wait)*time.Second)
			return &bodyOf[sync.PullResponse]{out}, err
		}))
	huma.Register(api, operation("look-up-person", http.MethodPost, "/sync/lookup", "What other sites know of somebody identified by card or code", "sync", DeviceSync),
		handle(func(ctx context.Context, in *bodyOf[sync.LookupRequest]) (*bodyOf[sync.LookupResponse], error) {
			out, err := s.Lookup(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[sync.LookupResponse]{out}, err
		}))
}
