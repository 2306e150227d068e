package failpoint

import (
	"slices"
	"time"
)

// settleEvery is how many random kills lie between two looks at everything.
const settleEvery = 200

// atRandom kills so many processes at moments that mean nothing, while people come,
// lines change and the center is edited.
func (w *world) atRandom(kills int) {
	w.t.Helper()
	before := w.figures.kiosks + w.figures.centers
	done := func() int { return w.figures.kiosks + w.figures.centers - before }
	for settled := 0; done() < kills && !w.t.Failed(); {
		w.revive()
		w.disturb()
		w.killSome()
		if kills >= manyKills && w.chance.IntN(15) == 0 {
			w.burnAny()
		}
		if done()-settled >= settleEvery {
			settled = done()
			w.settle()
		}
	}
	w.revive()
	w.serve(1)
	w.settle()
}

// manyKills is from how many random kills on there are ways at desks between them.
const manyKills = 50

// burnAny goes some way at desks, on which a process ends at some place.
func (w *world) burnAny() {
	w.t.Helper()
	all := slices.Concat(redeeming, attending, reporting, filing, capturing, paying)
	p := all[w.chance.IntN(len(all))]
	w.burn(p, p.In[w.chance.IntN(len(p.In))])
}

// disturb changes a line, and now and then something at the center.
func (w *world) disturb() {
	k := w.kiosks[w.chance.IntN(len(w.kiosks))]
	if w.chance.IntN(2) == 0 {
		k.line.change(w.t, w.chance)
	}
	if w.chance.IntN(12) == 0 {
		w.edit()
	}
	if w.chance.IntN(6) == 0 {
		k.version++
	}
}

// killSome lets people come and kills some processes meanwhile.
func (w *world) killSome() {
	w.t.Helper()
	late := func() <-chan time.Time { return time.After(time.Duration(w.chance.IntN(700)) * time.Millisecond) }
	var gone []<-chan bool
	end := func(p *process, when <-chan time.Time) {
		was := make(chan bool, 1)
		gone = append(gone, was)
		go func() {
			<-when
			was <- p.kill()
		}()
	}
	victims := append(slices.Clone(w.kiosks), nil) // nil is the center
	isKiosk := []bool{}
	for _, k := range victims {
		if w.chance.IntN(3) == 0 {
			continue
		}
		isKiosk = append(isKiosk, k != nil)
		if k == nil {
			end(w.center, late())
		} else {
			end(k.process, late())
		}
	}
	w.serve(1 + w.chance.IntN(3))
	for n, was := range gone {
		killed := count(<-was)
		if isKiosk[n] {
			w.figures.kiosks += killed
		} else {
			w.figures.centers += killed
		}
	}
}
