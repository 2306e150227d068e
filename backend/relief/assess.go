package relief

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Assess says what a patient is entitled to of a bill. Faults: those of Bill.Check, and
// "relief.donors" with the wrong places.
//
// What is drawn first is settled by rule and by nothing else, so the order in which
// lines, donors and donations are named changes nothing:
//   - blood used earlier comes before blood used later; on one day, what cost most a millilitre first;
//   - the patient's own donations come before relatives', and what runs out first before what stays.
func (p *Pack) Assess(c Case) (Assessment, error) {
	if err := c.check(); err != nil {
		return Assessment{}, err
	}
	parties := p.parties(c)
	if p.Counting.AddUp || len(parties) < 2 {
		return p.assess(c, parties, nil), nil
	}
	// One donor alone: the one who covers most, and of equals the nearest.
	var best Assessment
	for i, only := range parties {
		others := slices.Delete(slices.Clone(parties), i, i+1)
		a := p.assess(c, []*party{only}, others)
		if i == 0 || cmp.Or(cmp.Compare(a.Totals.PayableFen, best.Totals.PayableFen), cmp.Compare(a.Totals.CoveredML, best.Totals.CoveredML)) > 0 {
			best = a
		}
	}
	return best, nil
}

func (c Case) check() error {
	f := fault.New(fault.Invalid, "relief.donors")
	if len(c.Donors) > MaxDonors {
		f.At("donors", "relief.too_many_donors", fmt.Sprintf("%d donors, at most %d are accepted", len(c.Donors), MaxDonors))
	}
	seen := map[string]bool{}
	for i, d := range c.Donors {
		if !d.Relation.Valid() {
			f.At(fmt.Sprintf("donors[%d].relation", i), "relief.relation", "")
		}
		if d.ID == "" || seen[d.ID] {
			f.At(fmt.Sprintf("donors[%d].donor_id", i), "relief.donor_twice", "a donor has no id, or is named twice")
		}
		seen[d.ID] = true
	}
	if len(f.Places) > 0 {
		return f
	}
	return c.Bill.Check(c.On)
}

// assess lets some donors cover the bill; others are only named.
func (p *Pack) assess(c Case, parties, others []*party) Assessment {
	x := &assessor{pack: p, drawn: c.Drawn, parties: parties, taken: map[Source]int64{}, offers: map[calendar.Date][]offer{}}
	a := Assessment{Pack: p.ID, Version: p.Version, Region: p.Region, On: c.On, Lines: p.priced(c.Bill)}
	for _, i := range inOrder(c.Bill.Lines, a.Lines) {
		x.draw(c.Bill.Lines[i], &a.Lines[i])
	}
	for i, l := range c.Bill.Lines {
		x.followBlood(l, c.Bill.Lines, a.Lines, &a.Lines[i])
	}
	for _, l := range a.Lines {
		a.Totals.add(l)
	}
	for _, at := range parties {
		a.Unlimited = a.Unlimited || at.rulingOn(p, c.On).limit != nil
	}
	a.Entitlements, a.Excluded = x.entitlements(c.On), x.excluded(c.On, others)
	a.Documents = p.Documents.of(append(slices.Clone(parties), others...))
	a.Bases = p.basesOf(a)
	return a
}

func (t *Totals) add(l LineShare) {
	t.NeededML += l.NeededML
	t.CoveredML += l.CoveredML
	t.BilledFen += l.BilledFen
	t.InsuranceFen += l.InsuranceFen
	t.PayableFen += l.PayableFen
}

// priced begins the lines: what each needs, what of its price is looked at, and what
// insurance paid of it. What insurance paid of the whole bill falls on the lines in
// proportion to what they still cost.
func (p *Pack) priced(b Bill) []LineShare {
	lines := make([]LineShare, len(b.Lines))
	byID := make([]int, len(b.Lines))
	open := int64(0)
	for i, l := range b.Lines {
		byID[i] = i
		accepted, table := p.accepted(l)
		lines[i] = LineShare{ID: l.ID, NeededML: p.needs(l), BilledFen: l.AmountFen, AcceptedFen: accepted, InsuranceFen: l.InsuranceFen,
			Draws: []Draw{}, table: table}
		open += l.AmountFen - l.InsuranceFen
	}
	slices.SortFunc(byID, func(a, b int) int { return cmp.Compare(lines[a].ID, lines[b].ID) })
	before := int64(0)
	for _, i := range byID {
		l := &lines[i]
		after := before + l.BilledFen - l.InsuranceFen
		if open > 0 {
			l.InsuranceFen += share(b.InsuranceFen, after, open) - share(b.InsuranceFen, before, open)
		}
		before = after
	}
	return lines
}

// share is the part of a whole, rounded down: parts that follow each other add up. The
// part is no larger than the whole; a product beyond 64 bits is no harm.
func share(of, part, whole int64) int64 {
	high, low := bits.Mul64(uint64(of), uint64(part))
	n, _ := bits.Div64(high, low, uint64(whole))
	return int64(n)
}

// open is what of a line may be paid at most.
func (l LineShare) open() int64 { return max(0, l.AcceptedFen-l.InsuranceFen) }

// inOrder is the order in which lines draw.
func inOrder(lines []Line, shares []LineShare) []int {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := shares[a], shares[b]
		return cmp.Or(lines[a].On.Compare(lines[b].On), cmp.Compare(y.open()*x.NeededML, x.open()*y.NeededML), cmp.Compare(x.ID, y.ID))
	})
	return order
}
