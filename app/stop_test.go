//go:build production

package app

import (
	"math/rand/v2"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
)

// somebody is a made-up person with what nobody may read once they are gone.
type somebody struct {
	identity.Person
	shown []string // what else of theirs was scanned, typed or stood on the screen
}

// secrets are the person's values as a page could hold them, whole and in the pieces
// screens show. No value is so short that it may stand there by chance.
func (s somebody) secrets() []string {
	number, born := s.Document.Number, s.Born.String()
	found := []string{number, number[6:], number[:10], born, strings.ReplaceAll(born, "-", "")}
	if s.Name != "" {
		found = append(found, s.Name)
	}
	return append(found, s.shown...)
}

// known is what the kiosk's processes know of the person: mostly the page is only told the
// masked forms. Without what another one holds in itself, as memory is large.
func (s somebody) known() []string {
	found := append(s.masked(), strings.ReplaceAll(s.Born.String(), "-", ""), s.Born.String())
	if s.Name != "" {
		found = append(found, s.Name)
	}
	return found
}

// stop is somewhere people come to, walk away from, and where the page's process may
// die. A new screen is one more entry of stops.
type stop struct {
	name   string
	screen string // its ID in testdata/screens.json
	come   func(l *lobby, random *rand.Rand) somebody
	typed  bool // what only the page knows yet is lost with it
}

var stops = []stop{
	{name: "a number half typed", screen: "number", typed: true, come: func(l *lobby, random *rand.Rand) somebody { return l.types(10 + random.IntN(8)) }},
	{name: "a number typed to its end", screen: "walk-in", come: func(l *lobby, _ *rand.Rand) somebody { return l.types(18) }},
	{name: "a number is no proof", screen: "proof-card", come: stopsForProof},
	{name: "a booking of today", screen: "booking", come: func(l *lobby, random *rand.Rand) somebody {
		p := l.booked(random.IntN(40)).Person
		l.shows(l.begins(p))
		return somebody{Person: p}
	}},
	{name: "a card, nothing chosen", screen: "walk-in", come: comesTo(checkin.StepBooking)},
	{name: "may donate", screen: "gate", come: comesTo(checkin.StepGate)},
	{name: "in the questionnaire", screen: "questionnaire", come: func(l *lobby, random *rand.Rand) somebody {
		p := l.stranger()
		s := l.walk(l.begins(p), checkin.StepQuestionnaire)
		for range random.IntN(25) {
			next, err := l.page.Next(s, "use")
			if err != nil {
				l.t.Fatal(err)
			}
			if next.Step != s.Step {
				break
			}
			s = next
		}
		l.shows(s)
		return somebody{Person: p}
	}},
	{name: "reading the consent", screen: "consent", come: comesTo(checkin.StepConsent)},
	{name: "before the private choice", screen: "exclusion", come: comesTo(checkin.StepExclusion)},
	{name: "with a ticket", screen: "done", come: comesTo(checkin.StepDone)},
	{name: "not today", screen: "deferred", come: func(l *lobby, _ *rand.Rand) somebody {
		p := l.minor()
		l.walk(l.begins(p), checkin.StepDeferred)
		return somebody{Person: p}
	}},
	{name: "here a second time", screen: "repeat", come: func(l *lobby, _ *rand.Rand) somebody {
		p := l.stranger()
		if _, err := l.page.Walk(l.begins(p), "use"); err != nil {
			l.t.Fatal(err)
		}
		l.shows(l.begins(p))
		return somebody{Person: p}
	}},
	{name: "with a code of a booking", screen: "booking", come: func(l *lobby, random *rand.Rand) somebody {
		a := l.booked(random.IntN(40))
		code := identity.Code{Kind: identity.BookingCode, ID: a.Code}.Text()
		l.identifies()
		l.scans(code)
		return somebody{Person: a.Person, shown: []string{code}}
	}},
	{name: "calling staff", screen: "staff-call", come: func(l *lobby, random *rand.Rand) somebody {
		p := comesTo(checkin.StepBooking)(l, random)
		l.eval(`document.querySelector("button.call").click()`)
		l.until("the words about help", func() bool {
			return l.eval(`return !!document.querySelector("[role=dialog] .empty, [role=dialog] [role=status]")`) == "true"
		})
		return p
	}},
	{name: "their results", screen: "own-results", come: looksAt("results")},
	{name: "their donations", screen: "own-donations", come: looksAt("donations")},
	{name: "their points", screen: "own-points", come: looksAt("points")},
	{name: "something is not right", screen: "own-correction-what", come: says},
	{name: "the paper of a donation", screen: "own-printed", come: prints},
	{name: "their year", screen: "own-card-of-years", come: opensAt("donations", "[data-testid=year-cards]", "[data-testid=year-card]")},
	{name: "a day for the calendar", screen: "own-calendar", come: opensAt("donations", "[data-testid=calendar]", "[role=dialog] .codes")},
	{name: "among the gifts", screen: "gifts-shelf", come: browses},
	{name: "one gift", screen: "gift", come: looksAtGift},
	{name: "a gift set aside", screen: "gift-held", come: holds},
	{name: "a gift is theirs", screen: "voucher", come: redeems},
	{name: "the number of a donation half typed", screen: "own-number", typed: true, come: typesDonation},
	{name: "a code on its way", screen: "own-code", come: asksForCode},
	{name: "one result by its code", screen: "own-code-shown", come: opensResult},
}

