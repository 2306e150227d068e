package typeface

import "strings"

// A Chinese punctuation mark fills half of its square. Where two meet, as in
// ），or ：“, the empty halves together make a hole of a whole character;
// printers close half of it up (W3C, Requirements for Chinese Text Layout,
// §3.1.6). One of the two then takes its narrow form.
const (
	emptyAfter  = "。，、；：）》」』】〕〉〗”’" // ink in the left half
	emptyBefore = "（《「『【〔〈〖“‘"      // ink in the right half
)

// form is a character as it stands in a text.
type form struct {
	r      rune
	narrow bool
}

// forms returns the characters of text to draw, each in its form.
func forms(text string) []form {
	var fs []form
	for _, r := range text {
		if Ignorable(r) {
			continue
		}
		f := form{r: r}
		if n := len(fs); n > 0 {
			before := &fs[n-1]
			mark := strings.ContainsRune(emptyAfter, r) || strings.ContainsRune(emptyBefore, r)
			switch {
			case mark && strings.ContainsRune(emptyAfter, before.r):
				before.narrow = true
			case strings.ContainsRune(emptyBefore, r) && strings.ContainsRune(emptyBefore, before.r):
				f.narrow = true
			}
		}
		fs = append(fs, f)
	}
	return fs
}

// narrowed returns the form of a punctuation mark without its empty half; o
// itself when its ink does not leave half of the square free.
func narrowed(r rune, o Outline) Outline {
	const half, overlap = Em / 2, Em / 25
	xMin, _, xMax, _ := o.box()
	switch {
	case o.Advance != Em:
		return o
	case strings.ContainsRune(emptyAfter, r) && xMax <= half+overlap:
		return Outline{Advance: half, Contours: o.Contours}
	case strings.ContainsRune(emptyBefore, r) && xMin >= half-overlap:
		moved := Outline{Advance: half, Contours: make([]Contour, len(o.Contours))}
		for i, c := range o.Contours {
			for _, p := range c {
				moved.Contours[i] = append(moved.Contours[i], Point{p.X - half, p.Y, p.On})
			}
		}
		return moved
	}
	return o
}
