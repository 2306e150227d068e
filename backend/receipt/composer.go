package receipt

import (
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// composer collects the blocks of a page from top to bottom.
type composer struct {
	geometry
	*typesetter
	bilingual bool    // English beneath the Chinese
	room      float64 // width of the column being written
	blocks    []block
}

func (c *composer) style(size float64, w typeface.Weight, col colour) style {
	return style{size: size, weight: w, colour: col}
}
func (c *composer) body() style  { return c.style(c.sizes.body, typeface.Regular, c.ink) }
func (c *composer) bold() style  { return c.style(c.sizes.body, typeface.Bold, c.ink) }
func (c *composer) lead() style  { return c.style(c.sizes.lead, typeface.Bold, c.ink) }
func (c *composer) small() style { return c.style(c.sizes.small, typeface.Regular, c.quiet) }

// english is the style of the second language.
func (c *composer) english() style {
	s := c.small()
	s.latin = true
	return s
}

// column writes what fill adds into a column of another width and returns it.
func (c *composer) column(width float64, fill func(*composer)) block {
	inner := c.inner(width)
	fill(inner)
	return stacked(inner.blocks)
}

func (c *composer) inner(width float64) *composer {
	return &composer{geometry: c.geometry, typesetter: c.typesetter, bilingual: c.bilingual, room: width}
}

func (c *composer) add(b block) { c.blocks = append(c.blocks, b) }

// space leaves n times the gap between groups empty.
func (c *composer) space(n float64) { c.add(block{height: c.gap * n, stays: true, separates: true}) }

// rule draws a line across the column.
func (c *composer) rule(s stroke) {
	s.length = c.room
	c.add(block{height: s.width, stays: true, drawing: []drawn{{y: s.width / 2, line: &s}}})
}

// quietRule draws the line between two groups.
func (c *composer) quietRule() {
	c.rule(stroke{width: c.ruleWidth, colour: c.faint})
	c.blocks[len(c.blocks)-1].separates = true
}

// alignment of a line in its column.
type alignment int

const (
	toLeft alignment = iota
	toMiddle
	toRight
)

// write adds text, broken into lines.
func (c *composer) write(s style, a alignment, text string) {
	for _, line := range c.lines(s, text, c.room) {
		c.add(c.line(s, a, line))
	}
}

// line returns one line of text, which must fit.
func (c *composer) line(s style, a alignment, text string) block {
	x := 0.0
	switch a {
	case toMiddle:
		x = (c.room - c.width(s, text)) / 2
	case toRight:
		x = c.room - c.width(s, text)
	}
	return block{height: s.lineHeight(), drawing: []drawn{c.set(s, x, s.baseline(), text)}}
}

// both adds a text, and its English in small type beneath when wanted.
func (c *composer) both(s style, a alignment, t lang.Text) {
	c.write(s, a, t.ZH)
	if c.bilingual && t.EN != "" && t.EN != t.ZH {
		c.write(c.english(), a, t.EN)
	}
}

// heading names the group beneath it.
func (c *composer) heading(t lang.Text) {
	s := c.bold()
	words := t.ZH
	b := c.line(s, toLeft, words)
	after := c.width(s, words) + c.sizes.body*point*0.6
	fits := after+c.width(c.small(), t.EN) <= c.room
	if c.bilingual && fits {
		b.drawing = append(b.drawing, c.set(c.small(), after, s.baseline(), t.EN))
	}
	b.stays = true
	c.add(b)
	if c.bilingual && !fits {
		c.write(c.small(), toLeft, t.EN)
		c.blocks[len(c.blocks)-1].stays = true
	}
	c.add(block{height: c.gap * 0.25, stays: true})
}

// pair adds a label and what it stands for in two aligned columns.
func (c *composer) pair(label lang.Text, s style, value lang.Text) {
	c.row(label, s, func(c *composer) { c.both(s, toLeft, value) })
}

// row adds a label and what fill writes beside it, beginning in style s.
func (c *composer) row(label lang.Text, s style, fill func(*composer)) {
	left := c.column(c.label, func(c *composer) {
		// The label is smaller than its value; both stand on one line.
		quiet := c.style(c.sizes.small, typeface.Regular, c.quiet)
		c.add(block{height: max(0, s.baseline()-quiet.baseline())})
		c.both(quiet, toLeft, label)
	})
	c.hang(left, c.label, fill)
	c.add(block{height: c.sizes.body * point * 0.18})
}

// list adds numbered or marked items with a hanging indent.
func (c *composer) list(items []lang.Text, marker func(i int) string) {
	for i, item := range items {
		c.item(marker(i), func(c *composer) { c.both(c.body(), toLeft, item) })
	}
}

// item adds a marker and what fill writes beside it.
func (c *composer) item(marker string, fill func(*composer)) {
	indent := c.sizes.body * point * 1.55
	c.hang(c.column(indent, func(c *composer) { c.write(c.bold(), toLeft, marker) }), indent, fill)
	c.add(block{height: c.sizes.body * point * 0.22})
}

// hang adds what fill writes at x, line by line so that a page may end within
// it, and left beside its beginning.
func (c *composer) hang(left block, x float64, fill func(*composer)) {
	inner := c.inner(c.room - x)
	fill(inner)
	used := 0.0
	for i, b := range inner.blocks {
		b = b.moved(x, 0)
		if i == 0 {
			b.drawing = append(left.drawing[:len(left.drawing):len(left.drawing)], b.drawing...)
		}
		used += b.height
		b.stays = b.stays || i == 0 && len(inner.blocks) > 1 || used < left.height
		c.add(b)
	}
	if used < left.height {
		rest := block{height: left.height - used}
		if len(inner.blocks) == 0 {
			rest = left
		}
		c.add(rest)
	}
}

// abreast adds two columns side by side, the right one beginning at x; one
// after the other when they are so high that a page could not hold them.
func (c *composer) abreast(x, gutter float64, left, right func(*composer)) {
	both := beside(c.column(x-gutter, left), c.column(c.room-x, right), x)
	if both.height > c.paperHeight*0.42 {
		left(c)
		right(c)
		return
	}
	c.add(both)
}

// framed adds a box around what fill writes.
func (c *composer) framed(fill func(*composer)) {
	pad := c.gap * 0.55
	inner := c.column(c.room-2*pad, fill).moved(pad, pad)
	inner.height += pad
	inner.frame(c.room, c.frameWidth, c.ink)
	c.add(inner)
}

// fitting returns s, smaller if text would not fit the column in one line.
func (c *composer) fitting(s style, text string) style {
	if w := c.width(s, text); w > c.room {
		s.size *= c.room / w * 0.999
	}
	return s
}
