package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/point"
)

// Points walks through n random operations on the ledger of s with some donors
// and compares what each one has with a sum kept beside it. It is run with a few
// hundred in every test, and with millions by itself.
func Points(t *testing.T, s Subject, seed uint64, n int) {
	chance := rand.New(rand.NewPCG(seed, 1))
	w := &pointWalk{t: t, l: pointLedger(s), chance: chance, has: map[string]int64{}, open: map[string]int64{}, whose: map[string]string{}, today: Today}
	const batch = 500
	for done := 0; done < n; done += batch {
		if done%generation == 0 {
			w.begin(s, done/generation)
		}
		must(t, s.InTx(t.Context(), func(ctx context.Context) error {
			for i := range min(batch, n-done) {
				w.step(ctx, done+i)
			}
			return nil
		}))
	}
	w.begin(s, -1)
	adds(t, s)
}

// generation is how many operations the same people take part in: nobody's account goes
// on for ten thousand years.
const generation = 20_000

// begin compares what everybody of the last generation has, spends what is still held for
// them, as no hold lasts for years, and begins another.
func (w *pointWalk) begin(s Subject, number int) {
	must(w.t, s.InTx(w.t.Context(), func(ctx context.Context) error {
		for _, id := range w.ids {
			if w.open[id] > 0 {
				must(w.t, w.l.Spend(ctx, id, w.noon(0)))
			}
		}
		return nil
	}))
	for donor, want := range w.has {
		equal(w.t, "points of "+donor, total(lotsIn(w.t.Context(), w.t, w.l, donor)), want)
	}
	clear(w.has)
	clear(w.open)
	clear(w.whose)
	w.generation, w.ids, w.awards = number, nil, nil
}

func pointsByChance(t *testing.T, s Subject) { Points(t, s, uint64(time.Now().UnixNano()), 300) }

type pointWalk struct {
	t          *testing.T
	l          point.Ledger
	chance     *rand.Rand
	today      calendar.Date
	generation int
	has        map[string]int64  // what each donor has
	open       map[string]int64  // redemptions that may still be returned, and what they took
	whose      map[string]string // redemption
	ids        []string          // of redemptions, in the order they were made
	awards     [][2]string       // the donor and the cause
}

func (w *pointWalk) step(ctx context.Context, i int) {
	donor := fmt.Sprintf("d%d-%d", w.generation, w.chance.IntN(20))
	at := w.noon(i % 1_000_000)
	switch w.chance.IntN(8) {
	case 0, 1:
		w.give(ctx, donor, fmt.Sprintf("c%d", i), at)
	case 2, 3, 4:
		w.hold(ctx, donor, fmt.Sprintf("r%d", i), at)
	case 5:
		w.close(ctx, at)
	case 6:
		w.reverse(ctx, at)
	case 7:
		if w.chance.IntN(10) == 0 {
			w.today = w.today.AddDays(1 + w.chance.IntN(20))
			w.expire(ctx, at)
		}
	}
}

func (w *pointWalk) noon(nanoseconds int) time.Time {
	return time.Date(w.today.Year(), w.today.Month(), w.today.Day(), 12, 0, 0, nanoseconds, calendar.Beijing)
}

func (w *pointWalk) give(ctx context.Context, donor, cause string, at time.Time) {
	n := int64(1 + w.chance.IntN(40))
	var expires calendar.Date
	if w.chance.IntN(2) == 0 {
		expires = w.today.AddDays(1 + w.chance.IntN(60))
	}
	must(w.t, w.l.Give(ctx, at, credit(donor, cause, award("rule", n, expires))))
	w.has[donor] += n
	w.awards = append(w.awards, [2]string{donor, cause})
}

func (w *pointWalk) hold(ctx context.Context, donor, id string, at time.Time) {
	n := int64(1 + w.chance.IntN(60))
	may, _, err := w.l.Balance(ctx, w.today, donor)
	must(w.t, err)
	err = w.l.Hold(ctx, id, n, at, donor)
	if n > may {
		refused(w.t, "too much", err, "point.not_enough")
		return
	}
	must(w.t, err)
	w.has[donor] -= n
	w.open[id], w.whose[id] = n, donor
	w.ids = append(w.ids, id)
}

// close spends or returns one of the last redemptions.
func (w *pointWalk) close(ctx context.Context, at time.Time) {
	if len(w.ids) == 0 {
		return
	}
	id := w.ids[len(w.ids)-1-w.chance.IntN(min(len(w.ids), 5))]
	took, open := w.open[id]
	if w.chance.IntN(2) == 0 {
		if err := w.l.Spend(ctx, id, at); open {
			must(w.t, err)
		}
		return
	}
	must(w.t, w.l.Return(ctx, id, w.today.AddDays(5), at))
	if open {
		w.has[w.whose[id]] += took
		delete(w.open, id)
	}
}

func (w *pointWalk) reverse(ctx context.Context, at time.Time) {
	if len(w.awards) == 0 {
		return
	}
	award := w.awards[len(w.awards)-1-w.chance.IntN(min(len(w.awards), 5))]
	donor, id := award[0], "award/"+award[1]+"/rule/"+award[0]
	before := total(lotsIn(ctx, w.t, w.l, donor))
	must(w.t, w.l.Reverse(ctx, id, "walk", at))
	after := total(lotsIn(ctx, w.t, w.l, donor))
	if after > before || after < 0 {
		w.t.Errorf("%s reversed: %d points became %d", id, before, after)
	}
	w.has[donor] = after
}

// expire takes the sums of what lapses out of the book beside the ledger.
func (w *pointWalk) expire(ctx context.Context, at time.Time) {
	for donor := range w.has {
		may, _, err := w.l.Balance(ctx, w.today, donor)
		must(w.t, err)
		w.has[donor] = may
	}
	for done := (point.Expiry{Seen: 1}); done.Seen > 0; {
		var err error
		done, err = w.l.Expire(ctx, w.today, done.Last, 7, at)
		must(w.t, err)
	}
}

func lotsIn(ctx context.Context, t *testing.T, l point.Ledger, donor string) []point.Lot {
	t.Helper()
	return got(l.Lots(ctx, point.OfDonor(donor)))(t)
}
