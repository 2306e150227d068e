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
		places := []int{}
		for _, w := range Waived(c.content, []Case{c.stay}, now) {
			if places = append(places, w.Place); w.WaivedFen != 21000 || bloodOf(w.Charge) != bloodOf(c.content.Lines[w.Place]) {
				t.Errorf("%s: line %d stands beside %+v", name, w.Place, w)
			}
		}
		if !slices.Equal(places, c.places) {
			t.Errorf("%s: %v", name, places)
		}
		if got := c.stay.isReimbursed([]claim.Claim{{Status: claim.Submitted, Content: c.content}}); got != c.refused {
			t.Errorf("%s: the hospital is refused: %t", name, got)
		}
		if c.stay.isReimbursed([]claim.Claim{{Status: claim.Returned, Content: c.content}}) {
			t.Errorf("%s: a claim that is with the applicant keeps the hospital from it", name)
		}
	}
}

// A line that was written with another quantity or day than the hospital's charge is shown
// to whoever reviews, and bars nothing; what has its like on the other side is no doubt.
func TestBloodWrittenDifferentlyIsADoubt(t *testing.T) {
	now, day := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), calendar.MustParse("2026-11-20")
	content := func(lines ...claim.Line) claim.Content {
		return claim.Content{Relation: relief.Child, Patient: claim.Party{Kind: identity.Passport, Number: "UTO:TEST000001"}, Lines: lines,
			Hospital: claim.Hospital{Admitted: day.AddDays(-3), Left: day.AddDays(3)}}
	}
	line := func(quantity string, ahead int) claim.Line {
		return claim.Line{Component: relief.RedCells, Quantity: quantity, On: day.AddDays(ahead), AmountFen: 21000}
	}
	stay := func(id, number string, state relief.State, waivedFen int64, on calendar.Date) Case {
		return Case{ID: id, State: state, Until: now.Add(time.Hour), Coverage: Coverage{Charges: []Covered{{WaivedFen: waivedFen}}}, Inquiry: Inquiry{Patient: Person{Kind: identity.Passport, Number: number},
			Charges: []Charge{{Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "2.0", On: on, AmountFen: 21000}}}}
	}
	is := stay("1", "UTO:TEST000001", relief.Confirmed, 21000, day)
	other := line("3", 0)
	other.Component = relief.FrozenPlasma
	for name, c := range map[string]struct {
		content claim.Content
		cases   []Case
		places  []int
	}{
		"another quantity":         {content(line("3", 0)), []Case{is}, []int{0}},
		"another day":              {content(line("2", 1)), []Case{is}, []int{0}},
		"both":                     {content(line("3", 1)), []Case{is}, []int{}},
		"neither: it is barred":    {content(line("2", 0)), []Case{is}, []int{}},
		"its like is claimed":      {content(line("2", 0), line("3", 0)), []Case{is}, []int{}},
		"the line has its like":    {content(line("2", 1)), []Case{is, stay("2", "UTO:TEST000001", relief.Confirmed, 0, day.AddDays(1))}, []int{}},
		"two lines":                {content(line("3", 0), line("2", 1)), []Case{is}, []int{0, 1}},
		"two cases":                {content(line("3", 0)), []Case{stay("2", "UTO:TEST000001", relief.Reserved, 100, day), is}, []int{0, 0}},
		"another component":        {content(other), []Case{is}, []int{}},
		"another patient":          {content(line("3", 0)), []Case{stay("1", "UTO:TEST000002", relief.Confirmed, 21000, day)}, []int{}},
		"nothing waived":           {content(line("3", 0)), []Case{stay("1", "UTO:TEST000001", relief.Confirmed, 0, day)}, []int{}},
		"taken back":               {content(line("3", 0)), []Case{stay("1", "UTO:TEST000001", relief.Reversed, 21000, day)}, []int{}},
		"that much, another stay":  {content(line("2", 1)), []Case{stay("1", "UTO:TEST000001", relief.Confirmed, 21000, day.AddDays(4))}, []int{}},
		"the last day of the stay": {content(line("2", 1)), []Case{stay("1", "UTO:TEST000001", relief.Confirmed, 21000, day.AddDays(3))}, []int{0}},
	} {
		places, cases := []int{}, ""
		for _, w := range Doubtful(c.content, c.cases, now) {
			places, cases = append(places, w.Place), cases+w.Case.ID
		}
		if !slices.Equal(places, c.places) || name == "two cases" && cases != "12" {
			t.Errorf("%s: %v beside %s", name, places, cases)
		}
	}
}
