package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// The log of one kiosk: at most 6 files of 4 MiB, about a month of a busy lobby.
const (
	logSize = 4 << 20 // bytes
	logKept = 5       // old files beside the current one
)

// LogFile is a log file that turns itself over: kiosk.log, kiosk.log.1 … .5.
type LogFile struct {
	mu   sync.Mutex
	path string
	max  int64
	file *os.File
	size int64
}

// OpenLogFile opens or makes the file; only its owner may read it.
func OpenLogFile(path string) (*LogFile, error) {
	l := &LogFile{path: path, max: logSize}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("log folder: %w", err)
	}
	if err := l.open(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *LogFile) open() error {
	file, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log file: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("log file: %w", err), file.Close())
	}
	l.file, l.size = file, info.Size()
	return nil
}

// Write appends one log line; a line is never split over two files.
func (l *LogFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(line)) > l.max {
		if err := l.turnOver(); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(line)
	l.size += int64(n)
	return n, err
}

func (l *LogFile) turnOver() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("log file: %w", err)
	}
	for n := logKept - 1; n >= 0; n-- {
		err := os.Rename(l.name(n), l.name(n+1))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(fmt.Errorf("log file: %w", err), l.open())
		}
	}
	return l.open()
}

func (l *LogFile) name(n int) string {
	if n == 0 {
		return l.path
	}
	return fmt.Sprintf("%s.%d", l.path, n)
}

// Close ends the log.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// NewLog writes structured lines to w. Callers give it no personal data: codes,
// counts and ids only.
func NewLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// windowLog is the window library's log, cut down to words that are certainly
// not personal: the library logs whole messages of the page, with their bodies.
type windowLog struct{ log *slog.Logger }

func (w windowLog) Print(string)   {}
func (w windowLog) Trace(string)   {}
func (w windowLog) Debug(string)   {}
func (w windowLog) Info(string)    {}
func (w windowLog) Warning(string) { w.log.Warn("window library warning; its text is not kept") }
func (w windowLog) Error(string)   { w.log.Error("window library error; its text is not kept") }
func (w windowLog) Fatal(string)   { w.log.Error("window library failed; its text is not kept") }
