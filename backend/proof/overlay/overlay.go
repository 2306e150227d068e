// Package overlay edits the product's code at build time, through
// `go build -overlay`: proofs so get a program that is killed at a named place, or
// has a planted defect, and the product itself knows nothing of proofs. An edit
// names its place by a text that stands there exactly once, so an edit whose place
// is gone fails instead of doing nothing.
package overlay

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Edit replaces a text that stands exactly once in a file.
type Edit struct {
	Name string // for messages
	File string // from the root
	Old  string
	New  string
}

// Overlay is what a build sees otherwise than the disk has it.
type Overlay struct {
	Root  string // of the module
	Edits []Edit
	Added map[string]string // new files, by path from the root
}

// Files returns every edited and added file, by path from the root. The error names
// each edit whose text is not there exactly once and each file that does not parse.
func (o Overlay) Files() (map[string]string, error) {
	files := map[string]string{}
	var wrong []error
	for _, e := range o.Edits {
		original, err := os.ReadFile(filepath.Join(o.Root, e.File))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", e.Name, err))
			continue
		}
		if n := strings.Count(string(original), e.Old); n != 1 {
			wrong = append(wrong, fmt.Errorf("%s: its text is %d times in %s:\n%s", e.Name, n, e.File, e.Old))
			continue
		}
		text, ok := files[e.File]
		if !ok {
			text = string(original)
		}
		if strings.Count(text, e.Old) != 1 {
			wrong = append(wrong, fmt.Errorf("%s: an edit before it has changed its text in %s", e.Name, e.File))
			continue
		}
		files[e.File] = strings.Replace(text, e.Old, e.New, 1)
	}
	maps.Copy(files, o.Added)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if _, err := parser.ParseFile(token.NewFileSet(), path, files[path], parser.SkipObjectResolution); err != nil {
			wrong = append(wrong, fmt.Errorf("edited, it is no Go any more: %w", err))
		}
	}
	return files, errors.Join(wrong...)
}

// Write puts the files into a folder and returns the path of the list that
// `go build -overlay` takes.
func (o Overlay) Write(folder string) (string, error) {
	files, err := o.Files()
	if err != nil {
		return "", err
	}
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return "", fmt.Errorf("root of the overlay: %w", err)
	}
	replace := map[string]string{}
	for n, path := range slices.Sorted(maps.Keys(files)) {
		edited := filepath.Join(folder, strconv.Itoa(n)+"-"+filepath.Base(path))
		if err := os.WriteFile(edited, []byte(files[path]), 0o600); err != nil {
			return "", fmt.Errorf("write overlay: %w", err)
		}
		replace[filepath.Join(root, path)] = edited
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", fmt.Errorf("encode overlay: %w", err)
	}
	name := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(name, list, 0o600); err != nil {
		return "", fmt.Errorf("write overlay: %w", err)
	}
	return name, nil
}
