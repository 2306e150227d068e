package claim

import (
	"slices"
	"time"

	"lianxin/backend/fault"
)

// Status is how far a claim is.
type Status string

const (
	Draft        Status = "draft"
	Submitted    Status = "submitted"     // waits for a reviewer
	InReview     Status = "in_review"     // a reviewer has it
	SecondReview Status = "second_review" // approved once; above the amount that needs a second reviewer
	Returned     Status = "returned"      // the applicant is to supply something
	Approved     Status = "approved"      // waits for finance
	Rejected     Status = "rejected"
	Withdrawn    Status = "withdrawn" // by the applicant
	ToPay        Status = "to_pay"    // finance has released it
	Paid         Status = "paid"
	Failed       Status = "failed"  // the money came back, or never left
	Settled      Status = "settled" // with the district office
)

// Statuses are all of them, in the order a claim passes them.
func Statuses() []Status {
	return []Status{Draft, Submitted, InReview, SecondReview, Returned, Approved, Rejected, Withdrawn, ToPay, Paid, Failed, Settled}
}

// Duty is the part somebody takes in a claim. One person has one of them in a claim,
// whatever roles they have or had.
type Duty string

const (
	Capture Duty = "capture" // takes what the applicant says and shows
	Review  Duty = "review"
	Pay     Duty = "pay"
)

// Step is what somebody does with a claim.
type Step string

const (
	Submit   Step = "submit"
	Withdraw Step = "withdraw"
	Take     Step = "take" // to look after a claim, also instead of another reviewer
	Return   Step = "return"
	Approve  Step = "approve"
	Reject   Step = "reject"
	Reopen   Step = "reopen"
	Release  Step = "release" // to be paid
	Confirm  Step = "confirm" // it was paid
	Fail     Step = "fail"
	Settle   Step = "settle"
)

// Amount says for which amounts a rule holds.
type Amount string

const (
	AnyAmount Amount = ""
	UpTo      Amount = "up_to" // what one reviewer may approve alone
	Above     Amount = "above"
)

// Rule is one line of the table of steps.
type Rule struct {
	Step   Step
	From   []Status
	To     Status
	Duty   Duty
	Amount Amount
	Says   bool // a note, or a reason, is needed
	Month  bool // nobody takes it: locking the month does
}

// rules is the whole of what may become of a claim. docs/claims.md draws it; the drawing
// is written anew by `go test ./backend/claim -run Diagram -update`.
var rules = []Rule{
	{Step: Submit, From: []Status{Draft, Returned}, To: Submitted, Duty: Capture},
	{Step: Withdraw, From: []Status{Draft, Submitted, Returned}, To: Withdrawn, Duty: Capture, Says: true},
	{Step: Take, From: []Status{Submitted, InReview}, To: InReview, Duty: Review},
	{Step: Return, From: []Status{InReview, SecondReview}, To: Returned, Duty: Review, Says: true},
	{Step: Return, From: []Status{Approved, Failed}, To: Returned, Duty: Pay, Says: true},
	{Step: Approve, From: []Status{InReview}, To: Approved, Duty: Review, Amount: UpTo},
	{Step: Approve, From: []Status{InReview}, To: SecondReview, Duty: Review, Amount: Above},
	{Step: Approve, From: []Status{SecondReview}, To: Approved, Duty: Review},
	{Step: Reject, From: []Status{InReview, SecondReview}, To: Rejected, Duty: Review, Says: true},
	{Step: Reopen, From: []Status{Rejected}, To: InReview, Duty: Review, Says: true},
	{Step: Release, From: []Status{Approved, Failed}, To: ToPay, Duty: Pay},
	// What was taken for failed may have arrived after all.
	{Step: Confirm, From: []Status{ToPay, Failed}, To: Paid, Duty: Pay},
	// A bank may send money back days after it took it, and after the month was settled.
	{Step: Fail, From: []Status{ToPay, Paid, Settled}, To: Failed, Duty: Pay, Says: true},
	{Step: Settle, From: []Status{Paid}, To: Settled, Duty: Pay, Month: true},
}

// Rules returns the table.
func Rules() []Rule { return slices.Clone(rules) }

