//go:build production

package app

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/result"
)

// How people come to what is theirs: with a card to all of it, with two numbers and a
// code to one result.

// owner is somebody the center knows, with what is theirs as it was at first.
type owner struct {
	identity.Person
	account.Account
}

// owner is one of those who fit.
func (l *lobby) owner(random *rand.Rand, fits func(account.Account) bool) owner {
	l.t.Helper()
	if l.owners == nil {
		l.askAnew()
		all, err := l.center.Store().DonorsAfter(l.t.Context(), "", 100)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, d := range all {
			l.askAnew()
			own, err := l.center.Account(l.t.Context(), l.device, account.Request{DonorKey: d.Key})
			if err != nil {
				l.t.Fatal(err)
			}
			if d.Person.Document.Kind == identity.ResidentID { // the simulated reader has no other cards
				l.owners = append(l.owners, owner{d.Person, own})
			}
		}
	}
	var fitting []owner
	for _, o := range l.owners {
		if fits(o.Account) {
			fitting = append(fitting, o)
		}
	}
	if len(fitting) == 0 {
		l.t.Fatalf("nobody of %d fits", len(l.owners))
	}
	return fitting[random.IntN(len(fitting))]
}

// askAnew forgets how often was asked here, as if an hour had passed: people come here
// one after the other as they never do.
func (l *lobby) askAnew() {
	l.t.Helper()
	if err := l.center.Store().ForgetPurses(l.t.Context(), time.Now().Add(24*time.Hour)); err != nil {
		l.t.Fatal(err)
	}
}

func hasGiven(a account.Account) bool { return len(a.Donations) > 0 }

// owns lays somebody's card on the reader and waits for what the center says is theirs.
func (l *lobby) owns(p identity.Person, aim string) (s checkin.Session) {
	l.t.Helper()
	l.askAnew()
	l.lays(p, map[string]string{"language": "zh-CN", "aim": aim})
	l.until("what the center says", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Account != nil && s.Account.State == "shown"
	})
	return s
}

// looksAt shows what is one's own to somebody the center knows.
func looksAt(view string) func(*lobby, *rand.Rand) somebody {
	return func(l *lobby, random *rand.Rand) somebody {
		p := l.owner(random, hasGiven).Person
		l.showsAt(l.owns(p, "account"), "?view="+view)
		return somebody{Person: p}
	}
}

// opensAt presses something there and waits for what it opens.
func opensAt(view, button, opened string) func(*lobby, *rand.Rand) somebody {
	return func(l *lobby, random *rand.Rand) somebody {
		p := l.owner(random, mayNotGive).Person
		l.showsAt(l.owns(p, "account"), "?view="+view)
		l.presses(button)
		l.sees(opened)
		return somebody{Person: p}
	}
}

// mayNotGive tells whether there is a day to come on which something is possible again.
func mayNotGive(a account.Account) bool {
	for _, next := range a.Next {
		if hasGiven(a) && !next.Allowed && !next.EarliestOn.IsZero() {
			return true
		}
	}
	return false
}

// presses presses a button as soon as it is there and awake.
func (l *lobby) presses(button string) {
	l.t.Helper()
	l.until("a button "+button, func() bool {
		return l.eval(`const b = [...document.querySelectorAll(`+quoted(button)+`)].find((b) => b.getAttribute("aria-disabled") !== "true" && b.getAttribute("aria-busy") !== "true");
			b?.click(); return !!b`) == "true"
	})
}

// sees waits until the page shows something.
func (l *lobby) sees(what string) {
	l.t.Helper()
	l.until("the page shows "+what, func() bool { return l.eval(`return !!document.querySelector(`+quoted(what)+`)`) == "true" })
}

func quoted(selector string) string { return "`" + selector + "`" }

// taps taps the keys of the pad one after the other: no script holds all of them.
func (l *lobby) taps(keys string) {
	l.t.Helper()
	for _, key := range keys {
		l.eval(`[...document.querySelectorAll(".keypad .key")].find((k) => k.textContent === ` + quoted(string(key)) + `).click()`)
	}
}

// says that something on file is not right, and has chosen which donation.
func says(l *lobby, random *rand.Rand) somebody {
	p := l.owner(random, hasGiven).Person
	l.showsAt(l.owns(p, "account"), "?view=donations")
	l.presses("[data-testid=correction]")
	l.presses("[role=dialog] [role=radio]")
	l.sees("[data-testid=correction-send]")
	return somebody{Person: p}
}

// prints the slip of a result.
func prints(l *lobby, random *rand.Rand) somebody {
	isQualified := func(d account.Donation) bool { return d.Result.State == result.Qualified }
	o := l.owner(random, func(a account.Account) bool { return slices.ContainsFunc(a.Donations, isQualified) })
	given := o.Donations[slices.IndexFunc(o.Donations, isQualified)]
	l.showsAt(l.owns(o.Person, "account"), "?view=results")
	l.presses("[data-testid=print-" + given.ID + "]")
	l.presses("[data-testid=paper-result_slip]")
	l.sees("[data-testid=paper-state][data-state=printed]")
	return somebody{Person: o.Person}
}

// stopsForProof comes as far as a typed number leads who may not donate: a card is wanted, or a code.
func stopsForProof(l *lobby, _ *rand.Rand) somebody {
	p := l.minor()
	p.Name = "" // a number has none
	l.typeAnew()
	if _, err := l.page.Step(http.MethodPost, "", map[string]string{"language": "zh-CN"}); err != nil {
		l.t.Fatal(err)
	}
	s, err := l.page.Step(http.MethodPost, "/identity", checkin.TypedIdentity{Kind: identity.ResidentID, Number: p.Document.Number})
	if err != nil {
		l.t.Fatal(err)
	}
	for s.Step != checkin.StepProof {
		if s, err = l.page.Next(s, "use"); err != nil {
			l.t.Fatal(err)
		}
	}
	l.shows(s)
	return somebody{Person: p}
}
