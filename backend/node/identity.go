package node

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/screening"
	replication "lianxin/backend/sync"
	"lianxin/backend/token"
)

// identity is who this kiosk is: its own key from the first start on, and what
// the center granted once it was approved.
type identity struct {
	Seed      []byte           // of the Ed25519 key, sealed in the settings
	Center    string           // address it was enrolled at
	Enrolment string           // id of the enrolment that is pending
	Grant     *api.DeviceGrant // nil until approved
}

const identitySetting = "device.identity"

func (i *identity) key() (token.Key, error) { return token.KeyFromSeed(i.Seed) }

// loadIdentity reads who the kiosk is and makes its key on the first start.
func (n *Node) loadIdentity(ctx context.Context) error {
	var who identity
	ok, err := n.store.Setting(ctx, identitySetting, &who)
	if err != nil {
		return err
	}
	if !ok {
		key, err := token.NewKey(n.config.Random)
		if err != nil {
			return err
		}
		who.Seed = key.Seed()
		if err := n.store.SaveSetting(ctx, identitySetting, who); err != nil {
			return err
		}
	}
	n.identity.Store(&who)
	return nil
}

// become writes a changed identity down and uses it.
func (n *Node) become(ctx context.Context, who identity) error {
	if err := n.store.SaveSetting(ctx, identitySetting, who); err != nil {
		return err
	}
	n.identity.Store(&who)
	n.stateChanged()
	return nil
}

// place implements checkin.Deps.Place.
func (n *Node) place() checkin.Place {
	g := n.identity.Load().Grant
	if g == nil {
		return checkin.Place{}
	}
	return checkin.Place{DeviceID: g.DeviceID, SiteID: g.SiteID, Letter: g.Letter}
}

// donorKey is the keyed hash under which the center publishes a person.
func (n *Node) donorKey(doc document.Document) string {
	g := n.identity.Load().Grant
	if g == nil {
		return ""
	}
	return screening.Key(g.GateKey, doc)
}

// noticeCode is the code under which the notice of a booking at another site is kept.
func (n *Node) noticeCode(code string) string {
	g := n.identity.Load().Grant
	if g == nil {
		return ""
	}
	return appointment.NoticeCode(appointment.CodeKey(g.GateKey, code))
}

// enrolment is the state of an enrolment that is going on.
type enrolment struct {
	mu     sync.Mutex
	status string
	wake   chan struct{}
}

// Enrol implements api.Kiosk: it claims a one-time code with the kiosk's own key.
// The screen then shows the fingerprint until staff have approved.
func (n *Node) Enrol(ctx context.Context, in api.EnrolInput) (api.EnrolmentState, error) {
	who := *n.identity.Load()
	if who.Grant != nil {
		return api.EnrolmentState{}, fault.New(fault.Conflict, "enrolment.already")
	}
	invitation, err := invitationOf(in)
	if err != nil {
		return api.EnrolmentState{}, err
	}
	key, err := who.key()
	if err != nil {
		return api.EnrolmentState{}, err
	}
	claim := api.EnrolmentClaim{Code: string(invitation.Code), PublicKey: key.Public().Bytes(),
		Proof: token.ProvePossession(key, invitation.Code), Version: n.config.Version}
	var view api.EnrolmentView
	err = replication.Ask(ctx, n.config.HTTP, http.MethodPost, strings.TrimSuffix(invitation.URL, "/")+"/enrolments", nil, claim, &view)
	if err != nil {
		return api.EnrolmentState{}, err
	}
	who.Center, who.Enrolment = invitation.URL, view.ID
	if err := n.become(ctx, who); err != nil {
		return api.EnrolmentState{}, err
	}
	n.enrol.set(view.Status)
	return n.enrolmentState(), nil
}

func invitationOf(in api.EnrolInput) (token.Invitation, error) {
	if in.Payload != "" {
		return token.ParseInvitation(in.Payload)
	}
	code, err := token.ParseCode(in.Token)
	if err != nil {
		return token.Invitation{}, err
	}
	invitation := token.Invitation{URL: in.URL, Code: code}
	if _, err := invitation.Encode(); err != nil {
		return token.Invitation{}, err
	}
	return invitation, nil
}

func (n *Node) enrolmentState() api.EnrolmentState {
	who := n.identity.Load()
	state := api.EnrolmentState{Status: "none", Center: who.Center}
	if key, err := who.key(); err == nil {
		state.Fingerprint = key.Public().Fingerprint()
	}
	switch status := n.enrol.get(); {
	case who.Grant != nil:
		state.Status = "approved"
	case status == "refused" || status == "expired":
		state.Status = status
	case who.Enrolment != "":
		state.Status = "pending"
	}
	return state
}

func (e *enrolment) set(status string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
	if e.wake != nil {
		close(e.wake)
		e.wake = nil
	}
}

func (e *enrolment) get() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status
}

func (e *enrolment) changed() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.wake == nil {
		e.wake = make(chan struct{})
	}
	return e.wake
}

// askEvery is how often a pending kiosk asks whether it was approved.
const askEvery = time.Second

// awaitApproval returns when the kiosk has its grant.
func (n *Node) awaitApproval(ctx context.Context) error {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for n.identity.Load().Grant == nil {
		changed := n.enrol.changed()
		if n.identity.Load().Enrolment == "" {
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := n.askApproval(ctx); err != nil && ctx.Err() == nil {
			n.config.Log.Warn("asking for approval", "code", fault.CodeOf(err))
		}
		select {
		case <-ticker.C:
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// askApproval asks once and takes the grant, or forgets an enrolment that came to nothing.
func (n *Node) askApproval(ctx context.Context) error {
	who := *n.identity.Load()
	key, err := who.key()
	if err != nil {
		return err
	}
	proof := token.ProvePossession(key, token.Code(who.Enrolment))
	var view api.EnrolmentView
	err = replication.Ask(ctx, n.config.HTTP, http.MethodGet, strings.TrimSuffix(who.Center, "/")+"/enrolments/"+who.Enrolment,
		http.Header{"Lianxin-Proof": {proof}}, nil, &view)
	if errors.Is(err, fault.New(fault.NotFound, "enrolment.not_found")) {
		view.Status = string(token.Expired)
	} else if err != nil {
		return err
	}
	switch token.EnrolmentStatus(view.Status) {
	case token.Approved:
		if view.Grant == nil {
			return fmt.Errorf("the center approved without a grant")
		}
		who.Grant = view.Grant
	case token.Refused, token.Expired:
		who.Enrolment = ""
	default:
		return nil
	}
	if err := n.become(ctx, who); err != nil {
		return err
	}
	n.enrol.set(view.Status)
	n.stateChanged()
	return nil
}
