package failpoint

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/proof/simulation"
	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// kioskUnder is a kiosk of a world, running or not.
type kioskUnder struct {
	*process
	world     *world
	name      string
	site      string
	line      *line
	version   int
	enrolment string
	again     []string // people who never heard an answer
	saved     []string // what was said to be safe
}

func (k *kioskUnder) data() string   { return filepath.Join(k.world.folder, k.name) }
func (k *kioskUnder) papers() string { return filepath.Join(k.world.folder, k.name+"-papers") }

// start starts it; false when the fuse ended it before it was open.
func (k *kioskUnder) start(with *fuse) bool {
	k.launch(with)
	return k.isOpen(with)
}

func (k *kioskUnder) launch(with *fuse) {
	k.process = launch(k.world.t, k.world.folder, with, nil, k.world.programs.kiosk,
		"-data", k.data(), "-papers", k.papers(), "-version", strconv.Itoa(k.version))
}

// isOpen waits until it is.
func (k *kioskUnder) isOpen(with *fuse) bool {
	_, err := k.next()
	if err != nil && (with == nil || !k.endedAt(with.Name)) {
		k.world.t.Fatalf("%s does not open: %v, %v", k.name, err, k.code)
	}
	return err == nil
}

// personOf makes the number of a person nobody is; every ninth is a child.
func personOf(n int) string {
	year := 1970 + n%25
	if n%9 == 8 {
		year = 2014
	}
	return identity.WithCheck(fmt.Sprintf("110199%04d%02d%02d%03d", year, 1+n/25%12, 1+n/300%28, n/8400%1000)).Number
}

// serve checks people in until the kiosk is gone or all are through. Who heard no
// answer tries again the next time.
func (k *kioskUnder) serve(people []string) error {
	people = append(k.again, people...)
	k.again = nil
	for n, number := range people {
		said, err := k.ask("check-in " + number)
		if errors.Is(err, errGone) {
			k.again = people[n:]
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		words := strings.Fields(said)
		switch words[0] {
		case "saved":
			k.saved = append(k.saved, number+" "+words[2])
		case "deferred": // may have been told so before, and not have heard it
		case "known":
		default:
			return fmt.Errorf("%s: %s", k.name, said)
		}
	}
	return nil
}

// kept opens what the kiosk has; it does not run.
func (k *kioskUnder) kept(ctx context.Context) (simulation.Kept, error) {
	ring, err := seal.Load(seal.Source{File: filepath.Join(k.data(), "keys.json"), AllowFile: true})
	if err != nil {
		return simulation.Kept{}, err
	}
	opened, err := store.Open(ctx, store.Options{URL: filepath.Join(k.data(), "kiosk.db"), Keyring: ring})
	return simulation.Kept{Name: k.name, Store: opened, Saved: k.saved, Place: checkin.Place{DeviceID: k.enrolment, SiteID: k.site},
		Key: func(v visit.Visit) string { return v.Person.Document.Number + " " + v.Ticket }}, err
}
