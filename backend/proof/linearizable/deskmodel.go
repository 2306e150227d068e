package linearizable

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// call is what staff do about somebody who asks for help.
type call struct {
	id string
	do string // "acknowledge", "clear" or "look"
	by string // name of the member
}

func (c call) key() string { return c.id }

// helping is who is on the way, and whether it is over.
type helping struct {
	by     string
	closed bool
}

// calls: whoever says first that they are on the way is the one, and nobody goes
// when it is over.
func calls() porcupine.Model {
	return modelOf(helping{}, func(h helping, in call) (any, helping) {
		switch {
		case in.do == "look" && h.closed:
			return "gone", h
		case in.do == "look":
			return "by " + h.by, h
		case in.do == "clear":
			h.closed = true
			return "done", h
		case h.closed:
			return "staff_call.closed", h
		case h.by == "":
			h.by = in.by
		}
		return "done", h
	})
}

// turn is a call of the next number at a site; the same call is the same however often it is said.
type turn struct {
	site string
	call int
}

func (t turn) key() string { return t.site }

// calledAtMost is how many calls there are of one queue.
const calledAtMost = 9

// called is how far a queue is: how many were called, and whom each call called.
type called struct {
	people int
	by     [calledAtMost]int
}

// turns: people are called in the order in which they came, everybody once, whichever desk
// calls. A call answers their place in the queue, from 1.
func turns(people int) porcupine.Model {
	return modelOf(called{}, func(q called, in turn) (any, called) {
		switch {
		case q.by[in.call] > 0:
			return q.by[in.call], q
		case q.people == people:
			return "reception.nobody_waits", q
		}
		q.people++
		q.by[in.call] = q.people
		return q.people, q
	})
}

// wish is what somebody does about a gift of which few are left.
type wish struct {
	shelf string
	do    string // "hold", "confirm" or "cancel"
	by    int
}

func (w wish) key() string { return w.shelf }

// wishers is how many want a gift from one shelf.
const wishers = 4

// shelf is what is left, and what became of the wishes.
type shelf struct {
	left   int
	wishes [wishers]string // "", "held", "confirmed" or "cancelled"
}

// shelves: nobody has a piece another one has, and what is given back is there again.
func shelves(pieces int) porcupine.Model {
	return modelOf(shelf{left: pieces}, func(s shelf, in wish) (any, shelf) {
		is := &s.wishes[in.by]
		switch {
		case *is == "" && in.do != "hold":
			return "redemption.not_found", s
		case *is == "" && s.left == 0:
			return "gift.none_left", s
		case *is == "":
			*is = "held"
			s.left--
		case *is == "cancelled" && in.do != "cancel":
			return "redemption.lapsed", s
		case in.do == "confirm":
			*is = "confirmed"
		case in.do == "cancel" && *is != "cancelled":
			*is = "cancelled"
			s.left++
		}
		return *is, s
	})
}

// part is one part of a job that an instance has written down.
type part struct {
	holder string
	place  string // where the next part begins
	at     int64  // when, µs
	until  int64  // how long nobody else may, µs
	done   bool
}

func (part) key() string { return "" }

// lease is the present state of a job that one instance does for all.
type lease struct {
	holder, place string
	until         int64
	done          bool
}

// leases: nobody works on a job that another one holds, no part is done twice, and
// what is done is done.
func leases() porcupine.Model {
	return modelOf(lease{}, func(l lease, in part) (any, lease) {
		isHeld := l.holder != "" && l.holder != in.holder && in.at < l.until
		if isHeld || l.done || in.place <= l.place {
			return "refused", l
		}
		return "done", lease{in.holder, in.place, in.until, in.done}
	})
}

// volume is what an office or a hospital does with a reservation of one donation.
type volume struct {
	donation int
	do       string // "reserve", "confirm", "release" or "reverse"
	by       int    // reservation, from 0 on
	ml       int    // reserve: how many it asks for
}

func (v volume) key() string { return fmt.Sprint(v.donation) }

// reservations is how many are made of one donation.
const reservations = 6

// drawn is a donation: what is left of it, and what became of the reservations.
type drawn struct {
	left int
	made [reservations]struct {
		state string // "", "reserved", "confirmed", "released" or "reversed"
		ml    int
	}
}

// volumes: nobody has what another has, as long as they have it. A reservation takes
// what is left, up to what it asks for.
func volumes(all int) porcupine.Model {
	return modelOf(drawn{left: all}, func(d drawn, in volume) (any, drawn) {
		r := &d.made[in.by]
		switch {
		case in.do == "reserve" && r.state != "":
			return r.ml, d
		case in.do == "reserve" && d.left == 0:
			return "relief.nothing_left", d
		case in.do == "reserve":
			r.state, r.ml = "reserved", min(in.ml, d.left)
			d.left -= r.ml
			return r.ml, d
		case r.state == "":
			return "relief.reservation_not_found", d
		}
		return d.end(in)
	})
}

// end ends a reservation that was made.
func (d drawn) end(in volume) (any, drawn) {
	r := &d.made[in.by]
	back := false
	switch in.do + " " + r.state {
	case "confirm reserved", "confirm confirmed":
		r.state = "confirmed"
	case "release reserved":
		r.state, back = "released", true
	case "reverse confirmed":
		r.state, back = "reversed", true
	case "release released", "release reversed", "reverse reversed":
	case "confirm released", "confirm reversed":
		return "relief.reservation_over", d
	case "release confirmed":
		return "relief.confirmed", d
	default:
		return "relief.not_confirmed", d
	}
	if back {
		d.left += r.ml
	}
	return "done", d
}
