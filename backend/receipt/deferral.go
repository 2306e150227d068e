package receipt

import (
	"strconv"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// deferral writes the slip for someone who may not give today: kindly, then
// the dates, which are what people keep the slip for.
func (c *composer) deferral(s Snapshot) error {
	d := *s.Deferral
	c.masthead(s, wordDeferral)
	c.space(0.3)
	c.both(c.body(), toLeft, wordNotDiagnosis)
	c.space(0.7)
	c.firstDates(s, d.First)
	c.reasons(d.Reasons)
	c.suggestions(d)
	c.space(0.5)
	c.quietRule()
	c.space(0.7)
	who := func(c *composer) { c.donor(d.Donor) }
	where := func(c *composer) {
		c.pair(wordSite, c.body(), s.Site)
		c.pair(wordIssued, c.body(), momentText(s.IssuedAt))
	}
	if c.wide {
		c.abreast(c.room*0.46, c.gap, who, where)
	} else {
		who(c)
		where(c)
	}
	c.typed(d.Donor)
	if s.Issuer.Phone != "" {
		c.space(0.7)
		c.contact(s.Issuer)
	}
	return nil
}

// firstDates writes the table of donation types and their first days.
func (c *composer) firstDates(s Snapshot, first []FirstDate) {
	split := c.room * 0.42
	head := c.style(c.sizes.small, typeface.Regular, c.quiet)
	thick := stroke{width: c.frameWidth, colour: c.ink}
	c.rule(thick)
	c.space(0.25)
	left := c.column(split, func(c *composer) { c.both(head, toLeft, wordTypeOfDonation) })
	right := c.column(c.room-split, func(c *composer) { c.both(head, toLeft, wordFirstDate) })
	row := beside(left, right, split)
	row.stays = true
	c.add(row)
	for _, f := range first {
		c.space(0.25)
		c.quietRule()
		c.space(0.3)
		value := c.style(c.sizes.lead*0.85, typeface.Bold, c.ink)
		left := c.column(split-c.gap*0.5, func(c *composer) { c.both(c.body(), toLeft, f.Product) })
		right := c.column(c.room-split, func(c *composer) { c.both(value, toLeft, whenPossible(f.From, calendar.Of(s.IssuedAt))) })
		left = left.moved(0, value.baseline()-c.body().baseline())
		c.add(beside(left, right, split))
	}
	c.space(0.25)
	c.rule(thick)
}

// whenPossible words a first date: only its day matters to the donor.
func whenPossible(from, today calendar.Date) lang.Text {
	switch {
	case from.IsZero():
		return wordAskStaff
	case !from.After(today):
		return wordToday
	default:
		return dayText(from)
	}
}

func (c *composer) reasons(reasons []Reason) {
	if len(reasons) == 0 {
		return
	}
	c.space(0.8)
	c.heading(wordReasons)
	for i, r := range reasons {
		c.item(strconv.Itoa(i+1), func(c *composer) {
			c.both(c.body(), toLeft, r.Text)
			if r.Clause != "" {
				c.write(c.small(), toLeft, r.Clause)
			}
		})
	}
}

// suggestions writes what is possible instead and what to do until then.
func (c *composer) suggestions(d Deferral) {
	instead := func(c *composer) { c.section(wordAlternatives, d.Alternatives, func(int) string { return "☑" }) }
	until := func(c *composer) { c.section(wordAdvice, d.Advice, func(int) string { return "·" }) }
	if !c.wide || len(d.Alternatives) == 0 || len(d.Advice) == 0 {
		instead(c)
		until(c)
		return
	}
	c.abreast(c.room*0.5, c.gap, instead, until)
}

func (c *composer) section(title lang.Text, items []lang.Text, marker func(int) string) {
	if len(items) == 0 {
		return
	}
	c.space(0.5)
	c.heading(title)
	c.list(items, marker)
}

// contact writes the telephone large: who was turned away often calls.
func (c *composer) contact(issuer Issuer) {
	c.framed(func(c *composer) {
		label := func(c *composer) { c.both(c.small(), toLeft, wordContact); c.both(c.small(), toLeft, issuer.Hours) }
		number := func(c *composer) {
			big := c.fitting(c.style(c.sizes.title, typeface.Bold, c.ink), issuer.Phone)
			c.add(c.line(big, toLeft, issuer.Phone))
		}
		if !c.wide {
			label(c)
			number(c)
			return
		}
		half := c.room * 0.46
		left, right := c.column(half, label), c.column(c.room-half, number)
		c.add(beside(left, right.moved(0, max(0, (left.height-right.height)/2)), half))
	})
}
