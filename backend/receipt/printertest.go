package receipt

import (
	"fmt"

	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// printerTest writes a page on which every fault of a printer or its paper
// setting shows: cut edges, wrong scale, weak dots, missing characters.
func (c *composer) printerTest(s Snapshot, layout Layout) error {
	t := *s.Test
	c.masthead(s, wordTest)
	c.space(0.5)
	c.pair(wordDevice, c.body(), lang.Text{ZH: t.Device})
	c.pair(wordPrinter, c.body(), lang.Text{ZH: t.Printer})
	c.pair(wordPaper, c.body(), lang.Text{ZH: fmt.Sprintf("%s，%.0f mm", layout, c.paperWidth)})
	c.pair(wordSite, c.body(), s.Site)
	c.space(0.5)
	c.ruler()
	c.space(0.5)
	if err := c.typeSizes(t.Code); err != nil {
		return err
	}
	c.space(0.5)
	c.heading(wordRare)
	c.write(c.style(c.sizes.lead, typeface.Regular, c.ink), toLeft, rareSample)
	c.write(c.style(c.sizes.lead, typeface.Bold, c.ink), toLeft, rareSample)
	c.space(0.5)
	c.heading(wordBreaking)
	c.write(c.body(), toLeft, breakingSample)
	c.space(0.5)
	c.heading(wordLines)
	for _, width := range []float64{0.125, 0.25, 0.5, 1} {
		c.rule(stroke{width: width, colour: c.ink})
		c.add(block{height: 1.5})
	}
	c.rule(stroke{width: 0.25, dashed: true, colour: c.ink})
	return nil
}

// typeSizes writes every size in both weights, and the QR code beside or
// beneath them.
func (c *composer) typeSizes(code Code) error {
	samples := func(c *composer) {
		c.heading(wordSizes)
		for _, size := range []float64{7, c.sizes.small, c.sizes.body, c.sizes.lead} {
			for _, w := range []typeface.Weight{typeface.Regular, typeface.Bold} {
				c.write(c.style(size, w, c.ink), toLeft, fmt.Sprintf("%.4g pt %s", size, wordSample.ZH))
			}
		}
	}
	scan := func(c *composer) (err error) {
		c.heading(wordScan)
		c.space(0.7)
		return c.scan(code)
	}
	if !c.wide {
		samples(c)
		c.space(0.5)
		return scan(c)
	}
	var err error
	split := c.room - c.code - c.gap
	left := c.column(split-c.gap, samples)
	right := c.column(c.code+c.gap, func(c *composer) {
		c.heading(wordScan)
		var image block
		if image, err = c.square(code); err != nil {
			return
		}
		c.space(0.7)
		c.add(image)
		c.both(c.small(), toLeft, code.Caption)
	})
	c.add(beside(left, right, split))
	return err
}

// ruler draws a scale over the printable width, a mark every 10 mm.
func (c *composer) ruler() {
	b := block{height: 5}
	for x := 0.0; x <= c.room; x += 10 {
		b.drawing = append(b.drawing, drawn{x: x, y: 2, line: &stroke{length: 3, width: 0.2, vertical: true, colour: c.ink}})
	}
	for _, x := range []float64{0.1, c.room - 0.1} {
		b.drawing = append(b.drawing, drawn{x: x, line: &stroke{length: 5, width: 0.2, vertical: true, colour: c.ink}})
	}
	b.drawing = append(b.drawing, drawn{y: 5, line: &stroke{length: c.room, width: 0.2, colour: c.ink}})
	c.add(b)
	c.both(c.small(), toLeft, lang.Text{
		ZH: fmt.Sprintf("%s %.0f mm", wordWidth.ZH, c.room), EN: fmt.Sprintf("%s %.0f mm", wordWidth.EN, c.room),
	})
}
