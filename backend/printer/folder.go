package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"lianxin/backend/fault"
)

// Folder "prints" by writing TITLE.pdf into a folder, whole or not at all.
type Folder struct {
	dir string
	mu  sync.Mutex
}

// NewFolder returns a printer into dir, which is made when the first job comes.
func NewFolder(dir string) *Folder { return &Folder{dir: dir} }

// Print writes the file. A file of the same content that is already there counts
// as printed; another one under the same title is left alone: printer.title_taken.
func (p *Folder) Print(ctx context.Context, job Job) Outcome {
	if f := job.check(); f != nil {
		return failed(f)
	}
	if err := ctx.Err(); err != nil {
		return failed(fault.Wrap(err, fault.Unavailable, "printer.withdrawn"))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	path := filepath.Join(p.dir, job.Title+".pdf")
	switch there, err := os.ReadFile(path); {
	case err == nil && bytes.Equal(there, job.PDF):
		return printed()
	case err == nil:
		return failed(fault.New(fault.Conflict, "printer.title_taken"))
	case !errors.Is(err, fs.ErrNotExist):
		return failed(fault.Wrap(err, fault.Unavailable, "printer.folder"))
	}
	if err := writeWhole(path, job.PDF); err != nil {
		return failed(fault.Wrap(err, fault.Unavailable, "printer.folder"))
	}
	return printed()
}

// Status is Ready when the folder can be written to, or can be made.
func (p *Folder) Status(context.Context) Status {
	err := os.MkdirAll(p.dir, 0o700)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(p.dir, ".probe-*"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err != nil {
		return statusOf(Trouble, err)
	}
	return statusOf(Ready, nil)
}

// writeWhole writes beside the final name and renames when all is on the disk.
func writeWhole(path string, content []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("folder for printed files: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".printing-*")
	if err != nil {
		return fmt.Errorf("file to print into: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = writeOn(f, content); err != nil {
		return fmt.Errorf("write the printed file: %w", err)
	}
	return os.Rename(f.Name(), path)
}

// writeOn writes content, waits until it is on the disk, and closes f.
func writeOn(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
