package command

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"lianxin/app"
)

// openLog opens the log of a window in its data folder, or standard error, and begins it
// with what runs here.
func openLog(data, name string, toStderr bool, more ...any) (*slog.Logger, error) {
	var out io.Writer = os.Stderr
	if !toStderr {
		file, err := app.OpenLogFile(filepath.Join(data, "log", name))
		if err != nil {
			return nil, err
		}
		out = file
	}
	log := app.NewLog(out)
	slog.SetDefault(log) // what logs without having been given a logger must not go elsewhere
	log.Info("start", append([]any{"version", version, "engine", app.WebEngine()}, more...)...)
	return log, nil
}
