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
	"lianxin/backend/fault"
	"lianxin/backend/screening"
	replication "lianxin/backend/sync"
	"lianxin/backend/token"
)

// enrolment is the state of an enrolment that is going on.
type enrolment struct {
	mu     sync.Mutex
	status string
	wake   chan struct{}
	hangUp func() // ends the exchange under the present enrolment
}

// connect keeps how the exchange that begins now is ended.
func (e *enrolment) connect(hangUp func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hangUp = hangUp
}

// disconnect ends the exchange that may be going on.
func (e *enrolment) disconnect() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.hangUp != nil {
		e.hangUp()
	}
}

// Enrol implements api.Kiosk: it claims a one-time code with the kiosk's own key.
// The screen then shows the fingerprint until staff have approved. A kiosk that was
// revoked is enrolled anew, with another key, and keeps what it has not delivered.
func (n *Node) Enrol(ctx context.Context, in api.EnrolInput) (api.EnrolmentState, error) {
	who := *n.identity.Load()
	if who.Grant != nil && !n.revoked.Load() {
		return api.EnrolmentState{}, fault.New(fault.Conflict, "enrolment.already")
	}
	invitation, err := invitationOf(in)
	if err != nil {
		return api.EnrolmentState{}, err
	}
	if who.Grant != nil {
		if who, err = who.renewed(n.config.Random); err != nil {
			return api.EnrolmentState{}, err
		}
	}
	view, err := n.askEnrolment(ctx, who, invitation)
	if err == nil && view.ID == "" { // the JSON of something else may well be empty
		err = fault.New(fault.Unavailable, "sync.not_a_center")
	}
	if err != nil {
		return api.EnrolmentState{}, err
	}
	who.Center, who.Enrolment = invitation.URL, view.ID
	if err := n.become(ctx, who); err != nil {
		return api.EnrolmentState{}, err
	}
	n.enrol.disconnect()
	n.enrol.set(view.Status)
	return n.enrolmentState(), nil
}

// askEnrolment claims the code of an invitation. A center that never knew what this
// machine was before lets it in as a new one.
func (n *Node) askEnrolment(ctx context.Context, who identity, invitation token.Invitation) (view api.EnrolmentView, err error) {
	claim, err := who.claim(invitation.Code, n.config.Version)
	if err != nil {
		return view, err
	}
	address := strings.TrimSuffix(invitation.URL, "/") + "/enrolments"
	err = replication.Ask(ctx, n.config.HTTP, http.MethodPost, address, nil, claim, &view)
	if fault.CodeOf(err) == "enrolment.predecessor_unknown" {
		claim.Predecessor, claim.PredecessorProof = "", ""
		err = replication.Ask(ctx, n.config.HTTP, http.MethodPost, address, nil, claim, &view)
	}
	return view, err
}

// readmitted makes the exchange begin anew under another enrolment.
func (n *Node) readmitted(ctx context.Context) error {
	if err := n.replica.Restart(ctx); err != nil {
		return err
	}
	n.revoked.Store(false)
	return n.store.SaveSetting(ctx, revokedSetting, false)
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

// isWhole tells whether a grant has what a kiosk cannot work without. It is asked for once
// only: a kiosk that took half of one would have to be revoked.
func isWhole(g *api.DeviceGrant) bool {
	return g != nil && g.DeviceID != "" && g.SiteID != "" && g.Issuer != "" && len(g.GateKey) == screening.KeySize
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
		if !isWhole(view.Grant) {
			return fmt.Errorf("the center approved without a whole grant")
		}
		if len(who.Former) > 0 {
			if err := n.readmitted(ctx); err != nil {
				return err
			}
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
