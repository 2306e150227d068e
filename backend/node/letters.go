package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/letter"
	"lianxin/backend/outbox"
	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// Letters are the operations of a kiosk that the center refused, for the staff
// who deal with them: at the kiosk's screen, or at its terminal while it is closed.
type Letters struct {
	store *store.Store
	now   func() time.Time
	data  string
	who   func() *identity
}

// OpenLetters opens them without starting the kiosk; no other program may have its
// data open. Close must follow.
func OpenLetters(ctx context.Context, config Config) (*Letters, error) {
	config = config.withDefaults()
	opened, err := openStore(ctx, config)
	if err != nil {
		return nil, err
	}
	var who identity
	if _, err := opened.Setting(ctx, identitySetting, &who); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return &Letters{store: opened, now: config.Now, data: config.Data, who: func() *identity { return &who }}, nil
}

// Close releases the data.
func (l *Letters) Close() error { return l.store.Close() }

// openStore opens a kiosk's database with its keys.
func openStore(ctx context.Context, config Config) (*store.Store, error) {
	keyring, err := seal.Load(seal.Source{CredentialsDirectory: os.Getenv("CREDENTIALS_DIRECTORY"),
		File: filepath.Join(config.Data, "keys.json"), Demo: config.Demo, AllowFile: config.AllowKey, Now: config.Now()})
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{URL: filepath.Join(config.Data, "kiosk.db"), Keyring: keyring})
}

func (n *Node) letters() *Letters {
	return &Letters{store: n.store, now: n.config.Now, data: n.config.Data, who: n.identity.Load}
}

// mostLetters is how many are listed and exported at once; the center refuses
// single ones, so that more are a sign of something else.
const mostLetters = 1000

// List returns the refused operations nobody dealt with yet, or those that are
// dealt with, newest first.
func (l *Letters) List(ctx context.Context, settled bool) ([]api.DeadLetter, error) {
	read := l.store.DeadLetters
	if settled {
		read = l.store.SettledLetters
	}
	entries, err := read(ctx, mostLetters)
	if err != nil {
		return nil, err
	}
	views := make([]api.DeadLetter, len(entries))
	for i, e := range entries {
		views[i] = letterView(e)
	}
	return views, nil
}

// letterView is what staff need to find the person: the ticket, and the person masked.
func letterView(e outbox.Entry) api.DeadLetter {
	view := api.DeadLetter{ID: e.ID, Seq: e.Seq, Kind: e.Kind, DeviceTime: e.DeviceTime, Code: e.Code,
		SettledBy: e.SettledBy, SettledAt: e.SettledAt}
	var v visit.Visit
	if strings.HasPrefix(string(e.Kind), "visit.") && json.Unmarshal(e.Payload, &v) == nil {
		mask := v.Person.Masked()
		view.Ticket, view.DocumentMasked = v.Ticket, mask.Number
		if v.Person.DisplayName() != "" {
			view.NameMasked = mask.Name
		}
	}
	return view
}

// Settle notes that somebody dealt with one; by is their staff number or name.
// Fault "letter.not_found".
func (l *Letters) Settle(ctx context.Context, id, by string) error {
	if by == "" {
		return fault.New(fault.Invalid, "letter.by_missing").At("body.by", "letter.by_missing", "")
	}
	return l.store.SettleLetter(ctx, id, by, l.now().UTC())
}

// Export writes those that are open into a new file in the folder (the data
// folder's "letters" when empty), sealed for the center, and returns its path and
// how many it holds. Faults: "letter.none", "kiosk.unenrolled",
// "letter.key_missing".
func (l *Letters) Export(ctx context.Context, folder string) (path string, count int, err error) {
	from, err := l.who().sender()
	if err != nil {
		return "", 0, err
	}
	entries, err := l.store.DeadLetters(ctx, mostLetters)
	if err != nil {
		return "", 0, err
	}
	if len(entries) == 0 {
		return "", 0, fault.New(fault.Conflict, "letter.none")
	}
	key, err := token.KeyFromSeed(from.Seed)
	if err != nil {
		return "", 0, err
	}
	now := l.now().UTC()
	file, err := letter.Seal(from.LetterKey, key, letter.Bundle{DeviceID: from.DeviceID, MadeAt: now, Letters: entries})
	if err != nil {
		return "", 0, err
	}
	if folder == "" {
		folder = filepath.Join(l.data, "letters")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", 0, fmt.Errorf("folder of the letters: %w", err)
	}
	path = filepath.Join(folder, "letters-"+now.Format("20060102T150405.000Z")+".json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		return "", 0, fmt.Errorf("write letters: %w", err)
	}
	return path, len(entries), nil
}

// ExportLetters implements api.Kiosk.
func (n *Node) ExportLetters(ctx context.Context, pin string) (api.LetterExport, error) {
	if err := n.checkPIN(pin); err != nil {
		return api.LetterExport{}, err
	}
	path, count, err := n.letters().Export(ctx, "")
	if err == nil {
		n.config.Log.InfoContext(ctx, "dead letters exported", "count", count)
	}
	return api.LetterExport{File: path, Count: count}, err
}

// SettleLetter implements api.Kiosk.
func (n *Node) SettleLetter(ctx context.Context, id string, in api.LetterSettled) error {
	if err := n.checkPIN(in.PIN); err != nil {
		return err
	}
	if err := n.letters().Settle(ctx, id, in.By); err != nil {
		return err
	}
	n.config.Log.InfoContext(ctx, "dead letter dealt with", "operation", id)
	n.made(nil) // the center hears the new count
	return nil
}
