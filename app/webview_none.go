//go:build !linux || !(production || dev)

package app

import "log/slog"

// Without the window's build tags there is no web view: `go test ./...` runs on
// machines without GTK.

func guardWebView(*slog.Logger, bool, func()) {}

func restartWebView() {}

func renewWebView(string) {}

func showWebView() {}

// WebEngine is empty in a program that was built without a window.
func WebEngine() string { return "" }
