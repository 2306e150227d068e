package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Enrolments lets devices in.
type Enrolments interface {
	Claim(ctx context.Context, in EnrolmentClaim) (EnrolmentView, error)
	Status(ctx context.Context, id, proof string) (EnrolmentView, error)
}

// EnrolmentClaim is a device's use of a one-time code.
type EnrolmentClaim struct {
	Code      string `json:"code" maxLength:"40" doc:"The one-time code"`
	PublicKey []byte `json:"public_key" maxLength:"64" doc:"Ed25519 public key the device made, 32 bytes"`
	Proof     string `json:"proof" maxLength:"200" doc:"Signature that shows the device holds the private key"`
	Version   string `json:"version" maxLength:"80" doc:"Program version"`
}

// EnrolmentView is how far an enrolment is. Grant is there once it is approved.
type EnrolmentView struct {
	ID          string       `json:"id"`
	Status      string       `json:"status" enum:"invited,pending,approved,refused,expired"`
	Fingerprint string       `json:"fingerprint" doc:"Staff compare it with the device's screen"`
	Grant       *DeviceGrant `json:"grant,omitempty"`
}

// DeviceGrant is what an approved device needs to know.
type DeviceGrant struct {
	DeviceID string `json:"device_id"`
	Name     string `json:"name"`
	SiteID   string `json:"site_id"`
	Letter   string `json:"letter" doc:"First letter of its queue tickets"`
	Issuer   string `json:"issuer" doc:"Address the center calls itself"`
	GateKey  []byte `json:"gate_key" doc:"Key of the hashes in the gate list, 32 bytes; keep it sealed"`
}

type claimOf struct {
	ID    string `path:"id" maxLength:"40"`
	Proof string `header:"Lianxin-Proof" maxLength:"200" doc:"The proof of the claim"`
}

func enrolments(api huma.API, e Enrolments) {
	huma.Register(api, operation("claim-enrolment", http.MethodPost, "/enrolments", "Use a one-time code with a key of one's own", "enrolment", Public),
		handle(func(ctx context.Context, in *bodyOf[EnrolmentClaim]) (*bodyOf[EnrolmentView], error) {
			view, err := e.Claim(ctx, in.Body)
			return &bodyOf[EnrolmentView]{view}, err
		}))
	huma.Register(api, operation("get-enrolment", http.MethodGet, "/enrolments/{id}", "Whether staff have approved", "enrolment", Public),
		handle(func(ctx context.Context, in *claimOf) (*bodyOf[EnrolmentView], error) {
			view, err := e.Status(ctx, in.ID, in.Proof)
			return &bodyOf[EnrolmentView]{view}, err
		}))
}
