package receipt

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"sync"
	"unicode/utf16"

	"lianxin/backend/receipt/typeface"
)

// fontNames are the PostScript names the embedded fonts carry.
var fontNames = [...]string{typeface.Regular: "NotoSansSC-Regular", typeface.Bold: "NotoSansSC-Bold"}

// textUnits is what a PDF measures text in: thousandths of the size (ISO 32000-1 §9.2.4).
const textUnits = 1000

// fontObjects returns the objects of one embedded font: the font itself, then,
// numbered from next, its descendant, the way back to characters, the
// descriptor, the widths and the font file.
func fontObjects(next int, w typeface.Weight, s *typeface.Subset) ([][]byte, error) {
	file := s.TrueType()
	name := subsetTag(file) + "+" + fontNames[w]
	m := s.Metrics().Scaled(textUnits)
	toUnicode, err := stream("", toUnicodeMap(s.Runes()))
	if err != nil {
		return nil, err
	}
	fontFile, err := stream(fmt.Sprintf(" /Length1 %d", len(file)), file)
	if err != nil {
		return nil, err
	}
	weight := 80
	flags := 4 // symbolic: glyphs are addressed by number
	if w == typeface.Bold {
		weight, flags = 140, flags|1<<18
	}
	return [][]byte{
		fmt.Appendf(nil, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>",
			name, next, next+1),
		fmt.Appendf(nil, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s"+
			" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"+
			" /FontDescriptor %d 0 R /DW %d /W %d 0 R /CIDToGIDMap /Identity>>",
			name, next+2, textUnits, next+3),
		toUnicode,
		fmt.Appendf(nil, "<</Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [%d %d %d %d] /ItalicAngle 0"+
			" /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
			name, flags, m.Box[0], m.Box[1], m.Box[2], m.Box[3], m.Ascent, m.Descent, m.CapHeight, weight, next+4),
		widths(s.Advances()),
		fontFile,
	}, nil
}

// subsetTag returns the six letters that tell two subsets of a font apart
// (ISO 32000-1 §9.6.4), drawn from the file so that they are stable.
func subsetTag(file []byte) string {
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// widths lists the advances that are not a full em, runs of neighbours together.
func widths(advances []int) []byte {
	b := []byte("[")
	open := false
	for i, a := range advances {
		switch {
		case a == typeface.Em:
			if open {
				b = append(b, ']')
			}
			open = false
			continue
		case !open:
			b = fmt.Appendf(b, " %d [%d", i+1, a*textUnits/typeface.Em)
			open = true
		default:
			b = fmt.Appendf(b, " %d", a*textUnits/typeface.Em)
		}
	}
	if open {
		b = append(b, ']')
	}
	return append(b, ']')
}

// toUnicodeMap is the CMap that leads from glyph numbers back to characters,
// in UTF-16: a character above U+FFFF is a pair of surrogates.
func toUnicodeMap(runes []rune) []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	// One range with all its characters is shorter than a line for each. Within a
	// range only the last byte of the glyph number may change.
	for first := 1; first <= len(runes); {
		last := min(first|0xFF, len(runes))
		b = fmt.Appendf(b, "1 beginbfrange\n<%04X> <%04X> [", first, last)
		for _, r := range runes[first-1 : last] {
			b = append(b, '<')
			for _, u := range utf16.Encode([]rune{r}) {
				b = fmt.Appendf(b, "%04X", u)
			}
			b = append(b, '>')
		}
		b = append(b, "]\nendbfrange\n"...)
		first = last + 1
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"...)
}

// deflaters are kept: a new one clears 800 KB before its first byte.
var deflaters = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// stream is a compressed stream object.
func stream(extra string, data []byte) ([]byte, error) {
	var z bytes.Buffer
	w := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	w.Reset(&z)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b := fmt.Appendf(nil, "<</Length %d /Filter /FlateDecode%s>>\nstream\n", z.Len(), extra)
	b = append(b, z.Bytes()...)
	return append(b, "\nendstream"...), nil
}

// textString writes text for a document's description: UTF-16 in hexadecimal.
func textString(text string) string {
	out := "<FEFF"
	for _, u := range utf16.Encode([]rune(text)) {
		out += fmt.Sprintf("%04X", u)
	}
	return out + ">"
}
