package storetest

import (
	"fmt"
	"math/rand/v2"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// Volumes lets several offices at once reserve, confirm, release, reverse and let lapse
// by chance, and checks that nobody was given more than there is, that every answer is
// in the book, and that the book adds up. It is run with a few dozen in every test, and
// with many by itself.
func Volumes(t *testing.T, s Subject, seed uint64, n int) {
	const offices, families = 4, 5
	donors := make([]donor.Donor, families)
	for i := range donors {
		donors[i] = giver(t, s, i+1)
	}
	walks := make([]*reliefWalk, offices)
	var all gosync.WaitGroup
	for office := range walks {
		w := &reliefWalk{t: t, r: ReliefOf(s), office: office, chance: rand.New(rand.NewPCG(seed, uint64(office))), donors: donors, made: map[string]relief.Reservation{}}
		walks[office] = w
		all.Go(func() {
			for step := range n / offices {
				w.step(step)
			}
		})
	}
	all.Wait()
	volumesAdd(t, s)
	states, book := got(s.ReservationSums(t.Context()))(t), got(s.VolumeSums(t.Context()))(t)
	equal(t, fmt.Sprintf("seed %d: reservations and the book", seed), [2]int64{states[relief.Reserved].ML, states[relief.Confirmed].ML},
		[2]int64{book.Posted["reserved/"], book.Posted["used/"]})
	want := map[relief.Source][2]int64{}
	for _, w := range walks {
		w.addUp(s, want)
	}
	for i := range donors {
		for share, most := range map[relief.Share]int64{relief.Own: 5 * thisYear, relief.Family: thisYear} {
			source := relief.Source{Of: fmt.Sprintf("given-%06d", i+1), Share: share}
			is := standing(t, s, source)
			if is[1]+is[2] > most || is[0] < 0 {
				t.Errorf("seed %d: of %v there are %v, %d is all", seed, source, is, most)
			}
			equal(t, fmt.Sprintf("seed %d: %v as answered", seed, source), [2]int64{is[1], is[2]}, want[source])
		}
	}
}

func volumesByChance(t *testing.T, s Subject) { Volumes(t, s, uint64(time.Now().UnixNano()), 120) }

// reliefWalk is what one office does, and what it was told.
type reliefWalk struct {
	t      *testing.T
	r      relief.Service
	office int
	chance *rand.Rand
	donors []donor.Donor
	made   map[string]relief.Reservation
	ids    []string
}

func (w *reliefWalk) step(step int) {
	ctx, at := w.t.Context(), At.Add(time.Duration(step)*time.Minute)
	if len(w.ids) == 0 || w.chance.IntN(2) == 0 {
		relation := relief.Self
		some := []donor.Donor{w.donors[w.chance.IntN(len(w.donors))]}
		if w.chance.IntN(2) == 0 {
			relation = relief.Parent
			some = append(some, w.donors[(w.chance.IntN(len(w.donors)))])
			if some[0].ID == some[1].ID {
				some = some[:1]
			}
		}
		order := needs(fmt.Sprintf("office-%d-%d", w.office, step), 1+w.chance.IntN(500), relation, some...)
		order.At, order.Until = at, at.Add(time.Duration(1+w.chance.IntN(20))*time.Minute)
		w.note(w.r.Reserve(ctx, order))
		return
	}
	id := w.ids[w.chance.IntN(len(w.ids))]
	switch w.chance.IntN(4) {
	case 0, 1:
		w.note(w.r.Confirm(ctx, id, at))
	case 2:
		w.note(w.r.Release(ctx, id, at))
	case 3:
		w.note(w.r.Reverse(ctx, id, "walk", at))
	}
}

func (w *reliefWalk) note(r relief.Reservation, err error) {
	if err != nil {
		if fault.From(err).Kind != fault.Conflict {
			w.t.Error(err)
		}
		return
	}
	if _, known := w.made[r.ID]; !known {
		w.ids = append(w.ids, r.ID)
	}
	w.made[r.ID] = r
}

// addUp adds what the reservations the office was told of hold now, by source.
func (w *reliefWalk) addUp(s Subject, into map[relief.Source][2]int64) {
	for id := range w.made {
		r := got(s.Reservation(w.t.Context(), id))(w.t)
		for _, e := range r.Assessment.Entitlements {
			sum := into[e.Source]
			switch r.State {
			case relief.Reserved:
				sum[0] += e.TakenML
			case relief.Confirmed:
				sum[1] += e.TakenML
			}
			into[e.Source] = sum
		}
	}
}
