package app

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// errNoWindow is for who asks for a dialog before there is a window to open it over.
var errNoWindow = errors.New("the window is not open yet")

// Files says what a dialog offers.
type Files struct {
	Title   string
	Kind    string // what they are called together
	Pattern string // such as *.pdf;*.jpg
}

// Choose opens the system's own dialog for several files and answers their paths, none when
// it is left. The page names no file and sees no path.
func (k *Kiosk) Choose(_ context.Context, files Files) ([]string, error) {
	if folder := dialogFolder(); folder != "" {
		return filepath.Glob(filepath.Join(folder, "*.*"))
	}
	window := k.window.Load()
	if window == nil {
		return nil, errNoWindow
	}
	return runtime.OpenMultipleFilesDialog(*window, runtime.OpenDialogOptions{Title: files.Title,
		Filters: []runtime.FileFilter{{DisplayName: files.Kind + " (" + files.Pattern + ")", Pattern: files.Pattern}}})
}

// SaveAs opens the system's own dialog for a place to write to, "" when it is left.
func (k *Kiosk) SaveAs(_ context.Context, title, name string) (string, error) {
	if folder := dialogFolder(); folder != "" {
		return filepath.Join(folder, name), nil
	}
	window := k.window.Load()
	if window == nil {
		return "", errNoWindow
	}
	return runtime.SaveFileDialog(*window, runtime.SaveDialogOptions{Title: title, DefaultFilename: name})
}
