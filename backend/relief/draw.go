package relief

import (
	"cmp"
	"slices"

	"lianxin/backend/calendar"
)

// assessor carries one assessment.
type assessor struct {
	pack    *Pack
	drawn   map[Source]Drawn
	parties []*party
	taken   map[Source]int64
	offers  map[calendar.Date][]offer
}

// offer is a source as it stands on a day.
type offer struct {
	source Source
	at     *party
	gift   int // place of the donation among the party's; -1 for a lifetime
	rule   string
	times  int64
	ml     int64 // what the donation counts as
	until  calendar.Date
}

// isUnlimited tells whether there is no end to what may be drawn.
func (o offer) isUnlimited() bool { return o.source.Share == Lifetime }

// draw covers a line with what there is on its day.
func (x *assessor) draw(l Line, share *LineShare) {
	switch {
	case !x.pack.Fees.Covers(l.Fee):
		share.Short = FeeNotCovered
		return
	case l.Fee != BloodFee:
		return // it follows the blood
	}
	offers := x.offersOn(l.On)
	left := share.NeededML
	for _, o := range offers {
		n := left
		if !o.isUnlimited() {
			n = min(n, max(0, o.times*o.ml-x.drawn[o.source].ML()-x.taken[o.source]))
		}
		if n == 0 {
			continue
		}
		x.taken[o.source] += n
		left -= n
		share.take(o, n)
	}
	switch {
	case left > 0 && len(offers) > 0:
		share.Short = UsedUp
	case left > 0:
		share.Short = x.whyNothing(l.On)
	case share.AcceptedFen < share.BilledFen:
		share.Short = AboveTable
	}
}

// take adds a draw, with the fen that fall on it: those of all draws add up to those
// of the line.
func (l *LineShare) take(o offer, ml int64) {
	l.CoveredML += ml
	fen := share(l.open(), l.CoveredML, l.NeededML) - l.PayableFen
	l.PayableFen += fen
	l.Draws = append(l.Draws, Draw{Source: o.source, Rule: o.rule, ML: ml, Fen: fen})
}

func (x *assessor) whyNothing(day calendar.Date) Short {
	for _, at := range x.parties {
		if at.until(x.pack, day) < len(at.given) {
			return BeforeDonation
		}
	}
	return NobodyGave
}

// followBlood pays a covered fee that is no blood itself in the proportion in which
// the blood of the same component and day is covered.
func (x *assessor) followBlood(l Line, lines []Line, shares []LineShare, into *LineShare) {
	if l.Fee == BloodFee || into.Short == FeeNotCovered {
		return
	}
	covered, needed := int64(0), int64(0)
	for i, other := range lines {
		if other.Fee == BloodFee && other.Component == l.Component && other.On == l.On {
			covered += shares[i].CoveredML
			needed += shares[i].NeededML
		}
	}
	if needed > 0 {
		into.PayableFen = share(into.open(), covered, needed)
	}
	if covered < needed || needed == 0 {
		into.Short = UsedUp
	}
}

// offersOn are all sources of a day in the order in which they are drawn. The order
// depends on the day only and not on what was drawn: so one donation more never leaves
// anybody with less.
func (x *assessor) offersOn(day calendar.Date) []offer {
	if known, ok := x.offers[day]; ok {
		return known
	}
	most := 0
	for _, at := range x.parties {
		most += max(1, len(at.given))
	}
	all := make([]offer, 0, most)
	for _, at := range x.parties {
		all = x.offersOf(all, at, day)
	}
	slices.SortFunc(all, inDrawingOrder)
	x.offers[day] = all
	return all
}

// offersOf adds those of one donor.
func (x *assessor) offersOf(all []offer, at *party, day calendar.Date) []offer {
	r := at.rulingOn(x.pack, day)
	switch {
	case r.limit != nil:
		return append(all, offer{source: at.lifetime(), at: at, gift: -1, rule: r.limit.ID})
	case r.earn == nil:
		return all
	}
	for i, g := range at.given[:at.until(x.pack, day)] {
		if times, until := x.pack.timesOf(r.earn, g, day); times > 0 {
			all = append(all, offer{source: Source{g.ID, at.share()}, at: at, gift: i, rule: r.earn.ID, times: times, ml: at.ml[i], until: until})
		}
	}
	return all
}

// inDrawingOrder: one's own first, then what runs out first, then what was given first.
func inDrawingOrder(a, b offer) int {
	rank := func(o offer) int {
		if o.at.Relation == Self {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), a.until.CompareEnds(b.until), a.givenOn().Compare(b.givenOn()), cmp.Compare(a.source.Of, b.source.Of), cmp.Compare(a.at.ID, b.at.ID))
}

func (o offer) givenOn() calendar.Date {
	if o.gift < 0 {
		return calendar.Date{}
	}
	return o.at.given[o.gift].On
}
