// Package fonts carries the glyph packs of printed pages inside the program.
// README.md says what they hold, where they come from and how they are made.
package fonts

import (
	_ "embed"
	"sync"

	"lianxin/backend/receipt/typeface"
)

//go:embed regular.glyphs
var regular []byte

//go:embed bold.glyphs
var bold []byte

//go:embed rare.glyphs
var rare []byte

// Packs opens the three packs once: Noto Sans SC Regular, Noto Sans SC Bold
// and the rare characters of Hanazono Mincho. Damaged packs are a fault of the
// build, so opening them panics; a test opens them.
var Packs = sync.OnceValue(func() (packs struct{ Regular, Bold, Rare *typeface.Pack }) {
	for _, p := range []struct {
		pack *(*typeface.Pack)
		data []byte
	}{{&packs.Regular, regular}, {&packs.Bold, bold}, {&packs.Rare, rare}} {
		opened, err := typeface.Open(p.data)
		if err != nil {
			panic(err)
		}
		*p.pack = opened
	}
	return packs
})
