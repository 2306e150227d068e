package receipt

// A block is a piece of a page that is not divided: its height and the things
// drawn in it, placed from its upper left corner. Lengths are millimetres.
type block struct {
	height  float64
	drawing []drawn
	stays   bool // with the block after it: a heading does not end a page

	separates bool // is only a gap or a line between groups
}

// drawn is one thing on paper.
type drawn struct {
	x, y  float64 // a text's base line, a line's start, a picture's corner
	text  *run
	line  *stroke
	image *picture
}

// run is text of one style on one line, as glyph numbers.
type run struct {
	codes string // two bytes for each glyph
	style style
}

// stroke is a straight line, horizontal or vertical.
type stroke struct {
	length, width float64
	vertical      bool
	dashed        bool
	colour        colour
}

// picture is a PNG file drawn as a square.
type picture struct {
	png  []byte
	side float64
}

// moved returns b shifted inside its place.
func (b block) moved(dx, dy float64) block {
	shifted := block{height: b.height + dy, stays: b.stays, drawing: make([]drawn, len(b.drawing))}
	for i, d := range b.drawing {
		d.x, d.y = d.x+dx, d.y+dy
		shifted.drawing[i] = d
	}
	return shifted
}

// frame draws a box along the inside of b's edges.
func (b *block) frame(width, thickness float64, col colour) {
	half := thickness / 2
	for _, y := range []float64{half, b.height - half} {
		b.drawing = append(b.drawing, drawn{y: y, line: &stroke{length: width, width: thickness, colour: col}})
	}
	for _, x := range []float64{half, width - half} {
		b.drawing = append(b.drawing, drawn{x: x, line: &stroke{length: b.height, width: thickness, vertical: true, colour: col}})
	}
}

// stacked joins blocks downwards into one that is not divided.
func stacked(blocks []block) block {
	var whole block
	for _, b := range blocks {
		m := b.moved(0, whole.height)
		whole.drawing = append(whole.drawing, m.drawing...)
		whole.height = m.height
	}
	return whole
}

// beside joins two blocks side by side, the right one beginning at x.
func beside(left, right block, x float64) block {
	return block{
		height:  max(left.height, right.height),
		drawing: append(left.drawing[:len(left.drawing):len(left.drawing)], right.moved(x, 0).drawing...),
	}
}