// scans holds a code before the scanner until the kiosk has read it. A busy machine may
// be slower with a key than any scanner; then the kiosk takes it for a person.
func (l *lobby) scans(code string) {
	l.t.Helper()
	isRead := func() bool { s, there := l.session(); return there && s.Step != checkin.StepIdentify }
	l.until("a code that is read", func() bool {
		// In one command: a scanner does not wait for a program to start before it presses Enter.
		l.hand("type", "--delay", "3", "--args", "1", code, "key", "Return")
		for end := time.Now().Add(patience / 10); !isRead() && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
		return isRead()
	})
}

func comesTo(step checkin.Step) func(*lobby, *rand.Rand) somebody {
	return func(l *lobby, _ *rand.Rand) somebody {
		p := l.stranger()
		l.walk(l.begins(p), step)
		return somebody{Person: p}
	}
}

// minor is a stranger who may not donate yet.
func (l *lobby) minor() identity.Person {
	p := l.stranger()
	p.Born = calendar.New(l.center.Today().Year()-17, p.Born.Month(), p.Born.Day())
	p.Document = identity.WithCheck("110199" + strings.ReplaceAll(p.Born.String(), "-", "") + p.Document.Number[14:17])
	return p
}

// types types so many characters of a number on a keyboard and, when it is whole, goes on.
// The number comes to the kiosk's processes by its keys only.
func (l *lobby) types(count int) somebody {
	l.t.Helper()
	p := l.stranger()
	p.Name = "" // a number has none
	l.typeAnew()
	l.typesNumber()
	l.eval(`document.querySelector(".keypad").focus()`)
	for _, key := range p.Document.Number[:count] { // slower than a scanner
		l.hand("key", string(key))
		l.eval(`await new Promise((done) => setTimeout(done, 90))`)
	}
	l.until("what was typed", func() bool {
		return strings.Contains(l.eval(`return document.querySelector("output.value")?.textContent.replaceAll(/\s/g, "") ?? ""`), p.Document.Number[:count])
	})
	if count == len(p.Document.Number) {
		l.eval(`document.querySelector(".actions .next").click()`)
		l.leavesIdentify()
	}
	return somebody{Person: p}
}

func (l *lobby) leavesIdentify() {
	l.t.Helper()
	l.until("the booking", func() bool { s, there := l.session(); return there && s.Step != checkin.StepIdentify })
}
