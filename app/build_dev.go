//go:build dev

package app

import "os"

// devBuild is true in development builds: they carry the development server,
// the inspector and the context menu, and must never stand in a lobby.
const devBuild = true

// dialogFolder answers the system's dialogs where the pages are driven in a browser and
// nobody sees those: all files in it are chosen, and what is saved is saved there.
func dialogFolder() string { return os.Getenv("LIANXIN_DIALOG") }
