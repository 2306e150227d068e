package app

import "io/fs"

// Frame is how the window of a desk looks. A kiosk has none: it takes the whole screen.
type Frame struct {
	Title     string
	Page      string // the page it begins with, such as desk.html
	Width     int
	Height    int
	MinWidth  int
	MinHeight int
	Maximised bool
	// Dropped hears which files somebody dropped on the window; nil: none are taken. The page
	// is told nothing of them but that they are there.
	Dropped func(paths []string)
}

// Begin returns the built pages with another one of them as index.html, which is what a
// window opens first.
func Begin(pages fs.FS, page string) fs.FS { return beginning{pages, page} }

type beginning struct {
	fs.FS
	page string
}

// Open implements fs.FS.
func (b beginning) Open(name string) (fs.File, error) {
	if name == "index.html" {
		name = b.page
	}
	return b.FS.Open(name)
}
