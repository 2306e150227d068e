//go:build !dev

package app

const devBuild = false

// dialogFolder is for development builds.
func dialogFolder() string { return "" }
