package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// Heal makes every line good and every clock right, and lets everybody exchange
// until nothing is on its way any more.
func (w *World) Heal(ctx context.Context) error {
	for _, k := range w.kiosks {
		k.line.heal()
		k.line.held = nil
		k.off, k.speaks = 0, 0
		if err := k.restart(ctx); err != nil {
			return err
		}
	}
	w.center.off = 0
	if err := w.center.trust(ctx); err != nil {
		return err
	}
	w.say("all is healed")
	for range 60 {
		w.now = w.now.Add(11 * time.Minute)
		if err := w.center.Upkeep(ctx); err != nil {
			return err
		}
		quiet := true
		for _, k := range w.kiosks {
			before := k.Status().Progress.Cursor
			sent, err := k.Store().CountOperations(ctx, outbox.Pending)
			if err != nil {
				return err
			}
			if err := errors.Join(k.push(ctx), k.pull(ctx)); err != nil {
				return err
			}
			pending, err := k.Store().CountOperations(ctx, outbox.Pending)
			if err != nil {
				return err
			}
			// What one sent now the others hear in the next round.
			quiet = quiet && sent == 0 && pending == 0 && k.Status().Online && before == k.Status().Progress.Cursor
		}
		if quiet {
			return nil
		}
	}
	w.broken("queues do not drain: %v", w.waiting(ctx))
	return nil
}

func (w *World) waiting(ctx context.Context) (all []string) {
	for _, k := range w.kiosks {
		pending, err := k.Store().CountOperations(ctx, outbox.Pending)
		all = append(all, fmt.Sprintf("kiosk %d: %d pending, %q (%v)", k.number, pending, k.Status().LastError, err))
	}
	return all
}

// Promises checks everything the product promises, and returns what was broken.
func (w *World) Promises(ctx context.Context) ([]string, error) {
	p := Promises{Center: w.center.Store(), Today: w.center.Today(), Audit: w.center.VerifyAudit}
	p.Passes, p.Ahead = w.passes, w.center.ahead
	if w.center.learnt {
		p.Learnt = w.center.carriedOut
	}
	for n := range w.booked {
		p.Bookings = append(p.Bookings, bookingID(n))
	}
	files := map[string]string{"the center": filepath.Join(w.center.data, "center.db")}
	for _, k := range w.kiosks {
		bad, err := k.bad(ctx)
		if err != nil {
			return nil, err
		}
		files[kioskFolder(k.number)] = filepath.Join(k.data, "kiosk.db")
		p.Kiosks = append(p.Kiosks, Kept{Name: kioskFolder(k.number), Store: k.Store(), Place: k.Place(), Saved: k.saved, Bad: bad, Said: k.said,
			Key: func(v visit.Visit) string { return v.ID }})
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := integrity(ctx, files[name]); err != nil {
			w.broken("%s: %v", name, err)
		}
	}
	wrong, err := p.Check(ctx)
	for _, what := range wrong {
		w.broken("%s", what)
	}
	return w.wrong, err
}

// Promises is what the product promises to a center and its kiosks that have said
// everything to each other and are at rest.
type Promises struct {
	Center   *store.Store
	Today    calendar.Date                             // at the center
	Ahead    int                                       // days the center was ahead of that, at the most
	Audit    func(ctx context.Context) (string, error) // verifies the center's audit log
	Bookings []string                                  // ids of those made at the center
	Passes   []string                                  // ids of questionnaires answered elsewhere
	// Learnt tells how often the center carried out an operation of a later kind; nil when
	// it has not learnt any.
	Learnt   func(ctx context.Context, id string) (int, error)
	Redeemed int64 // redemptions of the sample, which no kiosk wished for
	Kiosks   []Kept

	effects effects
	wrong   []string
}

// Kept is what a kiosk has, and what it was told is safe.
type Kept struct {
	Name  string
	Store *store.Store
	Place checkin.Place
	Saved []string                   // by the key of each visit
	Bad   []string                   // ids of operations the center must refuse, for all to see
	Said  map[string]json.RawMessage // payloads by id of operation, of those it may have forgotten since
	Key   func(v visit.Visit) string // how Saved names a visit
}

func (p *Promises) broken(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
}

// Check returns what was broken. An error says that it could not be found out.
func (p *Promises) Check(ctx context.Context) ([]string, error) {
	p.effects = noEffects()
	for _, k := range p.Kiosks {
		if err := p.log(ctx, k); err != nil {
			return nil, err
		}
	}
	if err := p.oneEffect(ctx); err != nil {
		return nil, err
	}
	for _, k := range p.Kiosks {
		if err := p.convergence(ctx, k); err != nil {
			return nil, err
		}
	}
	if _, err := p.Audit(ctx); err != nil {
		p.broken("the audit log: %v", err)
	}
	return p.wrong, nil
}