// Wanted is one thing an applicant is to supply.
type Wanted struct {
	Location string `json:"location" maxLength:"80" doc:"Where: a path of the content, or attachments.KIND"`
	Note     string `json:"note,omitempty" maxLength:"300"`
}

// Act is somebody's step.
type Act struct {
	Step      Step
	By        string // staff ID, or "system" for what a bank said
	Duty      Duty   // in which they act
	At        time.Time
	Version   int      // of the claim they looked at
	AmountFen int64    // Approve
	Reason    string   // Reject: ID of a reason of the handling pack
	Note      string   // what the applicant or a colleague is told
	Wanted    []Wanted // Return
	With      []string // Confirm, Fail: who else has had a hand in it; they made the payment, or let it go
}

// BySystem acts where no person does: a bank's answer, a month's settlement.
const BySystem = "system"

// Do takes a step. Faults: "claim.changed" when somebody else was faster; "claim.step"
// when the status does not allow it; "claim.same_person" when the actor has had another
// duty in this claim, or has approved it before; "claim.not_yours" when another reviewer
// has it; "claim.reason_missing", "claim.reason_unknown"; "claim.amount" with the most that can be approved.
func (c Claim) Do(a Act, h Handling) (Claim, Event, error) {
	if a.Version != c.Version {
		return c, Event{}, fault.New(fault.Conflict, "claim.changed").With("version", c.Version)
	}
	if a.Step == Approve && c.Status == SecondReview && a.AmountFen == 0 {
		a.AmountFen = c.Decision.AmountFen
	}
	rule, ok := c.ruleFor(a, h)
	if !ok {
		return c, Event{}, fault.New(fault.Conflict, "claim.step").With("step", string(a.Step)).With("status", string(c.Status))
	}
	if err := c.mayTake(rule, a); err != nil {
		return c, Event{}, err
	}
	if err := c.check(rule, a, h); err != nil {
		return c, Event{}, err
	}
	next := c.after(rule, a)
	return next, Event{ClaimID: c.ID, Seq: next.Version, At: a.At.UTC(), By: a.By, Duty: a.Duty, Step: a.Step, From: c.Status, To: next.Status,
		AmountFen: a.AmountFen, Reason: a.Reason, Note: a.Note, Wanted: a.Wanted}, nil
}

func (c Claim) ruleFor(a Act, h Handling) (Rule, bool) {
	for _, r := range rules {
		isAbove := a.AmountFen > h.SecondApprovalFen
		fits := r.Amount == AnyAmount || isAbove == (r.Amount == Above)
		if r.Step == a.Step && r.Duty == a.Duty && fits && slices.Contains(r.From, c.Status) {
			return r, true
		}
	}
	return Rule{}, false
}

// mayTake holds that three people handle a claim, and that a second look is another's.
func (c Claim) mayTake(r Rule, a Act) error {
	switch {
	case a.By == BySystem:
		return nil
	case r.Month:
		return fault.New(fault.Conflict, "claim.step").With("step", string(a.Step)).With("status", string(c.Status))
	case c.hasOtherDuty(a.By, r.Duty):
		return fault.New(fault.Conflict, "claim.same_person")
	case r.Step == Approve && c.Status == SecondReview && a.By == c.Decision.FirstBy:
		return fault.New(fault.Conflict, "claim.same_person")
	case c.Status == InReview && r.Duty == Review && r.Step != Take && a.By != c.ReviewerID:
		return fault.New(fault.Conflict, "claim.not_yours")
	}
	return nil
}

// MayTake tells whether a person may take a step in a duty, by what they have done in the
// claim before; fault "claim.same_person".
func (c Claim) MayTake(s Step, by string, duty Duty) error {
	return c.mayTake(Rule{Step: s, Duty: duty}, Act{Step: s, By: by, Duty: duty})
}

// hasOtherDuty tells whether somebody has had another duty than this in the claim.
func (c Claim) hasOtherDuty(by string, duty Duty) bool {
	return slices.ContainsFunc(c.Hands, func(h Hand) bool { return h.By == by && h.Duty != duty })
}

