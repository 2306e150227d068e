//go:build bindings

package app

import (
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
)

// `wails build` starts the program with this tag and no arguments, to list what
// is bound. Our own client needs no such list, so it is written and thrown away.
func init() {
	if err := wails.Run(&options.App{Bind: []any{&Bridge{}}}); err != nil {
		os.Exit(ExitFailed)
	}
	os.Exit(ExitStopped)
}
