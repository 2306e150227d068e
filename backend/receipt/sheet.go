package receipt

import (
	"github.com/johnfercher/go-tree/node"
	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/page"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/extension"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/linestyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/orientation"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/phpdave11/gofpdf"

	"lianxin/backend/receipt/typeface"
)

// fontFamily is what maroto believes our text to be set in: one of the fonts
// every PDF reader has, so it loads none, and one whose text it passes on byte
// by byte. sealed puts ours in its place.
const fontFamily = "times"

// fontStyles are maroto's names of the two weights.
var fontStyles = [...]fontstyle.Type{typeface.Regular: fontstyle.Normal, typeface.Bold: fontstyle.Bold}

func init() {
	// Without this, fonts and pictures are numbered in the order of a Go map,
	// another one in every run.
	gofpdf.SetDefaultCatalogSort(true)
}

// filler is the height in millimetres of the empty row maroto ends a page with.
// It rounds that row down to 1e-9; with a remainder below that the page comes
// out a little short instead of, by the last bit of a sum, too long, which
// would add an empty page.
const filler = 1 + 5e-10

// drawPages hands each page to maroto as one row and returns the PDF. Its text
// is glyph numbers in a font that is not ours: see sealed.
func drawPages(g geometry, pages []block) ([]byte, error) {
	m := maroto.New(config.NewBuilder().
		WithDimensions(g.paperWidth, g.paperHeight).
		WithLeftMargin(g.left).WithRightMargin(g.right).WithTopMargin(g.top).WithBottomMargin(g.bottom).
		WithDefaultFont(&props.Font{Family: fontFamily, Size: g.sizes.body}).
		WithMaxGridSize(1).
		Build())
	height := g.paperHeight - g.top - g.bottom - filler
	for _, b := range pages {
		m.AddPages(page.New().Add(row.New(height).Add(col.New(1).Add(&sheet{block: b}))))
	}
	document, err := m.Generate()
	if err != nil {
		return nil, err
	}
	return document.GetBytes(), nil
}

// sheet is a maroto component that draws a page where its row stands.
type sheet struct{ block block }

// Render implements core.Component.
func (s *sheet) Render(p core.Provider, at *entity.Cell) {
	for _, d := range s.block.drawing {
		x, y := at.X+d.x, at.Y+d.y
		switch {
		case d.text != nil:
			drawText(p, x, y, d.text)
		case d.line != nil:
			drawLine(p, x, y, d.line)
		case d.image != nil:
			cell := &entity.Cell{X: x, Y: y, Width: d.image.side, Height: d.image.side}
			p.AddImageFromBytes(d.image.png, cell, &props.Rect{Percent: 100}, extension.Png)
		}
	}
}

// drawText puts text on its base line. Maroto sets text one font size below
// the top of a cell and breaks what is wider than the cell; ours is broken
// already and must stay, so the cell is as wide as any text.
func drawText(p core.Provider, x, y float64, r *run) {
	const endless = 1e6
	p.AddText(r.codes, &entity.Cell{X: x, Y: y - r.style.size*point, Width: endless, Height: endless}, &props.Text{
		Family: fontFamily, Style: fontStyles[r.style.weight], Size: r.style.size, Color: rgb(r.style.colour), Align: align.Left,
	})
}

func drawLine(p core.Provider, x, y float64, s *stroke) {
	cell := &entity.Cell{X: x, Y: y}
	line := &props.Line{
		Color: rgb(s.colour), Thickness: s.width, SizePercent: 100,
		Style: linestyle.Solid, Orientation: orientation.Horizontal,
	}
	if s.vertical {
		line.Orientation = orientation.Vertical
		cell.Height = s.length
	} else {
		cell.Width = s.length
	}
	if s.dashed {
		line.Style = linestyle.Dashed
	}
	p.AddLine(cell, line)
}

func rgb(c colour) *props.Color { return &props.Color{Red: c.r, Green: c.g, Blue: c.b} }

// GetHeight implements core.Component.
func (s *sheet) GetHeight(core.Provider, *entity.Cell) float64 { return s.block.height }

// SetConfig implements core.Component; a block is already laid out.
func (s *sheet) SetConfig(*entity.Config) {}

// GetStructure implements core.Component.
func (s *sheet) GetStructure() *node.Node[core.Structure] {
	return node.New(core.Structure{Type: "block", Value: s.block.height})
}
