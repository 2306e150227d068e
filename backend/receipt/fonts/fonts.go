// Package fonts carries the glyph packs of printed pages inside the program.
// README.md says what they hold, where they come from and how they are made.
package fonts

import (
	_ "embed"

	"lianxin/backend/receipt/typeface"
)

//go:embed regular.glyphs
var regular []byte

//go:embed bold.glyphs
var bold []byte

//go:embed rare.glyphs
var rare []byte

// Set is the typeface of printed pages.
type Set struct {
	Regular, Bold *typeface.Pack // Noto Sans SC
	Rare          *typeface.Pack // Hanazono Mincho
}

// Open opens the packs. It reads their headers only. Damaged packs are a fault
// of the build, so it panics; a test opens them.
func Open() Set {
	return Set{Regular: mustOpen(regular), Bold: mustOpen(bold), Rare: mustOpen(rare)}
}

func mustOpen(data []byte) *typeface.Pack {
	p, err := typeface.Open(data)
	if err != nil {
		panic(err)
	}
	return p
}
