//go:build dev

package app

// devBuild is true in development builds: they carry the development server,
// the inspector and the context menu, and must never stand in a lobby.
const devBuild = true
