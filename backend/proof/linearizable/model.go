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
