// Command empty is a window of the same library with hardly anything in it: what the
// library itself costs. It says "painted" once two frames have passed.
package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

//go:embed page
var page embed.FS

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "empty:", err)
		os.Exit(1)
	}
}

func run() error {
	assets, err := fs.Sub(page, "page")
	if err != nil {
		return err
	}
	return wails.Run(&options.App{
		Title: "empty", Width: 1080, Height: 1920, Frameless: true, WindowStartState: options.Fullscreen,
		AssetServer: &assetserver.Options{Assets: assets},
		OnStartup: func(ctx context.Context) {
			runtime.EventsOn(ctx, "painted", func(...any) { fmt.Println("painted") })
		},
	})
}
