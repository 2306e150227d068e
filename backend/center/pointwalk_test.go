package center

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/point"
)

var (
	walkSeed  = flag.Uint64("first", 0, "seed of the walk of first donations; 0 for another each time")
	walkSteps = flag.Int("first-steps", 40, "how many steps it takes")
)

// firstWalk is a station, staff and donors who do by chance what moves a first donation.
type firstWalk struct {
	*bench
	random *rand.Rand
	base   calendar.Date
	people []identity.Person
	pairs  map[string]bool // whether they are one person now
	steps  []string
}

func (b *bench) newFirstWalk(seed uint64) *firstWalk {
	w := &firstWalk{bench: b, random: rand.New(rand.NewPCG(seed, 57)), base: b.Today(), pairs: map[string]bool{}}
	for n := range 4 {
		w.people = append(w.people, donorOf(fmt.Sprintf("%03d", n)))
		b.takes(b.reported(n, w.people[n]))
		for other := range n {
			id := fmt.Sprintf("00000000-0000-4000-8000-0000000000%d%d", other, n)
			b.suspects(id, b.found(w.people[other]), b.found(w.people[n]))
			w.pairs[id] = false
		}
	}
	return w
}

// record is one of a few, of anybody and of any day.
func (w *firstWalk) record() intake.Record {
	n, who, day := w.random.IntN(9), w.random.IntN(len(w.people)), w.base.AddDays(-20-100*w.random.IntN(9))
	w.steps = append(w.steps, fmt.Sprintf("R%d of %d on %s", n, who, day))
	return w.reported(n, w.people[who], func(r *intake.Record) { r.Donation.On, r.Result.ReportedOn = day, day.AddDays(3) })
}

func (w *firstWalk) step() error {
	switch w.random.IntN(6) {
	case 0:
		id := slices.Sorted(maps.Keys(w.pairs))[w.random.IntN(len(w.pairs))]
		w.pairs[id] = !w.pairs[id]
		w.steps = append(w.steps, fmt.Sprintf("pair %s is one: %t", id[34:], w.pairs[id]))
		if w.pairs[id] {
			return w.merge(id)
		}
		return w.unmerge(id)
	case 1:
		who := w.found(w.people[w.random.IntN(len(w.people))])
		person, err := w.store.Together(w.t.Context(), []string{who.ID})
		if points := w.points(who.ID); err == nil && points > 0 {
			err = w.ledger().Hold(w.t.Context(), w.config.NewID(), 1+w.random.Int64N(points), w.clock(), person...)
		}
		return err
	case 2:
		w.pass(90 * 24 * time.Hour)
	case 3:
		w.takes(w.record(), w.record(), w.record())
	default:
		w.takes(w.record())
	}
	return nil
}

// standing are the entries that give for a first donation now.
func (w *firstWalk) standing(given donor.Donation) (ids []string) {
	for _, e := range w.about(given.ID) {
		if e.Kind == point.Awarded && e.Rule == "first-donation" && len(w.about(e.ID)) == 0 {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func (w *firstWalk) about(cause string) []point.Entry {
	w.t.Helper()
	about, err := w.store.EntriesAbout(w.t.Context(), cause)
	if err != nil {
		w.t.Fatal(err)
	}
	return about
}

// wantOneEach holds that of each person nothing but the first donation gives for being it, once, to
// whose file it is in.
func (w *firstWalk) wantOneEach() {
	w.t.Helper()
	for _, who := range w.people {
		all, err := w.store.DonationsOfAll(w.t.Context(), []string{w.found(who).ID})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, history := range all {
			for _, given := range history {
				got, award := w.standing(given), "award/"+given.ID+"/first-donation/"+given.DonorID
				isOnce := len(got) == 1 && (got[0] == award || strings.HasPrefix(got[0], award+"/"))
				if isFirst := nth(history, given) == 1; isFirst && !isOnce || !isFirst && len(got) > 0 {
					w.t.Fatalf("first of its person: %t, gives %v; %s", isFirst, got, strings.Join(w.steps, "; "))
				}
			}
		}
	}
	w.fits()
}

// Whatever stations correct, staff merge and take apart and donors spend, each person has one first
// donation, and the ledger adds up.
func TestFirstDonationsByChance(t *testing.T) {
	seed := cmp.Or(*walkSeed, rand.Uint64())
	t.Logf("-first %d", seed)
	onEach(t, func(t *testing.T, b *bench) {
		b.givesForTheFirst()
		w := b.newFirstWalk(seed)
		for range *walkSteps {
			if err := w.step(); err != nil {
				t.Fatal(err, w.steps)
			}
			w.wantOneEach()
		}
	})
}
