package typeface

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Build writes a pack of the given glyphs. The same glyphs give the same bytes.
func Build(m Metrics, glyphsPerBlock int, glyphs map[rune]Outline) ([]byte, error) {
	runes := slices.Sorted(maps.Keys(glyphs))
	ranges, count := buildRanges(runes)
	var data bytes.Buffer
	var offsets []byte
	for block := range slices.Chunk(runes, glyphsPerBlock) {
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(data.Len()))
		var raw []byte
		for _, r := range block {
			raw = encodeGlyph(raw, glyphs[r])
		}
		if err := deflate(&data, raw); err != nil {
			return nil, err
		}
	}
	blocks := len(offsets) / 4
	offsets = binary.BigEndian.AppendUint32(offsets, uint32(data.Len()))

	out := []byte(packMagic)
	out, err := binary.Append(out, binary.BigEndian, packHeader{
		UnitsPerEm: int16(m.UnitsPerEm), Ascent: int16(m.Ascent), Descent: int16(m.Descent), CapHeight: int16(m.CapHeight),
		Box:            [4]int16{int16(m.Box[0]), int16(m.Box[1]), int16(m.Box[2]), int16(m.Box[3])},
		GlyphsPerBlock: uint16(glyphsPerBlock), Ranges: uint16(count), Blocks: uint16(blocks),
	})
	if err != nil {
		return nil, fmt.Errorf("glyph pack: header: %w", err)
	}
	return slices.Concat(out, ranges, offsets, data.Bytes()), nil
}

func buildRanges(runes []rune) (table []byte, count int) {
	for i := 0; i < len(runes); {
		end := i + 1
		for end < len(runes) && runes[end] == runes[end-1]+1 {
			end++
		}
		table = binary.BigEndian.AppendUint32(table, uint32(runes[i]))
		table = binary.BigEndian.AppendUint32(table, uint32(end-i))
		table = binary.BigEndian.AppendUint32(table, uint32(i))
		count++
		i = end
	}
	return table, count
}

func deflate(w *bytes.Buffer, raw []byte) error {
	z, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(raw); err != nil {
		return err
	}
	return z.Close()
}
