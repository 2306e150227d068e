package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/google/uuid"
)

// began is when every history begins, a Monday morning in Beijing.
var began = time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC)

// World is one history.
type World struct {
	seed     uint64
	chance   *rand.Rand
	now      time.Time
	folder   string
	center   *center
	kiosks   []*kiosk
	people   int      // how many different people there are
	booked   int      // bookings made so far
	passes   []string // ids of questionnaires answered elsewhere
	asked    int      // corrections asked for so far
	happened map[Kind]int
	trace    []string
	wrong    []string // what broke a promise on the way
}

// source is chance as bytes, for keys and ids.
type source struct{ *rand.ChaCha8 }

func newSource(seed uint64, stream byte) source {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	key[31] = stream
	return source{rand.NewChaCha8(key)}
}

// id returns a UUID as the product makes them, out of the world's chance.
func (s source) id(now func() time.Time) string {
	id := uuid.Must(uuid.NewRandomFromReader(s))
	ms := now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	return id.String()
}

// Begin sets up a history from the template in a folder.
func Begin(seed uint64, t *Template, folder string) (*World, error) {
	w := &World{seed: seed, chance: rand.New(rand.NewPCG(seed, 1)), now: began, folder: folder, happened: map[Kind]int{}}
	w.people = 3 + w.chance.IntN(30)
	if err := t.copyTo(folder); err != nil {
		return nil, err
	}
	w.center = &center{world: w, data: filepath.Join(folder, "center"), source: newSource(seed, 0)}
	if err := w.center.open(); err != nil {
		return nil, err
	}
	for n := range 1 + w.chance.IntN(kiosks) {
		k := &kiosk{world: w, number: n, data: filepath.Join(folder, kioskFolder(n)), source: newSource(seed, byte(n+1)), version: "1", said: map[string]json.RawMessage{}}
		k.line = &line{world: w, kiosk: k}
		w.kiosks = append(w.kiosks, k)
		if err := k.open(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// Close releases everything.
func (w *World) Close() error {
	all := []error{w.center.close()}
	for _, k := range w.kiosks {
		all = append(all, k.close())
	}
	return errors.Join(all...)
}

// say writes a line of the history.
func (w *World) say(format string, args ...any) {
	w.trace = append(w.trace, w.now.UTC().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

// broken writes down a broken promise.
func (w *World) broken(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
	w.say("BROKEN: "+format, args...)
}

func (w *World) clock() time.Time { return w.now }

func (w *World) luck(percent int) bool { return w.chance.IntN(100) < percent }

// happening is something that may happen next, as often as its weight says.
type happening struct {
	weight int
	do     func(ctx context.Context) error
}

// Run lets so many things happen.
func (w *World) Run(ctx context.Context, events int) error {
	all := w.happenings()
	sum := 0
	for _, h := range all {
		sum += h.weight
	}
	for n := range events {
		w.now = w.now.Add(time.Duration(w.chance.Int64N(int64(90 * time.Second))))
		if err := pick(all, w.chance.IntN(sum))(ctx); err != nil {
			return err
		}
		if err := w.center.keepTime(); err != nil {
			return err
		}
		if n%accountEvery == 0 {
			if err := w.accounts(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// pick is what a draw among all weights means.
func pick(all []happening, draw int) func(ctx context.Context) error {
	for _, h := range all {
		if draw -= h.weight; draw < 0 {
			return h.do
		}
	}
	panic("a draw beyond the weights")
}

func (w *World) happenings() []happening {
	one := func(do func(*kiosk, context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error { return do(w.kiosks[w.chance.IntN(len(w.kiosks))], ctx) }
	}
	return []happening{
		{300, one((*kiosk).checkIn)}, {40, one((*kiosk).deferDonor)}, {40, one((*kiosk).call)}, {40, one((*kiosk).wish)}, {20, one((*kiosk).unknown)}, {20, one((*kiosk).forge)},
		{15, one((*kiosk).switchSuggestions)}, {15, one((*kiosk).askCorrection)},
		{260, one((*kiosk).push)}, {160, one((*kiosk).pull)}, {30, one((*kiosk).forget)},
		{40, one((*kiosk).restart)}, {25, one((*kiosk).setClock)}, {70, one((*kiosk).changeLine)}, {40, one((*kiosk).deliverLate)},
		{15, one((*kiosk).speak)}, {40, one((*kiosk).killed)}, {5, one((*kiosk).cutOff)},
		{80, w.center.book}, {30, w.center.editSite}, {30, w.center.holdBack}, {20, w.center.answer}, {20, w.center.pass}, {6, w.center.editPack},
		{20, w.center.restart}, {20, w.center.setClock}, {12, w.center.backUp}, {6, w.center.restore}, {15, w.center.tidy}, {6, w.center.learn}, {30, w.center.killed},
		{40, w.wait},
	}
}

// wait lets hours pass, now and then sixty days.
func (w *World) wait(context.Context) error {
	span := time.Duration(w.chance.Int64N(int64(6 * time.Hour)))
	if w.luck(4) {
		span = time.Duration(w.chance.Int64N(int64(60 * 24 * time.Hour)))
	}
	w.now = w.now.Add(span)
	w.say("%v pass", span.Round(time.Minute))
	return nil
}
