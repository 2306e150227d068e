package receipt

// Layout names the paper a page is made for.
type Layout string

const (
	Roll80 Layout = "roll80" // 80 mm thermal roll, 72 mm printable, as long as its content
	A5     Layout = "a5"     // 148 × 210 mm
	A4     Layout = "a4"     // 210 × 297 mm
)

// Layouts lists every layout.
func Layouts() []Layout { return []Layout{Roll80, A5, A4} }

// sizes are the type sizes of a layout in points.
type sizes struct {
	ticket, title, lead, body, small float64
}

// geometry is everything that differs between papers. Lengths are millimetres.
type geometry struct {
	paperWidth, paperHeight   float64 // height 0: as long as the content
	left, right, top, bottom  float64
	sizes                     sizes
	label                     float64 // width of the label column
	gap                       float64 // between groups
	code                      float64 // side of a QR code
	ruleWidth, frameWidth     float64
	wide                      bool // groups may stand side by side
	ink, quiet, accent, faint colour
}

type colour struct{ r, g, b int }

var (
	black  = colour{0, 0, 0}
	ink    = colour{26, 24, 23}
	quiet  = colour{104, 99, 95} // 5.9:1 on white
	accent = colour{176, 32, 42}
	faint  = colour{203, 197, 190}
)

// content returns the width between the margins.
func (g geometry) content() float64 { return g.paperWidth - g.left - g.right }

// dense is a sheet for pages that say much: on A4 they keep the type of A5, with its room.
func (g geometry) dense() geometry {
	if g.paperWidth < geometries[A4].paperWidth {
		return g
	}
	small := geometries[A5]
	g.sizes, g.gap, g.code, g.label = small.sizes, small.gap*1.1, small.code, small.label*1.25
	g.top, g.bottom = 16, 14
	return g
}

// geometries holds the papers. A thermal head knows black and nothing else:
// grey would become a pattern of dots and small grey text unreadable, so the
// roll gets black throughout and lines of whole dots (203 dpi: 0.125 mm).
var geometries = map[Layout]geometry{
	Roll80: {
		paperWidth: 80, left: 4, right: 4, top: 4, bottom: 6,
		sizes: sizes{ticket: 78, title: 16, lead: 13, body: 10, small: 8},
		label: 17, gap: 3, code: 27, ruleWidth: 0.25, frameWidth: 0.375,
		ink: black, quiet: black, accent: black, faint: black,
	},
	A5: {
		paperWidth: 148, paperHeight: 210, left: 13, right: 13, top: 9, bottom: 8, wide: true,
		sizes: sizes{ticket: 76, title: 20, lead: 14, body: 10, small: 8.25},
		label: 17, gap: 3.5, code: 27, ruleWidth: 0.2, frameWidth: 0.3,
		ink: ink, quiet: quiet, accent: accent, faint: faint,
	},
	A4: {
		paperWidth: 210, paperHeight: 297, left: 22, right: 22, top: 20, bottom: 18, wide: true,
		sizes: sizes{ticket: 116, title: 26, lead: 17, body: 11.5, small: 9.5},
		label: 22, gap: 5, code: 38, ruleWidth: 0.2, frameWidth: 0.35,
		ink: ink, quiet: quiet, accent: accent, faint: faint,
	},
}
