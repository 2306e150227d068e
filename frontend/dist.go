// Package frontend carries the built pages inside the programs.
package frontend

import (
	"embed"
	"io/fs"
)

// The folder always holds .gitkeep, so that Go compiles before the pages are built.
//
//go:embed all:dist
var dist embed.FS

// Pages returns the built pages with index.html at its root.
// Before `make build` (or `npm run build`) it holds no page at all.
func Pages() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant, valid path: this cannot happen
	}
	return pages
}
