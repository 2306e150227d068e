// Package receipt makes the paper of the product: the check-in receipt with
// its queue ticket, the slip for someone who may not give today, the voucher
// for a gift, the papers of a claim, and the printer's test page.
//
// A page is a pure function of its Snapshot and its Layout: the same bytes on
// every machine, in every process, whatever fonts are installed. Chinese comes
// first; English stands beneath it for donors who chose English.
//
// Every character of GB 18030-2022 levels 1 to 3 prints and can be selected
// and searched as itself; Unprintable names those that cannot be printed.
//
// This is the only package that knows maroto, the PDF library, and the one
// place where its known faults are handled: characters above U+FFFF make it
// panic, Chinese is not broken into lines, and its files differ in every run.
package receipt

import (
	"math"
	"sync"
	"unicode"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/fonts"
	"lianxin/backend/receipt/typeface"
)

var letterforms = sync.OnceValue(func() *typeface.Family { return family(fonts.Open()) })

// Render returns the PDF of a snapshot for a paper. It is safe for concurrent
// use. Errors are faults:
//
//	receipt.layout       no such layout
//	receipt.snapshot     the snapshot is incomplete; see its places
//	receipt.unprintable  a text holds characters that cannot be printed; see
//	                     its places, and Unprintable and Printable
//	receipt.qr_payload   the QR code would hold more than a QR code can
func Render(snapshot Snapshot, layout Layout) ([]byte, error) {
	return render(letterforms(), snapshot, layout)
}

func render(forms *typeface.Family, snapshot Snapshot, layout Layout) ([]byte, error) {
	g, ok := geometries[layout]
	if !ok {
		return nil, fault.New(fault.Invalid, "receipt.layout").With("layout", string(layout))
	}
	if err := snapshot.check(); err != nil {
		return nil, err
	}
	t := newTypesetter(forms)
	pages, g, err := compose(snapshot, layout, g, t)
	if err != nil {
		return nil, err
	}
	if t.err != nil {
		return nil, fault.Wrap(t.err, fault.Internal, "receipt.glyphs")
	}
	raw, err := drawPages(g, pages)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "receipt.pdf")
	}
	file, err := sealed(raw, t.weights[:], document{title: snapshot.title().ZH, made: snapshot.PrintedAt})
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "receipt.pdf")
	}
	return file, nil
}

// Unprintable returns the characters of text that no typeface of ours can
// draw, each once, in the order they appear; nil when all can be printed.
func Unprintable(text string) []rune {
	var missing []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if printable(r) || seen[r] {
			continue
		}
		seen[r] = true
		missing = append(missing, r)
	}
	return missing
}

// Printable returns text with 〓, the printer's sign for a missing character,
// in place of each one that cannot be printed. A receipt with one sign missing
// is better for a donor than none.
func Printable(text string) string {
	out := make([]rune, 0, len(text))
	for _, r := range text {
		if !printable(r) {
			r = '〓'
		}
		out = append(out, r)
	}
	return string(out)
}

func printable(r rune) bool {
	if r == '\n' || typeface.Ignorable(r) {
		return true
	}
	return !unicode.IsControl(r) && letterforms().Has(r)
}

// compose lays a snapshot out on as many pages as it needs.
func compose(s Snapshot, layout Layout, g geometry, t *typesetter) ([]block, geometry, error) {
	if s.Claim != nil {
		g = g.dense()
	}
	c := &composer{geometry: g, typesetter: t, bilingual: s.Language == lang.English, room: g.content()}
	var err error
	switch {
	case s.CheckIn != nil:
		err = c.checkIn(s)
	case s.Deferral != nil:
		err = c.deferral(s)
	case s.Voucher != nil:
		err = c.voucher(s)
	case s.Result != nil:
		err = c.result(s)
	case s.Certificate != nil:
		err = c.certificate(s)
	case s.Claim != nil:
		err = c.claim(s)
	case s.YearCard != nil:
		err = c.yearCard(s)
	default:
		err = c.printerTest(s, layout)
	}
	if err != nil {
		return nil, g, err
	}
	footer := func(page, pages int) block {
		return c.column(c.room, func(c *composer) { c.footer(s, page, pages) })
	}
	if g.paperHeight > 0 {
		return paginate(c.blocks, footer, g.paperHeight-g.top-g.bottom-filler), g, nil
	}
	whole := stacked(append(c.blocks, block{height: g.gap * 0.8}, footer(1, 1)))
	g.paperHeight = math.Ceil(g.top + whole.height + filler + g.bottom)
	return []block{whole}, g, nil
}
