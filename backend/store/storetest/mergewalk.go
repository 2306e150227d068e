package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/point"
)

// PointsMerged walks through n random operations on the points of a few donors who are
// merged and taken apart meanwhile. Whatever happens: as long as nobody is merged, nobody
// has paid for what another redeemed, and who redeemed nothing has all they were given.
func PointsMerged(t *testing.T, s Subject, seed uint64, n int) {
	w := &mergeWalk{t: t, s: s, l: pointLedger(s), chance: rand.New(rand.NewPCG(seed, 2)), given: map[string]int64{}, own: map[string]int64{}}
	const walk = 150 // operations until everybody is taken apart; other donors walk on
	for done := 0; done < n; done += walk {
		w.number++
		w.merged, w.made = nil, nil
		must(t, s.InTx(t.Context(), func(ctx context.Context) error {
			for i := range min(walk, n-done) {
				w.step(ctx, i)
				if t.Failed() {
					t.Fatalf("seed %d, walk %d, step %d", seed, w.number, i)
				}
			}
			for len(w.merged) > 0 {
				w.undo(ctx)
			}
			w.compare(ctx)
			return nil
		}))
	}
	adds(t, s)
}

func pointsMergedByChance(t *testing.T, s Subject) {
	PointsMerged(t, s, uint64(time.Now().UnixNano()), 600)
}

type mergeWalk struct {
	t      *testing.T
	s      Subject
	l      point.Ledger
	chance *rand.Rand
	number int
	given  map[string]int64 // to each donor
	own    map[string]int64 // what each donor's redemptions take
	merged []donor.Merge    // pairs that are one person now
	made   []walked
}

// walked is a redemption that was not given back.
type walked struct {
	id, owner string
	points    int64
}

const mergeWalkers = 5

func (w *mergeWalk) donor(i int) string { return fmt.Sprintf("m%d-%d", w.number, i) }

func (w *mergeWalk) everybody() []string {
	all := make([]string, mergeWalkers)
	for i := range all {
		all[i] = w.donor(i)
	}
	return all
}

// person is who is one with a donor, themselves first, as the center asks for them.
func (w *mergeWalk) person(id string) []string {
	for _, person := range donor.Persons(w.everybody(), w.merged) {
		if slices.Contains(person, id) {
			return append([]string{id}, slices.DeleteFunc(slices.Clone(person), func(other string) bool { return other == id })...)
		}
	}
	return []string{id}
}

func (w *mergeWalk) step(ctx context.Context, i int) {
	who, other := w.donor(w.chance.IntN(mergeWalkers)), w.donor(w.chance.IntN(mergeWalkers))
	switch w.chance.IntN(8) {
	case 0, 1:
		n := int64(1 + w.chance.IntN(30))
		expires := Today.AddDays(10 + 10*w.chance.IntN(3))
		must(w.t, w.l.Give(ctx, At, credit(who, fmt.Sprintf("%s-c%d", who, i), award("rule", n, expires))))
		w.given[who] += n
	case 2, 3:
		w.hold(ctx, who, i)
	case 4:
		w.giveBack(ctx)
	case 5, 6:
		if who != other && !slices.Contains(w.person(who), other) {
			w.merged = append(w.merged, donor.Merge{DonorID: who, OtherID: other, Status: donor.Merged})
			w.settle(ctx)
		}
	case 7:
		w.undo(ctx)
	}
}

func (w *mergeWalk) hold(ctx context.Context, who string, i int) {
	r := walked{fmt.Sprintf("%s-r%d", who, i), who, int64(1 + w.chance.IntN(60))}
	err := w.l.Hold(ctx, r.id, r.points, At, w.person(who)...)
	if fault.CodeOf(err) == "point.not_enough" {
		return
	}
	must(w.t, err)
	if w.chance.IntN(2) == 0 {
		must(w.t, w.l.Spend(ctx, r.id, At))
	}
	w.made = append(w.made, r)
	w.own[who] += r.points
}

func (w *mergeWalk) giveBack(ctx context.Context) {
	if len(w.made) == 0 {
		return
	}
	i := w.chance.IntN(len(w.made))
	r := w.made[i]
	must(w.t, w.l.Return(ctx, r.id, Today, At))
	w.own[r.owner] -= r.points
	w.made = slices.Delete(w.made, i, i+1)
}

// undo takes a pair apart, told twice.
func (w *mergeWalk) undo(ctx context.Context) {
	if len(w.merged) == 0 {
		return
	}
	i := w.chance.IntN(len(w.merged))
	w.merged = slices.Delete(w.merged, i, i+1)
	w.settle(ctx)
	w.settle(ctx)
}

// settle does what the center does when it was decided who is one person.
func (w *mergeWalk) settle(ctx context.Context) {
	for _, r := range w.made {
		must(w.t, w.l.Settle(ctx, r.id, At, w.person(r.owner)...))
	}
}

// compare is done when nobody is merged.
func (w *mergeWalk) compare(ctx context.Context) {
	for _, id := range w.everybody() {
		has := total(lotsIn(ctx, w.t, w.l, id))
		if has > w.given[id] || has < w.given[id]-w.own[id] {
			w.t.Errorf("%s was given %d, redeemed for %d and has %d", id, w.given[id], w.own[id], has)
		}
	}
}
