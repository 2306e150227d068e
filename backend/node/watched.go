package node

import (
	"context"

	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// watched is the journey with what happens beside each step: nobody is served
// by a kiosk that is not ready, the reader follows the step, and what was
// recorded is sent.
type watched struct {
	*checkin.Service
	node *Node
}

// Start implements api.CheckIn.
func (w watched) Start(ctx context.Context, language lang.Tag, aim checkin.Aim) (checkin.Session, error) {
	if err := w.End(ctx); err != nil { // also when nobody can be served: the last person's is gone
		return checkin.Session{}, err
	}
	if err := w.node.servable(ctx); err != nil {
		return checkin.Session{}, err
	}
	return w.follow(w.Service.Start(ctx, language, aim))
}

// End implements api.CheckIn.
func (w watched) End(ctx context.Context) error {
	err := w.node.leaves(ctx)
	w.node.reader.follow(w.Service.AsksForCard)
	return err
}

// Back implements api.CheckIn.
func (w watched) Back(ctx context.Context) (checkin.Session, error) {
	return w.follow(w.Service.Back(ctx))
}

// IdentifyTyped implements api.CheckIn.
func (w watched) IdentifyTyped(ctx context.Context, in checkin.TypedIdentity) (checkin.Session, error) {
	return w.follow(w.Service.IdentifyTyped(ctx, in))
}

// IdentifyCode implements api.CheckIn.
func (w watched) IdentifyCode(ctx context.Context, text string) (checkin.Session, error) {
	return w.follow(w.Service.IdentifyCode(ctx, text))
}

// Choose implements api.CheckIn; who is turned away is recorded with it.
func (w watched) Choose(ctx context.Context, in checkin.Purpose) (checkin.Session, error) {
	s, err := w.follow(w.Service.Choose(ctx, in))
	w.node.made(err)
	return s, err
}

// Exclude implements api.CheckIn; it records the visit.
func (w watched) Exclude(ctx context.Context, code string) (checkin.Session, error) {
	s, err := w.follow(w.Service.Exclude(ctx, code))
	w.node.made(err)
	return s, err
}

// AskCorrection implements api.CheckIn; the request is sent with everything else.
func (w watched) AskCorrection(ctx context.Context, in checkin.CorrectionAsked) (checkin.Session, error) {
	s, err := w.Service.AskCorrection(ctx, in)
	w.node.made(err)
	return s, err
}

// follow lets the reader read only while a card counts.
func (w watched) follow(s checkin.Session, err error) (checkin.Session, error) {
	w.node.reader.follow(w.Service.AsksForCard)
	return s, err
}

// made wakes the push loop after something was recorded.
func (n *Node) made(err error) {
	if err == nil {
		n.replica.Made()
		n.stateChanged()
	}
}

// servable tells whether people may be served: the kiosk is enrolled, has heard
// the center once, and has room on its disk.
func (n *Node) servable(ctx context.Context) error {
	state, err := n.State(ctx)
	if err != nil {
		return err
	}
	if state.Phase != phaseReady {
		return fault.New(fault.Unavailable, "kiosk."+state.Phase)
	}
	if state.Disk == diskFull {
		return fault.New(fault.Unavailable, "store.full")
	}
	return nil
}
