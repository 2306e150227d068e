package failpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	product "lianxin/backend/center"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/simulation"
	"lianxin/backend/receipt"
)

// settle brings everything to rest and fails for every promise that was broken.
func (w *world) settle() {
	w.t.Helper()
	w.rest()
	for _, what := range w.broken() {
		w.t.Error(what)
	}
}

// rest heals everything, lets everybody say and hear everything, and stops all with
// a clean end.
func (w *world) rest() {
	w.t.Helper()
	if !w.center.isAlive() {
		w.startCenter(nil)
	}
	w.drain()
	w.drain() // the first to hear everything did so before the last had said it
	if err := w.center.stop(); err != nil {
		w.t.Errorf("the center ends with %v", err)
	}
}

// drain lets every kiosk say what it has and hear what there is.
func (w *world) drain() {
	w.t.Helper()
	everybody := append(append([]*kioskUnder{}, w.kiosks...), w.retired...)
	for len(everybody) > 0 { // a few at a time
		few := everybody[:min(len(everybody), 3)]
		everybody = everybody[len(few):]
		for _, k := range few {
			k.line.heal(w.t)
			k.kill() // the new one does not wait for a retry
			k.launch(nil)
		}
		for _, k := range few {
			k.isOpen(nil)
		}
		w.inParallel(few, func(k *kioskUnder) error {
			if err := k.serve(nil); err != nil {
				return err
			}
			said, err := k.ask("drain")
			if err != nil || said != "drained" {
				return fmt.Errorf("%s does not drain: %q, %w", k.name, said, err)
			}
			return nil
		})
		for _, k := range few {
			if err := k.leave(); err != nil {
				w.t.Errorf("%s ends with %v", k.name, err)
			}
		}
	}
}

// inParallel does the same at several kiosks at once.
func (w *world) inParallel(kiosks []*kioskUnder, do func(k *kioskUnder) error) {
	w.t.Helper()
	failed := make([]error, len(kiosks))
	var all sync.WaitGroup
	for n, k := range kiosks {
		all.Go(func() { failed[n] = do(k) })
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		w.t.Fatal(err)
	}
}

// broken looks at what is left and says which promises were broken. Nothing runs.
func (w *world) broken() (wrong []string) {
	w.t.Helper()
	w.figures.saved, w.figures.papers = 0, 0
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		p := simulation.Promises{Center: c.Store(), Today: c.Today(), Audit: c.VerifyAudit, Bookings: w.bookings, Redeemed: w.redeemed + int64(len(w.told.gifts))}
		defer func() {
			for _, k := range p.Kiosks {
				err = errors.Join(err, k.Store.Close())
			}
		}()
		for _, k := range append(append([]*kioskUnder{}, w.kiosks...), w.retired...) {
			kept, err := k.kept(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			p.Kiosks = append(p.Kiosks, kept)
			w.figures.saved += len(k.saved)
			torn, err := w.papersOf(ctx, k, kept)
			if err != nil {
				return err
			}
			wrong = append(wrong, torn...)
		}
		broken, err := p.Check(ctx)
		wrong = append(wrong, broken...)
		if err != nil {
			return err
		}
		broken, err = w.brokenAtDesks(ctx, c)
		wrong = append(wrong, broken...)
		return err
	})
	// A kill takes nothing from a database, so no center may ever believe that it did.
	if log, err := os.ReadFile(filepath.Join(w.folder, "center.log")); err != nil || bytes.Contains(log, []byte("every device starts over")) {
		wrong = append(wrong, fmt.Sprintf("the center believes that its database went back (%v)", err))
	}
	return wrong
}

// papersOf checks that every visit has its paper kept, and that each printed one is
// whole and belongs to a visit.
func (w *world) papersOf(ctx context.Context, k *kioskUnder, kept simulation.Kept) (wrong []string, err error) {
	numbers, wrong, err := numbersOf(ctx, kept)
	if err != nil {
		return nil, err
	}
	printed, err := filepath.Glob(filepath.Join(k.papers(), "lx-*.pdf"))
	if err != nil {
		return nil, err
	}
	for _, file := range printed {
		w.figures.papers++
		name := strings.TrimPrefix(filepath.Base(file), "lx-")
		if number := name[:strings.LastIndex(name, "-")]; !numbers[number] {
			wrong = append(wrong, k.name+" printed "+name+" for nobody")
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !bytes.HasPrefix(text, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(text), []byte("%%EOF")) {
			wrong = append(wrong, k.name+": "+name+" is torn")
		}
	}
	return wrong, nil
}

// numbersOf are those of the papers that are kept with a kiosk's visits.
func numbersOf(ctx context.Context, kept simulation.Kept) (numbers map[string]bool, wrong []string, err error) {
	ops, err := kept.Store.OperationsFrom(ctx, 1, 1_000_000)
	if err != nil {
		return nil, nil, err
	}
	numbers = map[string]bool{}
	for _, op := range ops {
		if op.Kind != outbox.VisitCheckedIn && op.Kind != outbox.VisitDeferred {
			continue
		}
		var about struct{ ID string }
		if err := json.Unmarshal(op.Payload, &about); err != nil {
			return nil, nil, err
		}
		paper, ok, err := kept.Store.ReceiptOf(ctx, about.ID)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			wrong = append(wrong, kept.Name+": visit "+about.ID+" has no paper")
			continue
		}
		var snapshot receipt.Snapshot
		if err := json.Unmarshal(paper, &snapshot); err != nil {
			return nil, nil, err
		}
		numbers[snapshot.Number] = true
	}
	return numbers, wrong, nil
}
