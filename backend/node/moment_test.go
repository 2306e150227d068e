package node

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/checkin"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	documents "lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	papers "lianxin/backend/paper"
	"lianxin/backend/point"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

// moments bring a kiosk to where an operation has something to do, and say how it is asked
// there. A new operation with a body, a path that names something, or a step of its own is one
// more entry here; without it TestAbuseOfEveryOperation says that it was never done.
var moments = map[string]func(a *abused) apitest.Good{
	"enrol-kiosk":          invited,
	"start-session":        func(*abused) apitest.Good { return body(map[string]string{"language": "zh-CN"}) },
	"set-session-language": at(checkin.StepGate, func(*abused, checkin.Session) any { return map[string]string{"language": "en"} }),
	"touch-session":        at(checkin.StepBooking, nil),
	"get-session":          at(checkin.StepQuestionnaire, nil),
	"end-session":          at(checkin.StepQuestionnaire, nil),
	"back-session":         at(checkin.StepQuestionnaire, nil),
	"continue-session":     at(checkin.StepGate, nil),
	"print-paper":          at(checkin.StepDone, nil),
	"identify-typed": at(checkin.StepIdentify, func(a *abused, _ checkin.Session) any {
		return checkin.TypedIdentity{Kind: documents.ResidentID, Number: a.nobody().Document.Number}
	}),
	"identify-code":  at(checkin.StepIdentify, func(a *abused, _ checkin.Session) any { return map[string]any{"text": a.Maker.Known["text"][0]} }),
	"choose-purpose": at(checkin.StepBooking, func(_ *abused, s checkin.Session) any { return checkin.Purpose{Choice: &s.Choices[0]} }),
	"answer-question": func(a *abused) apitest.Good {
		s := a.walk(checkin.StepQuestionnaire)
		for _, q := range s.Questionnaire.Items {
			if yes := true; q.Type == "boolean" && q.Answer == nil {
				return apitest.Good{Path: map[string]string{"link_id": q.LinkID}, Body: checkin.Answer{Yes: &yes}}
			}
		}
		a.t.Fatal("no question to say yes to")
		return apitest.Good{}
	},
	"answer-anew": func(a *abused) apitest.Good {
		known, _ := a.answeredElsewhere()
		a.begin()
		if _, err := a.node.checkin.IdentifyCard(a.t.Context(), known.Person); err != nil {
			a.t.Fatal(err)
		}
		if s := a.asWalkIn(); !fromPass(s) {
			a.t.Fatalf("at %s without the answers given elsewhere", s.Step)
		}
		return apitest.Good{}
	},
	"submit-answers": func(a *abused) apitest.Good {
		a.answerAll(a.walk(checkin.StepQuestionnaire))
		return apitest.Good{}
	},
	"sign-consent": at(checkin.StepConsent, func(_ *abused, s checkin.Session) any {
		return checkin.Signed{Version: s.Consent.Version, Language: lang.Chinese, ScrolledIn: lang.Chinese, Strokes: signature()}
	}),
	"choose-exclusion":  at(checkin.StepExclusion, func(*abused, checkin.Session) any { return map[string]string{"code": "use"} }),
	"cancel-staff-call": func(a *abused) apitest.Good { a.must("POST", "/kiosk/staff-call", nil, nil); return apitest.Good{} },

	"switch-suggestions": atAccount(func(*abused, checkin.Session) apitest.Good { return body(map[string]bool{"on": true}) }),
	"ask-correction": atAccount(func(_ *abused, s checkin.Session) apitest.Good {
		return body(checkin.CorrectionAsked{DonationID: s.Account.Account.Donations[0].ID, Subject: correction.Amount})
	}),
	"print-own-paper": atAccount(func(_ *abused, s checkin.Session) apitest.Good {
		return body(checkin.PaperWanted{DonationID: s.Account.Account.Donations[0].ID, Kind: papers.ResultSlip})
	}),
	"print-year-card":       atAccount(func(*abused, checkin.Session) apitest.Good { return body(checkin.YearCardWanted{}) }),
	"open-gifts":            atAccount(func(*abused, checkin.Session) apitest.Good { return apitest.Good{} }),
	"get-gift":              func(a *abused) apitest.Good { return apitest.Good{Path: map[string]string{"id": a.gift().ID}} },
	"choose-gift":           func(a *abused) apitest.Good { a.comesForGifts(); return body(a.wish()) },
	"confirm-gift":          func(a *abused) apitest.Good { a.setsAside(); return apitest.Good{} },
	"release-gift":          func(a *abused) apitest.Good { a.setsAside(); return apitest.Good{} },
	"request-gift":          func(a *abused) apitest.Good { a.wantsWithoutALine(); return apitest.Good{} },
	"print-voucher":         func(a *abused) apitest.Good { a.redeems(); return apitest.Good{} },
	"close-voucher":         func(a *abused) apitest.Good { a.redeems(); return apitest.Good{} },
	"show-own-voucher":      ofOwn,
	"cancel-own-redemption": ofOwn,
	"ask-own-result":        func(a *abused) apitest.Good { return body(a.asksByNumbers()) },
	"open-own-result": func(a *abused) apitest.Good {
		numbers, sent := a.asksByNumbers(), len(a.phones.got)
		a.must("POST", "/kiosk/session/result", numbers, nil)
		a.node.checkin.Wait()
		if err := a.center.SendCodes(context.WithoutCancel(a.t.Context())); err != nil {
			a.t.Fatal(err)
		}
		code := "000000" // a kiosk may have only so many sent in an hour
		if len(a.phones.got) > sent {
			code = a.phones.got[sent].Params["code"]
		}
		return body(map[string]string{"code": code})
	},

	"put-demo-card": func(a *abused) apitest.Good {
		var cards []api.DemoCard
		a.must("GET", "/kiosk/demo/cards", nil, &cards)
		return apitest.Good{Path: map[string]string{"id": cards[0].ID}}
	},
	"open-operator-panel": pinned, "leave-kiosk": pinned, "print-test-page": pinned,
	"export-letters": func(a *abused) apitest.Good { a.refused(); return pinned(a) },
	"settle-letter": func(a *abused) apitest.Good {
		return apitest.Good{Path: map[string]string{"id": a.refused().ID}, Body: api.LetterSettled{PIN: "135790", By: "1024"}}
	},
}

