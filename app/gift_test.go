//go:build production

package app

import (
	"math/rand/v2"
	"net/http"
	"slices"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/redemption"
)

// How people come to the gifts, with a card.

// wish is a gift that can be picked up here for few points.
func (l *lobby) wish(points int64) (choice checkin.GiftChoice) {
	l.t.Helper()
	l.until("a gift", func() bool { // the catalogue may be on its way still
		var found api.GiftList
		l.must(http.MethodGet, "/kiosk/gifts?here=true&limit=100", nil, &found)
		for _, g := range found.Gifts {
			if !g.Codes && g.Left > 0 && g.Points <= points {
				choice = checkin.GiftChoice{GiftID: g.ID, SiteID: lobbySite, Points: g.Points}
			}
		}
		return choice.GiftID != ""
	})
	return choice
}

// rich is somebody with points for several of the smaller gifts: one person comes to many screens.
func rich(a account.Account) bool { return a.Points.Balance >= 100 }

// browses looks through a shelf.
func browses(l *lobby, random *rand.Rand) somebody {
	p := l.owner(random, rich).Person
	l.shows(l.owns(p, "gifts"))
	l.presses(".shelves button")
	l.sees(".gifts li")
	return somebody{Person: p}
}

// looksAtGift looks at one gift of a shelf.
func looksAtGift(l *lobby, random *rand.Rand) somebody {
	who := browses(l, random)
	l.presses(".gifts li button")
	l.sees(".gift-page .rules")
	return who
}

// holds has a gift set aside and is asked whether they want it.
func holds(l *lobby, random *rand.Rand) somebody {
	o := l.owner(random, rich)
	l.owns(o.Person, "gifts")
	l.shows(l.setsAside())
	l.sees("[data-testid=redemption-held]")
	return somebody{Person: o.Person}
}

// setsAside chooses a gift until it is set aside: what was set aside before is on its way back.
func (l *lobby) setsAside() (s checkin.Session) {
	l.t.Helper()
	choice := l.wish(20)
	l.until("a gift set aside", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		switch {
		case s.Redemption == nil:
			l.must(http.MethodPost, "/kiosk/session/gifts/choose", choice, &s)
		case s.Redemption.State == "failed":
			l.must(http.MethodPost, "/kiosk/session/gifts/release", nil, &s)
		}
		return s.Redemption != nil && s.Redemption.State == "held"
	})
	return s
}

// givesBack is asked whether they really want to give a gift back.
func givesBack(l *lobby) {
	who := redeems(l, person())
	l.home()
	l.showsAt(l.owns(who.Person, "account"), "?view=points")
	l.presses("[data-testid^=cancel-]")
}

// asksForNoVoucher wants to see the voucher of a gift that is nobody's.
func asksForNoVoucher(l *lobby) {
	l.owns(l.owner(person(), rich).Person, "account")
	var s checkin.Session
	l.must(http.MethodPost, "/kiosk/session/redemptions/nobodys/show", nil, &s)
	l.until("no voucher", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Voucher != nil && s.Voucher.State == "failed"
	})
	l.shows(s)
}

// redeems has the voucher of a gift on the screen: one of before, or a new one.
func redeems(l *lobby, random *rand.Rand) somebody {
	o := l.owner(random, rich)
	s := l.owns(o.Person, "gifts")
	if mine := s.Account.Account.Redemptions; slices.ContainsFunc(mine, isToPickUp) {
		l.must(http.MethodPost, "/kiosk/session/redemptions/"+mine[slices.IndexFunc(mine, isToPickUp)].ID+"/show", nil, &s)
	} else {
		l.setsAside()
		l.must(http.MethodPost, "/kiosk/session/gifts/confirm", nil, &s)
	}
	s = l.untilVoucher()
	return somebody{Person: o.Person, shown: []string{s.Voucher.Number, s.Voucher.QR}}
}

func isToPickUp(r account.Redemption) bool { return r.Status == redemption.Confirmed && !r.Codes }

// untilVoucher waits for a voucher, and for the account that has it.
func (l *lobby) untilVoucher() (s checkin.Session) {
	l.t.Helper()
	isShown := func(r account.Redemption) bool { return r.ID == s.Voucher.RedemptionID }
	l.until("a voucher, and the account that has it", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Voucher != nil && s.Voucher.State == "shown" && slices.ContainsFunc(s.Account.Account.Redemptions, isShown)
	})
	l.shows(s)
	l.sees("[data-testid=voucher]")
	return s
}

// confirms has redeemed a gift just now, having given back what they had, and has put the voucher away.
func confirms(l *lobby) {
	s := l.owns(l.owner(person(), rich).Person, "gifts")
	for _, r := range s.Account.Account.Redemptions {
		if !isToPickUp(r) || !r.MayCancel {
			continue
		}
		l.must(http.MethodPost, "/kiosk/session/redemptions/"+r.ID+"/cancel", nil, &s)
		l.until("a gift given back", func() bool {
			l.must(http.MethodGet, "/kiosk/session", nil, &s)
			return s.Cancelled != nil && s.Cancelled.ID == r.ID && s.Cancelled.State == "done"
		})
	}
	l.setsAside()
	l.must(http.MethodPost, "/kiosk/session/gifts/confirm", nil, &s)
	l.untilVoucher()
	l.presses(".actions .next")
}
