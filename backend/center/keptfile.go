package center

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// readKept reads what a center keeps beside its database. A file that is not there, or was
// cut off by a power failure, is as good as none.
func readKept[T any](path string) (kept T, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return kept, err
	}
	var whole T
	if json.Unmarshal(text, &whole) == nil {
		kept = whole
	}
	return kept, nil
}

// writeKept replaces such a file in one step; where there is no room, what was kept stays. It
// is not synced: the loss of power is not what these files are there for.
func writeKept(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
