package textmessage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Folder leaves each message as a JSON file for another program to send: its name is
// the message's ID with .json, it appears whole, and only the center's user and group
// may read it. Whoever sends it removes it; one past its time must not be sent.
type Folder struct{ Path string }

// Send implements Driver.
func (f Folder) Send(_ context.Context, m Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	file, err := os.CreateTemp(f.Path, ".message-*")
	if err != nil {
		return fmt.Errorf("leave a message: %w", err)
	}
	_, err = file.Write(body)
	for _, step := range []func() error{func() error { return file.Chmod(0o640) }, file.Sync} {
		if err == nil {
			err = step()
		}
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.Path, m.ID+".json"))
	}
	if err != nil {
		_ = os.Remove(file.Name()) // a part of a message is no message
		return fmt.Errorf("leave a message: %w", err)
	}
	return nil
}
