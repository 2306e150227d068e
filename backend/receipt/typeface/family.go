package typeface

import (
	"fmt"
	"unicode"
)

// Weight is one of the two weights of a page.
type Weight int

const (
	Regular Weight = iota
	Bold
)

// Em is the number of units per em of every outline a Family hands out: the grid of
// the text typeface, so that its characters are taken as they are.
const Em = 500

// How far edges move outwards, in units of Em, where the wanted weight has no
// form of its own. Found by eye at 203 and 600 dpi next to Noto Sans SC.
const (
	boldFromRegular = 10
	regularFromRare = 4.5
	boldFromRare    = 13
)

// Family draws a character in two weights and knows where to look for it.
type Family struct {
	regular, bold *Pack
	rare          *Pack            // lighter, complete in Chinese characters
	drawn         map[rune]Outline // symbols of our own, the same in both weights
}

// NewFamily joins the packs of a typeface. The drawn symbols win over all
// packs; then comes the wanted weight, then regular made bold, then rare.
func NewFamily(regular, bold, rare *Pack, drawn map[rune]Outline) *Family {
	return &Family{regular: regular, bold: bold, rare: rare, drawn: drawn}
}

// Has tells whether the family can draw r.
func (f *Family) Has(r rune) bool {
	_, drawn := f.drawn[r]
	return drawn || f.regular.Has(r) || f.rare.Has(r) || f.bold.Has(r)
}

// Ignorable tells whether r has no form of its own: variation selectors,
// joiners, byte order marks. Printing leaves them out.
func Ignorable(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		r >= 0x200B && r <= 0x200F || r == 0x00AD || r == 0x2060 || r == 0xFEFF
}

// Metrics returns the measures of the text typeface of weight w in units of Em.
func (f *Family) Metrics(w Weight) Metrics {
	if w == Bold {
		return f.bold.Metrics.Scaled(Em)
	}
	return f.regular.Metrics.Scaled(Em)
}

// Outline returns the form of r in weight w. ok is false when no pack has it.
func (f *Family) Outline(w Weight, r rune) (o Outline, ok bool, err error) {
	if o, ok := f.drawn[r]; ok {
		return o, true, nil
	}
	for _, source := range f.sources(w) {
		o, ok, err := source.pack.Outline(r)
		if err != nil {
			return Outline{}, false, fmt.Errorf("typeface: %w", err)
		}
		if ok {
			o = o.Scaled(source.pack.UnitsPerEm, Em)
			if source.embolden > 0 {
				o = o.Emboldened(source.embolden)
			}
			return o, true, nil
		}
	}
	return Outline{}, false, nil
}

type source struct {
	pack     *Pack
	embolden float64
}

func (f *Family) sources(w Weight) []source {
	if w == Bold {
		return []source{{f.bold, 0}, {f.regular, boldFromRegular}, {f.rare, boldFromRare}}
	}
	return []source{{f.regular, 0}, {f.rare, regularFromRare}}
}
