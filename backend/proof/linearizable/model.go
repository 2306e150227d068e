package linearizable

import (
	"fmt"
	"strings"

	"github.com/anishathalye/porcupine"
)

// keyed is a question about one thing; things are independent of each other.
type keyed interface{ key() string }

// modelOf is a model of one thing, applied to each. A lost answer fits everything,
// and step then says what is so after it has happened.
func modelOf[S comparable, I keyed](begin S, step func(state S, input I) (answer any, next S)) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return begin },
		Partition: func(history []porcupine.Operation) (parts [][]porcupine.Operation) {
			found := map[string][]porcupine.Operation{}
			for _, op := range history {
				k := op.Input.(keyed).key()
				found[k] = append(found[k], op)
			}
			for _, part := range found {
				parts = append(parts, part)
			}
			return parts
		},
		Step: func(state, input, output any) (bool, any) {
			answer, next := step(state.(S), input.(I))
			return output == lost{} || output == answer, next
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %v", input, output) },
	}
}

// checkIn is a person's check-in on one of several devices, or a look at who waits.
type checkIn struct {
	person  int
	arrival int // place among the person's check-ins by the time on their device; -1 is a look
}

func (c checkIn) key() string { return fmt.Sprint(c.person) }

// arrivals is how many check-ins one person has at most.
const arrivals = 4

// checkIns is a person's day: of all check-ins the center has heard of, the earliest
// waits and every other is its duplicate. An answer about a look has a letter for
// each: w waits, d is a duplicate, - is not known.
func checkIns() porcupine.Model {
	return modelOf(0, func(heard int, in checkIn) (any, int) {
		if in.arrival >= 0 {
			return "applied", heard | 1<<in.arrival
		}
		return seen(heard), heard
	})
}

func seen(heard int) string {
	said, first := []byte(strings.Repeat("-", arrivals)), true
	for n := range said {
		if heard&(1<<n) == 0 {
			continue
		}
		said[n] = 'd'
		if first {
			said[n], first = 'w', false
		}
	}
	return string(said)
}

// ticket is a check-in at a kiosk, which gives a number.
type ticket struct{ device, person int }

func (t ticket) key() string { return fmt.Sprint(t.device) }

// given is what a kiosk has done today: up to 64 people.
type given struct {
	people  uint64
	numbers int
}

// tickets is a kiosk's queue: numbers go up by one, and nobody gets two. 0 is the
// refusal of somebody who has one.
func tickets() porcupine.Model {
	return modelOf(given{}, func(g given, in ticket) (any, given) {
		if g.people&(1<<in.person) != 0 {
			return 0, g
		}
		g = given{g.people | 1<<in.person, g.numbers + 1}
		return g.numbers, g
	})
}

// enrolment is something done with a one-time code.
type enrolment struct {
	code string
	do   string // "claim", "approve", "refuse" or "look"
	by   int    // machine that claims or is approved, from 1 on
}

func (e enrolment) key() string { return e.code }

// entry is how far an enrolment is: which machine used the code, and what staff said.
type entry struct {
	machine int
	decided string // "", "approved" or "refused"
}

// enrolments: a code belongs to the first machine that uses it, and staff decide once.
func enrolments() porcupine.Model {
	return modelOf(entry{}, func(e entry, in enrolment) (any, entry) {
		switch in.do {
		case "claim":
			return e.claim(in.by)
		case "approve":
			return e.approve(in.by)
		case "refuse":
			if e.decided != "" {
				return "enrolment.not_pending", e
			}
			return "done", entry{e.machine, "refused"}
		}
		if e.decided != "" {
			return "gone", e // from the list of those who wait
		}
		return e.machine, e
	})
}

func (e entry) claim(machine int) (string, entry) {
	switch {
	case e.decided == "refused":
		return "enrolment.refused", e
	case e.machine == 0:
		return "pending", entry{machine, ""}
	case e.machine != machine:
		return "enrolment.code_used", e
	case e.decided == "":
		return "pending", e
	}
	return e.decided, e
}

func (e entry) approve(machine int) (string, entry) {
	switch {
	case e.decided != "" || e.machine == 0:
		return "enrolment.not_pending", e
	case e.machine != machine:
		return "enrolment.fingerprint_mismatch", e
	}
	return "done", entry{machine, "approved"}
}

// letter is an approval at a site, which gives the kiosk the letter of its tickets.
type letter struct{ site string }

func (l letter) key() string { return l.site }

// inOrder are the letters in the order kiosks of a site get them.
const inOrder = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// letters: each kiosk of a site gets the next one, none the same.
func letters() porcupine.Model {
	return modelOf(0, func(taken int, _ letter) (any, int) {
		if taken == len(inOrder) {
			return "", taken
		}
		return inOrder[taken : taken+1], taken + 1
	})
}

// assertion is a use of a signed statement of who one is.
type assertion struct{ id int }

func (a assertion) key() string { return fmt.Sprint(a.id) }

// assertions: each is good for one token.
func assertions() porcupine.Model {
	return modelOf(false, func(used bool, _ assertion) (any, bool) {
		if used {
			return "token.replayed", true
		}
		return "token", true
	})
}

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
