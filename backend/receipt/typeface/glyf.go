package typeface

// Flags of a point in the glyf table.
const (
	flagOn     = 1 << 0
	flagShortX = 1 << 1
	flagShortY = 1 << 2
	flagRepeat = 1 << 3
	flagSameX  = 1 << 4 // with flagShortX: positive
	flagSameY  = 1 << 5 // with flagShortY: positive
)

// appendGlyph appends a simple glyph as the glyf table holds it; nothing for
// an outline without contours, such as the space.
func appendGlyph(b []byte, o Outline) []byte {
	if len(o.Contours) == 0 {
		return b
	}
	xMin, yMin, xMax, yMax := o.box()
	b = appendInt16(b, len(o.Contours))
	for _, v := range []int{xMin, yMin, xMax, yMax} {
		b = appendInt16(b, v)
	}
	end := -1
	var flags, xs, ys []byte
	x, y := 0, 0
	for _, c := range o.Contours {
		end += len(c)
		b = appendInt16(b, end)
		for _, p := range c {
			flag := byte(0)
			if p.On {
				flag = flagOn
			}
			var fx, fy byte
			xs, fx = appendStep(xs, p.X-x, flagShortX, flagSameX)
			ys, fy = appendStep(ys, p.Y-y, flagShortY, flagSameY)
			flags = append(flags, flag|fx|fy)
			x, y = p.X, p.Y
		}
	}
	b = append(b, 0, 0) // no instructions
	b = appendFlags(b, flags)
	b = append(b, xs...)
	return append(b, ys...)
}

// appendStep writes one coordinate's step in its shortest form.
func appendStep(b []byte, step int, short, same byte) ([]byte, byte) {
	switch {
	case step == 0:
		return b, same
	case step > 0 && step < 256:
		return append(b, byte(step)), short | same
	case step < 0 && step > -256:
		return append(b, byte(-step)), short
	default:
		return appendInt16(b, step), 0
	}
}

// appendFlags writes runs of equal flags once with a count.
func appendFlags(b, flags []byte) []byte {
	for i := 0; i < len(flags); {
		n := 1
		for i+n < len(flags) && flags[i+n] == flags[i] && n < 256 {
			n++
		}
		if n > 2 {
			b = append(b, flags[i]|flagRepeat, byte(n-1))
		} else {
			for range n {
				b = append(b, flags[i])
			}
		}
		i += n
	}
	return b
}
