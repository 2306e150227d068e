package app

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// The kiosk's screen stands upright.
const (
	screenWidth  = 1080
	screenHeight = 1920
)

//go:embed painted.js
var paintedScript string

// windowOptions says everything about the window in one place.
func (k *Kiosk) windowOptions() *options.App {
	width, height, state := screenWidth, screenHeight, options.Fullscreen
	if k.config.Windowed {
		width, height, state = screenWidth/2, screenHeight/2, options.Normal
	}
	title, least, drops := "连心 Lianxin", [2]int{}, &options.DragAndDrop{DisableWebViewDrop: true}
	if f := k.config.Frame; f != nil {
		if f.Dropped != nil {
			drops = &options.DragAndDrop{EnableFileDrop: true}
		}
		title, width, height, least = f.Title, f.Width, f.Height, [2]int{f.MinWidth, f.MinHeight}
		if f.Maximised {
			state = options.Maximised
		}
	}
	return &options.App{
		Title:            title,
		Width:            width,
		Height:           height,
		MinWidth:         least[0],
		MinHeight:        least[1],
		Frameless:        !k.config.Windowed,
		WindowStartState: state,
		BackgroundColour: options.NewRGB(0xfd, 0xf8, 0xf3), // the page's own paper, so that loading does not flash
		AssetServer: &assetserver.Options{
			Assets:     k.config.Page,
			Middleware: k.pageMiddleware,
		},
		Bind:        []any{k.bridge},
		DragAndDrop: drops,
		Linux: &linux.Options{
			ProgramName:      "lianxin",
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever, // software drawing works on every kiosk computer
		},
		Logger:             windowLog{k.config.Log},
		OnStartup:          k.start,
		OnDomReady:         k.pageLoaded,
		OnBeforeClose:      k.closeAsked,
		SingleInstanceLock: nil, // see LockFolder
	}
}

func (k *Kiosk) pageMiddleware(next http.Handler) http.Handler {
	if k.config.DevServer != "" {
		next = browserOnly(next)
	}
	if k.config.Frame != nil {
		return secured(framingPolicy, next)
	}
	return secured(contentSecurityPolicy, next)
}

// pageLoaded runs after every load of the page, the first and each reload.
func (k *Kiosk) pageLoaded(ctx context.Context) {
	if k.config.DevServer == "" {
		runtime.WindowExecJS(ctx, paintedScript)
	}
}

// prepareEnvironment sets what the web engine reads from the environment; it
// must run before the window opens. The engine's own storage goes to a folder
// inside the data folder that every start empties.
func (k *Kiosk) prepareEnvironment() error {
	folder := filepath.Join(k.config.Data, "window")
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("empty the window's storage: %w", err)
	}
	settings := map[string]string{
		"WEBKIT_DISABLE_DMABUF_RENDERER": "1", // blank windows on many graphics drivers
		"XDG_CACHE_HOME":                 filepath.Join(folder, "cache"),
		"XDG_DATA_HOME":                  filepath.Join(folder, "data"),
	}
	if os.Getenv("WAYLAND_DISPLAY") != "" {
		// Under a compositor without a login session the library would insist on X11.
		settings["GDK_BACKEND"], settings["XDG_SESSION_TYPE"] = "wayland", "wayland"
	}
	if k.config.DevServer != "" {
		settings["devserver"] = k.config.DevServer
	}
	var failures []error
	for name, value := range settings {
		failures = append(failures, os.Setenv(name, value))
	}
	// Each of these opens an inspector.
	for _, name := range []string{"GTK_DEBUG", "WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER"} {
		failures = append(failures, os.Unsetenv(name))
	}
	return errors.Join(failures...)
}

// runWindow opens the window and returns when it is gone. The window library
// panics where there is no usable display.
func (k *Kiosk) runWindow() (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("open the window: %v", value)
		}
	}()
	return wails.Run(k.windowOptions())
}
