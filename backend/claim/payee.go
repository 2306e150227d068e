package claim

import (
	"context"
	"slices"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// CorrectPayee gives another account for a claim whose payment failed: whoever captures
// claims does it, and finance releases the claim again. The claim need not be reviewed
// anew, for nothing else of it changes and the account is still that of somebody the claim
// is of. Faults: "claim.not_found", "claim.changed", "claim.step", "claim.same_person",
// "claim.incomplete" with the places.
func (s Service) CorrectPayee(ctx context.Context, id string, version int, payee Payee, by string) (c Claim, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.Store.LockClaim(ctx, id); err != nil {
			return err
		}
		switch {
		case c.Version != version:
			return fault.New(fault.Conflict, "claim.changed").With("version", c.Version)
		case c.Status != Failed:
			return fault.New(fault.Conflict, "claim.step").With("step", string(Change)).With("status", string(c.Status))
		case c.hasOtherDuty(by, Capture):
			return fault.New(fault.Conflict, "claim.same_person")
		}
		payee.Account, payee.Holder, payee.Bank = spaceless(payee.Account), strings.TrimSpace(payee.Holder), strings.TrimSpace(payee.Bank)
		c.Payee = payee
		if err := c.payeeFault(s.today()); err != nil {
			return err
		}
		c = c.touched(Capture, by)
		if err := s.Store.SaveClaim(ctx, c, c.Marks()); err != nil {
			return err
		}
		return s.Store.AppendClaimEvent(ctx, Event{ClaimID: c.ID, Seq: c.Version, At: s.Now().UTC(), By: by, Duty: Capture, Step: Change, From: c.Status, To: c.Status})
	})
	return c, err
}

func (s Service) today() calendar.Date { return calendar.Of(s.Now()) }

// payeeFault names what is wrong with the account.
func (c Claim) payeeFault(today calendar.Date) error {
	places := slices.DeleteFunc(c.Missing(today, nil), func(p fault.Place) bool { return !strings.HasPrefix(p.Location, "payee.") })
	if len(places) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "claim.incomplete").With("count", len(places))
	f.Places = places
	return f
}
