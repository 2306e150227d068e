package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/device"
	"lianxin/backend/token"
)

// Enrolments lets devices in.
type Enrolments interface {
	Claim(ctx context.Context, in EnrolmentClaim) (EnrolmentView, error)
	Status(ctx context.Context, id, proof string) (EnrolmentView, error)
	// Waiting lists the enrolments nobody has decided on yet.
	Waiting(ctx context.Context) ([]token.Enrolment, error)
	Approve(ctx context.Context, id, fingerprint, by string) (device.Device, error)
	Refuse(ctx context.Context, id, by string) error
}

// EnrolmentClaim is a device's use of a one-time code.
type EnrolmentClaim struct {
	Code      string `json:"code" maxLength:"40" doc:"The one-time code"`
	PublicKey []byte `json:"public_key" maxLength:"64" doc:"Ed25519 public key the device made, 32 bytes"`
	Proof     string `json:"proof" maxLength:"200" doc:"Signature that shows the device holds the private key"`
	Version   string `json:"version" maxLength:"80" doc:"Program version"`
	// Predecessor and its proof let a machine that is enrolled anew deliver what it kept.
	Predecessor      string `json:"predecessor,omitempty" maxLength:"40" doc:"Device this machine was before"`
	PredecessorProof string `json:"predecessor_proof,omitempty" maxLength:"200" doc:"Signature of that device's key over its id, the code and the new key"`
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
	// LetterKey is absent in grants of centers before it was given out.
	LetterKey []byte `json:"letter_key,omitempty" doc:"Public key of the center, X25519; dead letters carried by hand are sealed to it"`
}

// WaitingEnrolment is an enrolment as administrators see it.
type WaitingEnrolment struct {
	ID          string    `json:"id"`
	Status      string    `json:"status" enum:"invited,pending" doc:"pending: a device has used the code and waits"`
	Name        string    `json:"name"`
	Surface     string    `json:"surface"`
	SiteID      string    `json:"site_id"`
	Fingerprint string    `json:"fingerprint,omitempty" doc:"Must be the same on the device's screen"`
	Predecessor string    `json:"predecessor,omitempty" doc:"Device the same machine was before, as its key has proved"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at"`
}

type approveInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Fingerprint string `json:"fingerprint" maxLength:"40" doc:"As it was compared with the device's screen"`
	}
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
	huma.Register(api, operation("list-enrolments", http.MethodGet, "/enrolments", "Devices that wait to be let in", "enrolment", StaffDevices),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]WaitingEnrolment], error) {
			waiting, err := e.Waiting(ctx)
			views := make([]WaitingEnrolment, 0, len(waiting))
			for _, w := range waiting {
				views = append(views, waitingView(w))
			}
			return &bodyOf[[]WaitingEnrolment]{views}, err
		}))
	huma.Register(api, operation("approve-enrolment", http.MethodPost, "/enrolments/{id}/approve", "Let a device in whose fingerprint was compared", "enrolment", StaffDevices),
		handle(func(ctx context.Context, in *approveInput) (*bodyOf[DeviceView], error) {
			d, err := e.Approve(ctx, in.ID, in.Body.Fingerprint, callerOf(ctx).StaffID)
			return &bodyOf[DeviceView]{deviceView(d)}, err
		}))
	huma.Register(api, operation("refuse-enrolment", http.MethodPost, "/enrolments/{id}/refuse", "Keep a device out", "enrolment", StaffDevices),
		handle(func(ctx context.Context, in *idInput) (*struct{}, error) {
			return nil, e.Refuse(ctx, in.ID, callerOf(ctx).StaffID)
		}))
}

func waitingView(e token.Enrolment) WaitingEnrolment {
	view := WaitingEnrolment{ID: e.ID, Status: string(e.Status), Name: e.Name, Surface: e.Surface, SiteID: e.SiteID,
		Predecessor: e.Predecessor, CreatedBy: e.CreatedBy, CreatedAt: e.CreatedAt, ExpiresAt: e.ExpiresAt}
	if !e.Key.IsZero() {
		view.Fingerprint = e.Key.Fingerprint()
	}
	return view
}