func body(value any) apitest.Good { return apitest.Good{Body: value} }

func pinned(*abused) apitest.Good { return body(map[string]string{"pin": "135790"}) }

// at is a moment of the check-in.
func at(step checkin.Step, ask func(a *abused, s checkin.Session) any) func(*abused) apitest.Good {
	return func(a *abused) apitest.Good {
		s := a.walk(step)
		if ask == nil {
			return apitest.Good{}
		}
		return body(ask(a, s))
	}
}

// atAccount is a moment at which somebody sees what is theirs.
func atAccount(ask func(a *abused, s checkin.Session) apitest.Good) func(*abused) apitest.Good {
	return func(a *abused) apitest.Good {
		d, _ := a.giver()
		return ask(a, a.shows("account", d))
	}
}

// shows lets somebody in by card and waits for what is theirs.
func (a *abused) shows(aim string, d donor.Donor) checkin.Session {
	a.t.Helper()
	a.until("a line", func(s api.KioskState) bool { return s.Online }) // it was cut for what is asked without one
	a.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": aim}, nil)
	if _, err := a.node.checkin.IdentifyCard(a.t.Context(), d.Person); err != nil {
		a.t.Fatal(err)
	}
	s := a.session(func(checkin.Session) bool { return true })
	if s.Account == nil || s.Account.Account == nil || len(s.Account.Account.Donations) == 0 {
		a.t.Fatalf("at %s, the account is %+v", s.Step, s.Account)
	}
	return s
}

// invited is a kiosk that is not enrolled, and the invitation it is shown.
func invited(a *abused) apitest.Good {
	a.t.Helper()
	a.opens()
	_, invitation, err := a.center.Invite(a.t.Context(), "一层大厅 1号机", "kiosk", testSite, "test", time.Minute)
	if err != nil {
		a.t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		a.t.Fatal(err)
	}
	return body(api.EnrolInput{Payload: payload})
}

