package simulation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/api"
)

// kiosks is the most one history has.
const kiosks = 4

// Template is a center with enrolled kiosks, copied for every history: enrolling
// them anew each time would take most of the time and prove nothing more.
type Template struct{ folder string }

// NewTemplate makes one in a folder, through the same API as everything else.
func NewTemplate(ctx context.Context, folder string) (*Template, error) {
	w := &World{now: began, folder: folder, chance: rand.New(rand.NewPCG(0, 0))}
	w.center = &center{world: w, data: filepath.Join(folder, "center"), source: newSource(0, 0)}
	if err := w.center.open(); err != nil {
		return nil, err
	}
	for n := range sites {
		if err := w.center.SaveSite(ctx, siteOf(n, 0)); err != nil {
			return nil, err
		}
	}
	if err := w.center.stockShop(ctx); err != nil {
		return nil, err
	}
	for n := range kiosks {
		if err := w.enrol(ctx, n); err != nil {
			return nil, err
		}
	}
	return &Template{folder}, w.center.close()
}

func (w *World) enrol(ctx context.Context, n int) error {
	k := &kiosk{world: w, number: n, data: filepath.Join(w.folder, kioskFolder(n)), source: newSource(0, byte(n+1)), version: "1"}
	k.line = &line{world: w, kiosk: k}
	if err := k.open(); err != nil {
		return err
	}
	enrolment, invitation, err := w.center.Invite(ctx, fmt.Sprintf("kiosk %d", n), "kiosk", siteID(n%sites), "simulation", 10*time.Minute)
	if err != nil {
		return err
	}
	state, err := k.Enrol(ctx, api.EnrolInput{URL: address, Token: string(invitation.Code)})
	if err != nil {
		return err
	}
	if _, err := w.center.Approve(ctx, enrolment.ID, state.Fingerprint, "simulation"); err != nil {
		return err
	}
	return errors.Join(k.Approval(ctx), k.Connect(), k.Pull(ctx), k.close())
}

// copyTo makes a history's own folders. Keys are readable for their owner only.
func (t *Template) copyTo(folder string) error {
	if err := os.CopyFS(folder, os.DirFS(t.folder)); err != nil {
		return fmt.Errorf("copy the template: %w", err)
	}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
}
