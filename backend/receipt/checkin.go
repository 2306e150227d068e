package receipt

import (
	"strconv"

	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// checkIn writes the receipt with the queue ticket: the number first and
// largest, then where to go, then what the donor may check, then what follows.
func (c *composer) checkIn(s Snapshot) error {
	in := *s.CheckIn
	c.masthead(s, wordCheckIn)
	c.space(0.5)
	c.quietRule()
	c.space(0.7)
	if c.wide {
		c.abreast(c.room*0.54, c.gap, func(c *composer) { c.ticket(in.Ticket) }, func(c *composer) { c.where(in.Where) })
	} else {
		c.ticket(in.Ticket)
		c.space(0.4)
		c.where(in.Where)
	}
	c.space(0.7)
	c.quietRule()
	c.space(0.7)
	c.facts(s)
	c.typed(in.Donor)
	return c.next(in)
}

// next writes what follows, and the code: beneath it on narrow paper, beside
// it on wide.
func (c *composer) next(in CheckIn) error {
	steps := func(c *composer) {
		if len(in.Next) > 0 {
			c.heading(wordNext)
			c.list(in.Next, func(i int) string { return strconv.Itoa(i + 1) })
		}
	}
	c.space(0.6)
	c.quietRule()
	if c.wide && in.Code.Payload != "" {
		image, err := c.square(in.Code)
		if err != nil {
			return err
		}
		width := c.code * 1.2
		caption := c.column(width, func(c *composer) { c.both(c.small(), toLeft, in.Code.Caption) })
		right := stacked([]block{image, {height: c.gap * 0.5}, caption})
		both := beside(c.column(c.room-width-c.gap*1.5, steps), right, c.room-width)
		if both.height < c.paperHeight*0.42 {
			c.space(1)
			c.add(both)
			return nil
		}
	}
	c.space(0.7)
	steps(c)
	if in.Code.Payload != "" && len(in.Next) > 0 {
		c.space(0.4)
		c.quietRule()
	}
	c.space(1.1)
	return c.scan(in.Code)
}

// ticket writes the number a donor looks for on the call screen.
func (c *composer) ticket(number string) {
	label := c.style(c.sizes.body, typeface.Regular, c.quiet)
	words := wordQueue.ZH
	if c.bilingual {
		words += "  " + wordQueue.EN
	}
	c.write(label, toLeft, words)
	big := c.fitting(c.style(c.sizes.ticket, typeface.Bold, c.ink), number)
	c.add(c.line(big, toLeft, number))
}

func (c *composer) where(where lang.Text) {
	label := c.style(c.sizes.body, typeface.Regular, c.quiet)
	words := wordGoTo.ZH
	if c.bilingual {
		words += "  " + wordGoTo.EN
	}
	c.write(label, toLeft, words)
	c.both(c.lead(), toLeft, where)
}

// facts writes what the donor and staff may check, in aligned columns.
func (c *composer) facts(s Snapshot) {
	in := *s.CheckIn
	arrival := wordWalkIn
	if in.Slot != "" {
		arrival = lang.Text{ZH: wordBooked.ZH + " " + in.Slot, EN: wordBooked.EN + " " + in.Slot}
	}
	who := func(c *composer) { c.donor(in.Donor); c.pair(wordArrival, c.body(), arrival) }
	what := func(c *composer) {
		c.pair(wordDonation, c.bold(), lang.Text{
			ZH: joinWords(in.Product.ZH, in.Amount.ZH), EN: joinWords(in.Product.EN, in.Amount.EN),
		})
		c.pair(wordSite, c.body(), s.Site)
		c.pair(wordTime, c.body(), momentText(s.IssuedAt))
	}
	if !c.wide {
		who(c)
		what(c)
		return
	}
	c.abreast(c.room*0.46, c.gap, who, what)
}
