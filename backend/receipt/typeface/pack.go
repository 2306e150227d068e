package typeface

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"sync"
)

// A pack is a font file reduced to outlines: a header, the ranges of
// characters, the places of the blocks, then the blocks, each a few glyphs
// deflated together. Reading one character inflates one block.
//
//	magic      8 bytes
//	header     11 × uint16 big endian, see packHeader
//	ranges     first rune, number of runes, number of glyphs before: 3 × uint32
//	blocks     offset of each block in the data, one more for the end: uint32
//	data
const packMagic = "LXGLYPH1"

// cachedBlocks bounds the memory a pack may take for inflated blocks. A page
// touches about 150; a busy server sees a few thousand characters in a day.
const cachedBlocks = 1024

// Metrics are the measures of a whole typeface in units of its em.
type Metrics struct {
	UnitsPerEm int
	Ascent     int
	Descent    int // negative: below the base line
	CapHeight  int
	Box        [4]int // xMin, yMin, xMax, yMax around all glyphs
}

// Scaled returns m for another number of units per em.
func (m Metrics) Scaled(to int) Metrics {
	scale := func(v int) int { return v * to / m.UnitsPerEm }
	return Metrics{
		UnitsPerEm: to, Ascent: scale(m.Ascent), Descent: scale(m.Descent), CapHeight: scale(m.CapHeight),
		Box: [4]int{scale(m.Box[0]), scale(m.Box[1]), scale(m.Box[2]), scale(m.Box[3])},
	}
}

type packHeader struct {
	UnitsPerEm, Ascent, Descent, CapHeight int16
	Box                                    [4]int16
	GlyphsPerBlock, Ranges, Blocks         uint16
}

// Pack is an opened glyph pack. It is safe for concurrent use.
type Pack struct {
	Metrics
	perBlock int
	ranges   []byte
	offsets  []byte
	data     []byte

	mu      sync.Mutex
	blocks  map[int][]Outline
	inflate io.ReadCloser // reused: a new one clears 40 KB
	raw     bytes.Buffer  // of the block inflated last
}

// Open reads the header of a pack. The bytes are kept, not copied, and must
// not change.
func Open(pack []byte) (*Pack, error) {
	if !bytes.HasPrefix(pack, []byte(packMagic)) {
		return nil, errors.New("glyph pack: not a glyph pack of this version")
	}
	rest := pack[len(packMagic):]
	var h packHeader
	n, err := binary.Decode(rest, binary.BigEndian, &h)
	if err != nil {
		return nil, fmt.Errorf("glyph pack: header: %w", err)
	}
	rest = rest[n:]
	tables := int(h.Ranges)*12 + (int(h.Blocks)+1)*4
	if len(rest) < tables || h.GlyphsPerBlock == 0 {
		return nil, errors.New("glyph pack: cut off")
	}
	p := &Pack{
		Metrics: Metrics{
			UnitsPerEm: int(h.UnitsPerEm), Ascent: int(h.Ascent), Descent: int(h.Descent), CapHeight: int(h.CapHeight),
			Box: [4]int{int(h.Box[0]), int(h.Box[1]), int(h.Box[2]), int(h.Box[3])},
		},
		perBlock: int(h.GlyphsPerBlock),
		ranges:   rest[:int(h.Ranges)*12],
		offsets:  rest[int(h.Ranges)*12 : tables],
		data:     rest[tables:],
		blocks:   map[int][]Outline{},
	}
	if end := p.offset(int(h.Blocks)); end != len(p.data) {
		return nil, fmt.Errorf("glyph pack: %d bytes of glyphs, %d announced", len(p.data), end)
	}
	return p, nil
}

func (p *Pack) offset(block int) int { return int(binary.BigEndian.Uint32(p.offsets[block*4:])) }

func (p *Pack) rangeAt(i int) (first, count, before int) {
	b := p.ranges[i*12:]
	return int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:])), int(binary.BigEndian.Uint32(b[8:]))
}

// index returns which glyph of the pack stands for r.
func (p *Pack) index(r rune) (int, bool) {
	n := len(p.ranges) / 12
	i := sort.Search(n, func(i int) bool {
		first, _, _ := p.rangeAt(i)
		return first > int(r)
	}) - 1
	if i < 0 {
		return 0, false
	}
	first, count, before := p.rangeAt(i)
	if int(r)-first >= count {
		return 0, false
	}
	return before + int(r) - first, true
}

// Has tells whether the pack can draw r, without reading the glyph.
func (p *Pack) Has(r rune) bool {
	_, ok := p.index(r)
	return ok
}

// Outline returns the form of r. ok is false when the pack has none. An error
// means that the pack is damaged.
func (p *Pack) Outline(r rune) (o Outline, ok bool, err error) {
	i, ok := p.index(r)
	if !ok {
		return Outline{}, false, nil
	}
	block, err := p.block(i / p.perBlock)
	if err != nil {
		return Outline{}, false, err
	}
	if i%p.perBlock >= len(block) {
		return Outline{}, false, fmt.Errorf("glyph pack: block %d is short", i/p.perBlock)
	}
	return block[i%p.perBlock], true, nil
}

func (p *Pack) block(n int) ([]Outline, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, ok := p.blocks[n]; ok {
		return b, nil
	}
	if (n+2)*4 > len(p.offsets) || p.offset(n) > p.offset(n+1) || p.offset(n+1) > len(p.data) {
		return nil, fmt.Errorf("glyph pack: no block %d", n)
	}
	if err := p.inflated(p.data[p.offset(n):p.offset(n+1)]); err != nil {
		return nil, fmt.Errorf("glyph pack: block %d: %w", n, err)
	}
	b, err := decodeBlock(p.raw.Bytes())
	if err != nil {
		return nil, fmt.Errorf("glyph pack: block %d: %w", n, err)
	}
	if len(p.blocks) >= cachedBlocks {
		clear(p.blocks)
	}
	p.blocks[n] = b
	return b, nil
}

// inflated puts a block's content into p.raw.
func (p *Pack) inflated(block []byte) error {
	source := bytes.NewReader(block)
	if p.inflate == nil {
		p.inflate = flate.NewReader(source)
	} else if err := p.inflate.(flate.Resetter).Reset(source, nil); err != nil {
		return err
	}
	p.raw.Reset()
	_, err := p.raw.ReadFrom(p.inflate)
	return err
}