// giver is somebody with a donation that came through its tests, a phone, and points to spend.
func (a *abused) giver() (donor.Donor, donor.Donation) {
	a.t.Helper()
	a.ahead.Add(30)
	p := a.nobody()
	d := donor.Donor{ID: uuid.NewString(), StationID: "beijing", SiteID: testSite, Key: screening.Key(a.center.GateKey(), p.Document), Person: p, Phone: fmt.Sprintf("1990%07d", a.came)}
	given := donor.Donation{ID: uuid.NewString(), DonorID: d.ID, SiteID: testSite, DIN: donation.DIN(fmt.Sprintf("Z900126%06d", a.came)),
		Product: donation.WholeBlood, VolumeML: 400, On: a.center.Today().AddDays(-400)}
	ledger := point.Ledger{Store: a.center.Store(), NewID: uuid.NewString}
	for _, err := range []error{
		a.center.SaveDonor(a.t.Context(), d, []donor.Donation{given}, nil),
		a.center.SaveResults(a.t.Context(), result.Result{DonationID: given.ID, Qualified: true, ReportedOn: given.On.AddDays(2), Group: donation.Group{ABO: "O", RhD: "+"}}),
		ledger.Give(a.t.Context(), a.clock(), point.Credit{DonorID: d.ID, Cause: d.ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: 500}}}),
	} {
		if err != nil {
			a.t.Fatal(err)
		}
	}
	return d, given
}

// gift is one that this kiosk's site has many of.
func (a *abused) gift() gift.Card {
	a.t.Helper()
	var list api.GiftList
	a.must("GET", "/kiosk/gifts?here=true&limit=100&max_points=60", nil, &list)
	for _, g := range list.Gifts {
		if !g.Codes && g.Left > 0 {
			if _, err := a.center.AddStock(a.t.Context(), g.ID, testSite, 5, "terminal"); err != nil {
				a.t.Fatal(err)
			}
			return g
		}
	}
	a.t.Fatalf("none of %d gifts lies here", len(list.Gifts))
	return gift.Card{}
}

func (a *abused) wish() checkin.GiftChoice {
	g := a.gift()
	return checkin.GiftChoice{GiftID: g.ID, SiteID: testSite, Points: g.Points}
}

func (a *abused) comesForGifts() {
	d, _ := a.giver()
	a.shows("gifts", d)
}

// setsAside lets somebody have a gift set aside.
func (a *abused) setsAside() {
	a.t.Helper()
	a.comesForGifts()
	a.must("POST", "/kiosk/session/gifts/choose", a.wish(), nil)
	a.session(func(s checkin.Session) bool { return s.Redemption.State == "held" })
}

// redeems lets somebody have a gift, and shows the voucher.
func (a *abused) redeems() checkin.Session {
	a.t.Helper()
	a.setsAside()
	a.must("POST", "/kiosk/session/gifts/confirm", nil, nil)
	return a.session(func(s checkin.Session) bool { return s.Redemption.State == "confirmed" && s.Voucher.State == "shown" })
}

// ofOwn is about a gift that was redeemed.
func ofOwn(a *abused) apitest.Good {
	return apitest.Good{Path: map[string]string{"id": a.redeems().Redemption.ID}}
}

// wantsWithoutALine lets somebody choose while the center cannot be reached.
func (a *abused) wantsWithoutALine() {
	a.t.Helper()
	a.comesForGifts()
	a.cut.Store(true)
	defer func() {
		a.cut.Store(false)
		a.node.made(nil)
	}()
	a.must("POST", "/kiosk/session/gifts/choose", a.wish(), nil)
	a.session(func(s checkin.Session) bool { return s.Redemption.MayRequest })
}

// asksByNumbers begins for somebody who left the card at home.
func (a *abused) asksByNumbers() checkin.ResultNumbers {
	d, given := a.giver()
	a.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "account"}, nil)
	return checkin.ResultNumbers{TypedIdentity: checkin.TypedIdentity{Kind: documents.ResidentID, Number: d.Person.Document.Number}, DIN: given.DIN.Printed()}
}

// refused is an operation the center has refused.
func (a *abused) refused() outbox.Operation {
	a.t.Helper()
	before, err := a.node.store.CountOperations(a.t.Context(), outbox.Refused)
	if err != nil {
		a.t.Fatal(err)
	}
	op, err := outbox.New(uuid.NewString(), outbox.VisitCheckedIn, a.clock(), map[string]string{"id": uuid.NewString()})
	if err == nil {
		op, err = a.node.store.AppendOperation(a.t.Context(), op)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	a.node.made(nil)
	a.until("refused", func(api.KioskState) bool {
		now, err := a.node.store.CountOperations(a.t.Context(), outbox.Refused)
		return err == nil && now > before
	})
	return op
}
