package typeface

import (
	"encoding/binary"
	"errors"
)

var errShortBlock = errors.New("a glyph is cut off")

// encodeGlyph appends one outline: advance, number of contours, then for each
// contour its length and the steps from point to point. The lowest bit of a
// step's x tells whether the point is on the curve.
func encodeGlyph(b []byte, o Outline) []byte {
	b = binary.AppendUvarint(b, uint64(o.Advance))
	b = binary.AppendUvarint(b, uint64(len(o.Contours)))
	x, y := 0, 0
	for _, c := range o.Contours {
		b = binary.AppendUvarint(b, uint64(len(c)))
		for _, p := range c {
			step := int64(p.X-x) << 1
			if p.On {
				step |= 1
			}
			b = binary.AppendVarint(b, step)
			b = binary.AppendVarint(b, int64(p.Y-y))
			x, y = p.X, p.Y
		}
	}
	return b
}

// blockReader reads what encodeGlyph wrote; after the end it yields zeros and
// remembers that it did.
type blockReader struct {
	b     []byte
	short bool
}

func (r *blockReader) uvarint() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(len(r.b))*64 && v > 1<<16 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *blockReader) varint() int {
	v, n := binary.Varint(r.b)
	if n <= 0 || v > 1<<20 || v < -1<<20 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func decodeBlock(raw []byte) ([]Outline, error) {
	r := &blockReader{b: raw}
	var block []Outline
	for len(r.b) > 0 {
		o := Outline{Advance: r.uvarint()}
		contours := r.uvarint()
		x, y := 0, 0
		for range contours {
			points := r.uvarint()
			if r.short || points > len(r.b) {
				return nil, errShortBlock
			}
			c := make(Contour, points)
			for i := range c {
				step := r.varint()
				x, y = x+step>>1, y+r.varint()
				c[i] = Point{X: x, Y: y, On: step&1 == 1}
			}
			o.Contours = append(o.Contours, c)
		}
		if r.short {
			return nil, errShortBlock
		}
		block = append(block, o)
	}
	return block, nil
}
