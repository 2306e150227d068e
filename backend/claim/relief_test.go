package claim

import (
	"context"
	"slices"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// shelf keeps one claim and counts what is asked of the ledger. The real ledger is held
// in package center.
type shelf struct {
	Store
	one   Claim
	moved []string
	left  bool
}

func (s *shelf) InTx(ctx context.Context, do func(context.Context) error) error { return do(ctx) }
func (s *shelf) LockClaim(context.Context, string) (Claim, error)               { return s.one, nil }
func (s *shelf) SaveClaim(_ context.Context, c Claim, _ []Mark) error           { s.one = c; return nil }
func (s *shelf) AppendClaimEvent(context.Context, Event) error                  { return nil }

func (s *shelf) Assess(context.Context, Claim) (relief.Assessment, error) {
	return relief.Assessment{Totals: relief.Totals{PayableFen: 5000}}, nil
}

func (s *shelf) Reserve(_ context.Context, c Claim) (bool, error) {
	s.moved = append(s.moved, "reserve "+c.Reservation)
	return s.left, nil
}

func (s *shelf) Confirm(_ context.Context, c Claim) error {
	if c.Reservation == "" {
		return fault.New(fault.Conflict, "relief.nothing_left")
	}
	s.moved = append(s.moved, "confirm "+c.Reservation)
	return nil
}

func (s *shelf) Release(_ context.Context, c Claim) error {
	s.moved = append(s.moved, "release "+c.Reservation)
	return nil
}

// Millilitres follow the claim: each time it is submitted anew they are set aside under a
// new name, and wherever it leaves the way to be paid they are given back.
func TestMillilitresFollowTheClaim(t *testing.T) {
	s := &shelf{one: whole(), left: true}
	service := Service{Store: s, Relief: s, Handling: BuiltIn, Now: func() time.Time { return noon }}
	do := func(a Act) error {
		a.Version = s.one.Version
		_, err := service.Do(t.Context(), s.one.ID, a)
		return err
	}
	reject := act(Reject, Review, "reviewer-1")
	reject.Reason = "not-entitled"
	for _, a := range []Act{act(Submit, Capture, "clerk-1"), act(Take, Review, "reviewer-1"), act(Return, Review, "reviewer-1"), act(Submit, Capture, "clerk-1"),
		act(Take, Review, "reviewer-1"), reject, act(Reopen, Review, "reviewer-1")} {
		if err := do(a); err != nil {
			t.Fatalf("%s: %v", a.Step, err)
		}
	}
	wantCode(t, "more than it is entitled to", do(approve("reviewer-1", 5001)), "claim.amount")
	for _, a := range []Act{approve("reviewer-1", 5000), act(Release, Pay, "finance-1"), act(Fail, Pay, BySystem), act(Return, Pay, "finance-1"), act(Withdraw, Capture, "clerk-1")} {
		if err := do(a); err != nil {
			t.Fatalf("%s: %v", a.Step, err)
		}
	}
	want := []string{"reserve claim-1-2", "release claim-1-2", "reserve claim-1-5", "release claim-1-5", "reserve claim-1-8", "confirm claim-1-8", "release claim-1-8"}
	if !slices.Equal(s.moved, want) {
		t.Errorf("moved %q\n want %q", s.moved, want)
	}
	if s.one.Reservation != "" {
		t.Errorf("it still holds %q", s.one.Reservation)
	}
}

// Who has nothing left may still ask, and is told by a reviewer.
func TestWhoHasNothingLeftMayStillAsk(t *testing.T) {
	s := &shelf{one: whole()}
	service := Service{Store: s, Relief: s, Handling: BuiltIn, Now: func() time.Time { return noon }}
	submit := act(Submit, Capture, "clerk-1")
	submit.Version = s.one.Version
	if _, err := service.Do(t.Context(), "", submit); err != nil || s.one.Reservation != "" || s.one.Status != Submitted {
		t.Errorf("%v, %q, %s", err, s.one.Reservation, s.one.Status)
	}
}