func (c Claim) check(r Rule, a Act, h Handling) error {
	switch {
	case r.Step == Reject && !h.HasReason(a.Reason):
		return fault.New(fault.Invalid, "claim.reason_unknown").At("body.reason", "claim.reason_unknown", "")
	case r.Says && a.Note == "" && a.Reason == "" && len(a.Wanted) == 0:
		return fault.New(fault.Invalid, "claim.reason_missing").At("body.note", "claim.reason_missing", "")
	case r.Step == Approve && (a.AmountFen <= 0 || a.AmountFen > c.ClaimableFen()):
		return fault.New(fault.Invalid, "claim.amount").With("most_fen", c.ClaimableFen()).At("body.amount_fen", "claim.amount", "")
	case r.Step == Approve && c.Status == SecondReview && a.AmountFen != c.Decision.AmountFen:
		return fault.New(fault.Conflict, "claim.amount").With("most_fen", c.Decision.AmountFen).At("body.amount_fen", "claim.amount", "")
	}
	return nil
}

// after is the claim when the step is done.
func (c Claim) after(r Rule, a Act) Claim {
	now := a.At.UTC()
	c = c.touched(r.Duty, append([]string{a.By}, a.With...)...)
	c.Status, c.EnteredAt = r.To, now
	switch a.Step {
	case Submit:
		c.SubmittedAt, c.Wanted, c.Decision, c.ReviewerID = now, nil, Decision{}, ""
	case Take:
		c.ReviewerID = a.By
	case Reopen:
		c.ReviewerID, c.Decision = a.By, Decision{}
	case Return:
		c.Wanted, c.Decision, c.ReviewerID = slices.Clone(a.Wanted), Decision{Note: a.Note, By: a.By, At: now}, ""
	case Reject:
		c.Decision = Decision{FirstBy: c.Decision.FirstBy, By: a.By, At: now, Reason: a.Reason, Note: a.Note}
	case Approve:
		first := c.Decision.FirstBy
		if r.To == SecondReview {
			first = a.By
		}
		c.Decision = Decision{AmountFen: a.AmountFen, FirstBy: first, By: a.By, At: now, Note: a.Note}
	}
	return c
}

// touched is the claim with one more version and somebody's hand in it.
func (c Claim) touched(duty Duty, by ...string) Claim {
	c.Version++
	c.Hands = slices.Clone(c.Hands)
	for _, who := range by {
		if hand := (Hand{Duty: duty, By: who}); who != BySystem && !slices.Contains(c.Hands, hand) {
			c.Hands = append(c.Hands, hand)
		}
	}
	return c
}

// Steps lists what somebody may do with the claim next, in one of their duties.
func (c Claim) Steps(by string, duties []Duty) []Step {
	steps := []Step{}
	for _, r := range rules {
		if !slices.Contains(duties, r.Duty) || !slices.Contains(r.From, c.Status) || slices.Contains(steps, r.Step) {
			continue
		}
		if c.mayTake(r, Act{Step: r.Step, By: by, Duty: r.Duty}) == nil {
			steps = append(steps, r.Step)
		}
	}
	return steps
}

// MayChange tells whether what the applicant says may be changed now.
func (c Claim) MayChange() bool { return c.Status == Draft || c.Status == Returned }

// MayBeChangedBy tells whether somebody who captures claims may change this one now.
func (c Claim) MayBeChangedBy(by string) bool { return c.MayChange() && !c.hasOtherDuty(by, Capture) }

// IsOver tells whether nothing more is expected to happen to the claim.
func (c Claim) IsOver() bool { return c.Status == Withdrawn || c.Status == Settled }

// Event is one step in the history of a claim. It is never changed.
type Event struct {
	ClaimID   string    `json:"claim_id"`
	Seq       int       `json:"seq"` // version of the claim it led to
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Duty      Duty      `json:"duty"`
	Step      Step      `json:"step"` // Create and Change as well
	From      Status    `json:"from,omitempty"`
	To        Status    `json:"to"`
	AmountFen int64     `json:"amount_fen,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Note      string    `json:"note,omitempty"`
	Wanted    []Wanted  `json:"wanted,omitempty"`
}

// Steps of the history that change no status.
const (
	Create Step = "create"
	Change Step = "change"
	Attach Step = "attach"
	Detach Step = "detach"
	Rotate Step = "rotate"
)
