package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lianxin/backend/node"
)

// EnrolledCmd tells scripts whether a kiosk belongs to a center.
type EnrolledCmd struct{ Closed }

// exitUnenrolled says that the kiosk belongs to no center yet.
const exitUnenrolled = 5

// Run prints the center and the device, or ends with exitUnenrolled. A folder
// without a kiosk is no error, and nothing is made in it.
func (c EnrolledCmd) Run() error {
	if _, err := os.Stat(filepath.Join(c.Data, "kiosk.db")); errors.Is(err, os.ErrNotExist) {
		return exit{errors.New("no kiosk was started with this folder"), exitUnenrolled}
	}
	return c.locked(func() error {
		center, device, err := node.Enrolled(context.Background(), c.config())
		if err != nil {
			return err
		}
		if device == "" {
			return exit{errors.New("this kiosk is not enrolled"), exitUnenrolled}
		}
		fmt.Println(center, device)
		return nil
	})
}
