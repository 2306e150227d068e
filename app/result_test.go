//go:build production

package app

import (
	"math/rand/v2"
	"net/http"
	"strings"

	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
)

// How people come to one result without a card, by two numbers and a code.

// numbers are a document's and a donation's of somebody whose result can be seen by a code.
func (l *lobby) numbers() (document, din string, who somebody) {
	l.t.Helper()
	l.askAnew()
	document, printed, err := l.center.ResultTrial(l.t.Context())
	if err != nil || document == "" {
		l.t.Fatalf("nobody's result can be asked for: %v", err)
	}
	number, err := donation.ParseDIN(printed)
	if err != nil {
		l.t.Fatal(err)
	}
	din = strings.ReplaceAll(printed, " ", "")
	doc := identity.Document{Kind: identity.ResidentID, Number: document}
	born, _ := doc.BirthDate() // such a number carries one
	return document, din, somebody{Person: identity.Person{Document: doc, Born: born}, shown: []string{din, printed, string(number)}}
}

// typesDonation types two numbers, the second not to its end.
func typesDonation(l *lobby, random *rand.Rand) somebody {
	document, din, who := l.numbers()
	l.wantsOwn()
	l.presses("[data-testid=by-din]")
	l.presses("[data-testid=kind-resident_id]")
	l.sees(".keypad")
	l.taps(document)
	l.presses(".actions .next")
	l.sees(".keypad.donation")
	count := 8 + random.IntN(4)
	l.taps(din[:count])
	who.shown = []string{din[:count]}
	return who
}

// asksForCode has typed both numbers; a code is on its way to the phone on record.
func asksForCode(l *lobby, _ *rand.Rand) somebody {
	document, din, who := l.numbers()
	l.asksForResult(document, din, who)
	l.shows(l.untilResult("code"))
	l.sees(".keypad")
	return who
}

func (l *lobby) asksForResult(document, din string, _ somebody) {
	l.t.Helper()
	if _, err := l.page.Step(http.MethodPost, "", map[string]string{"language": "zh-CN", "aim": "account"}); err != nil {
		l.t.Fatal(err)
	}
	numbers := checkin.ResultNumbers{TypedIdentity: checkin.TypedIdentity{Kind: identity.ResidentID, Number: document}, DIN: din}
	var s checkin.Session
	l.must(http.MethodPost, "/kiosk/session/result", numbers, &s)
	l.shows(s)
}

func (l *lobby) untilResult(state string) (s checkin.Session) {
	l.t.Helper()
	l.until("a result that is "+state, func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Result != nil && s.Result.State == state
	})
	return s
}

// opensResult has typed the code as well.
func opensResult(l *lobby, random *rand.Rand) somebody {
	who := asksForCode(l, random)
	if err := l.center.SendCodes(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.taps(l.phones.code())
	l.presses(".actions .next")
	l.shows(l.untilResult("shown"))
	l.sees(".donation")
	return who
}

// wrongCodes types codes that are not right.
func (l *lobby) wrongCodes(count int) {
	l.t.Helper()
	var s checkin.Session
	for n := range count {
		l.must(http.MethodPost, "/kiosk/session/result/code", map[string]string{"code": "000000"}, &s)
		l.until("what the center says to a code", func() bool {
			l.must(http.MethodGet, "/kiosk/session", nil, &s)
			return s.Result.State == "over" || s.Result.Wrong && s.Result.Left == 4-n
		})
	}
	l.shows(s)
}
