package receipt

import (
	"fmt"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// masthead opens every page: our mark and the blood center, then the title.
func (c *composer) masthead(s Snapshot, title lang.Text) {
	name := c.style(c.sizes.body, typeface.Bold, c.ink)
	mark := c.style(c.sizes.body*1.7, typeface.Regular, c.accent)
	em := mark.size * point
	indent := c.width(mark, logo) + c.sizes.body*point*0.3
	words := c.column(c.room-indent, func(c *composer) { c.both(name, toLeft, s.Issuer.Name) })
	height := max(em, words.height)
	sign := block{height: height, drawing: []drawn{c.set(mark, 0, (height-em)/2+0.88*em, logo)}}
	c.add(beside(sign, words.moved(0, (height-words.height)/2), indent))
	c.space(0.45)
	c.rule(stroke{width: c.frameWidth * 1.6, colour: c.accent})
	c.space(0.5)
	c.title(s, title)
}

// title stands alone; a further copy says so on the same line.
func (c *composer) title(s Snapshot, title lang.Text) {
	big := c.style(c.sizes.title, typeface.Bold, c.ink)
	b := c.line(big, toLeft, title.ZH)
	small, after, taken := c.style(c.sizes.body, typeface.Regular, c.quiet), c.width(big, title.ZH)+c.sizes.title*point*0.4, 0.0
	again := func(b block) block { return b }
	if s.Reprint > 0 {
		tag := c.tag(reprintText(s.Reprint))
		taken = tag.width
		again = func(b block) block {
			return beside(b, tag.block.moved(0, (b.height-tag.block.height)/2), c.room-tag.width)
		}
	}
	fits := c.wide && after+c.width(small, title.EN)+taken <= c.room
	if c.bilingual && fits {
		b.drawing = append(b.drawing, c.set(small, after, big.baseline(), title.EN))
	}
	b = again(b)
	b.stays = true
	c.add(b)
	if c.bilingual && !fits {
		c.write(c.body(), toLeft, title.EN)
	}
}

// tag is a word or two in a thin frame, with the width it takes.
func (c *composer) tag(words lang.Text) (tag struct {
	block block
	width float64
}) {
	text := words.ZH
	if c.bilingual && c.wide {
		text += "  " + words.EN
	}
	s := c.style(c.sizes.small, typeface.Bold, c.accent)
	tag.width = c.width(s, text) + c.sizes.small*point*1.2
	tag.block = c.column(tag.width, func(c *composer) { c.add(c.line(s, toMiddle, text)) })
	tag.block.frame(tag.width, c.frameWidth, c.accent)
	return tag
}

// donor adds who the page is for, as far as it may be shown.
func (c *composer) donor(d Donor) {
	c.pair(wordName, c.bold(), lang.Text{ZH: d.Name})
	c.row(wordDocument, c.body(), func(c *composer) {
		c.both(c.body(), toLeft, d.Document)
		c.write(c.body(), toLeft, d.Number)
	})
}

// typed asks staff to look at the document, and to write what could not be printed.
func (c *composer) typed(d Donor) {
	if d.Typed {
		c.tick(wordTyped)
	}
	if len(d.Missing) > 0 {
		codes := strings.Join(d.Missing, " ")
		c.tick(lang.Text{ZH: wordMissing.ZH + codes, EN: wordMissing.EN + codes})
	}
}

// tick writes what staff do, with a box to tick.
func (c *composer) tick(what lang.Text) {
	c.space(0.6)
	c.framed(func(c *composer) {
		indent := c.sizes.body * point * 1.5
		s := c.style(c.sizes.small, typeface.Bold, c.ink)
		box := c.column(indent, func(c *composer) { c.write(s, toLeft, "☐") })
		c.add(beside(box, c.column(c.room-indent, func(c *composer) { c.both(s, toLeft, what) }), indent))
	})
}

// scan adds a QR code with its caption beside it.
func (c *composer) scan(code Code) error {
	image, err := c.square(code)
	if err != nil || image.height == 0 {
		return err
	}
	gap := c.gap * 1.3
	words := c.column(c.room-c.code-gap, func(c *composer) { c.both(c.body(), toLeft, code.Caption) })
	c.add(beside(image, words.moved(0, max(0, (image.height-words.height)/2)), c.code+gap))
	return nil
}

// square returns the QR code alone; an empty block when there is none.
func (c *composer) square(code Code) (block, error) {
	if code.Payload == "" {
		return block{}, nil
	}
	png, err := qrPNG(code.Payload)
	if err != nil {
		return block{}, err
	}
	return block{height: c.code, drawing: []drawn{{image: &picture{png, c.code}}}}, nil
}

// footer closes every page: thanks, the telephone, the receipt's number, and
// which page it is when there are several.
func (c *composer) footer(s Snapshot, page, pages int) {
	c.quietRule()
	c.space(0.35)
	small := c.small()
	c.aside(s.Footer)
	if s.Issuer.Phone != "" && s.Deferral == nil {
		c.aside(lang.Text{
			ZH: wordPhone.ZH + " " + joinWords(s.Issuer.Phone, s.Issuer.Hours.ZH),
			EN: wordPhone.EN + " " + joinWords(s.Issuer.Phone, s.Issuer.Hours.EN),
		})
	}
	number, stamp := wordReceiptNumber.ZH, wordPrinted.ZH
	if c.bilingual {
		number, stamp = number+" "+wordReceiptNumber.EN, stamp+" "+wordPrinted.EN
	}
	number += " " + s.Number
	stamp += " " + s.PrintedAt.In(calendar.Beijing).Format("2006-01-02 15:04:05")
	if c.width(small, number)+c.width(small, stamp)+c.gap > c.room {
		c.write(small, toLeft, number)
		number = ""
	}
	right := toRight
	if !c.wide && number == "" {
		right = toLeft // beneath the number, not across from nothing
	}
	last := beside(c.line(small, toLeft, number), c.line(small, right, stamp), 0)
	if pages > 1 {
		last = beside(last, c.line(small, toMiddle, fmt.Sprintf("%d / %d", page, pages)), 0)
	}
	c.add(last)
}

// aside writes a small text, both languages on one line where they fit.
func (c *composer) aside(t lang.Text) {
	s := c.small()
	one := t.ZH + "   " + t.EN
	if c.bilingual && t.EN != "" && c.width(s, one) <= c.room {
		c.add(c.line(s, toLeft, one))
		return
	}
	c.both(s, toLeft, t)
}

func joinWords(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
