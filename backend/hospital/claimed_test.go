package hospital

import (
	"slices"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Of blood that stands on a bill several times, as many lines may be claimed as were not
// waived, and as many charges waived as are not claimed.
func TestBloodIsCountedNotOnlyFound(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	lapsed := func(c Case) Case { c.Until = now; return c }
	day := calendar.MustParse("2026-11-20")
	line := func(quantity string) claim.Line {
		return claim.Line{Component: relief.RedCells, Quantity: quantity, On: day, AmountFen: 21000}
	}
	content := func(number string, quantities ...string) claim.Content {
		c := claim.Content{Relation: relief.Child, Patient: claim.Party{Kind: identity.Passport, Number: number}}
		for _, q := range quantities {
			c.Lines = append(c.Lines, line(q))
		}
		return c
	}
	stay := func(state relief.State, waived ...bool) Case {
		c := Case{State: state, Until: now.Add(time.Hour), Inquiry: Inquiry{Patient: Person{Kind: identity.Passport, Number: "UTO:TEST000001"}}}
		for _, is := range waived {
			fen := int64(0)
			if is {
				fen = 21000
			}
			c.Inquiry.Charges = append(c.Inquiry.Charges, Charge{Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "2.0", On: day, AmountFen: 21000})
			c.Coverage.Charges = append(c.Coverage.Charges, Covered{WaivedFen: fen})
		}
		return c
	}
	other := content("UTO:TEST000002", "2")
	fee := content("UTO:TEST000001", "2")
	fee.Lines[0].Fee = relief.CrossMatching
	for name, c := range map[string]struct {
		content claim.Content
		stay    Case
		places  []int
		refused bool // the hospital, when the claim is on its way
	}{
		"the same unit":          {content("UTO:TEST000001", "2"), stay(relief.Confirmed, true), []int{0}, true},
		"while it is set aside":  {content("UTO:TEST000001", "2"), stay(relief.Reserved, true), []int{0}, true},
		"lapsed":                 {content("UTO:TEST000001", "2"), lapsed(stay(relief.Reserved, true)), []int{}, true},
		"taken back":             {content("UTO:TEST000001", "2"), stay(relief.Reversed, true), []int{}, true},
		"another quantity":       {content("UTO:TEST000001", "3"), stay(relief.Confirmed, true), []int{}, false},
		"another patient":        {other, stay(relief.Confirmed, true), []int{}, false},
		"another fee":            {fee, stay(relief.Confirmed, true), []int{}, false},
		"the one not waived":     {content("UTO:TEST000001", "2"), stay(relief.Confirmed, true, false), []int{}, false},
		"both, one waived":       {content("UTO:TEST000001", "2", "2"), stay(relief.Confirmed, true, false), []int{1}, true},
		"one more than the stay": {content("UTO:TEST000001", "1", "2", "2"), stay(relief.Confirmed, true), []int{1}, true},
		"nothing waived":         {content("UTO:TEST000001", "2"), stay(relief.Confirmed, false), []int{}, false},
	} {
		if got := Waived(c.content, []Case{c.stay}, now); !slices.Equal(got, c.places) {
			t.Errorf("%s: %v", name, got)
		}
		if got := c.stay.isReimbursed([]claim.Claim{{Status: claim.Submitted, Content: c.content}}); got != c.refused {
			t.Errorf("%s: the hospital is refused: %t", name, got)
		}
		if c.stay.isReimbursed([]claim.Claim{{Status: claim.Returned, Content: c.content}}) {
			t.Errorf("%s: a claim that is with the applicant keeps the hospital from it", name)
		}
	}
}
