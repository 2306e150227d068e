package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/point"
	"lianxin/backend/redemption"
)

// redeeming is the service on a store, at a time that may be moved.
func redeeming(s Subject, now func() time.Time) redemption.Service {
	return redemption.Service{Store: s.Store, Ledger: pointLedger(s), Now: now,
		Rules:   func(calendar.Date) (*point.Pack, error) { return point.BuiltIn(), nil },
		NewCode: func() (identity.Code, error) { return identity.NewCode(identity.VoucherCode, rand.Reader) }}
}

var mug = gift.Listed{Gift: gift.Gift{ID: "mug", Category: "kitchen", Name: lang.Text{ZH: "杯子", EN: "Mug"}, Points: 20, Limit: 2, Picture: "mug", Colour: "red"},
	Shelf: gift.Category{ID: "kitchen", Name: lang.Text{ZH: "厨房", EN: "Kitchen"}}}

var ticket = gift.Listed{Gift: gift.Gift{ID: "ticket", Category: "cinema", Name: lang.Text{ZH: "电影票", EN: "Ticket"}, Points: 30, Codes: true, Picture: "ticket", Colour: "blue"},
	Shelf: gift.Category{ID: "cinema", Name: lang.Text{ZH: "电影", EN: "Cinema"}}, Position: 1}

// shop puts two gifts, n of each and some rich donors into a store.
func shop(t *testing.T, s Subject, n, donors int, points int64) {
	t.Helper()
	ctx := t.Context()
	must(t, s.SaveGifts(ctx, mug, ticket))
	got(s.MoveStock(ctx, gift.Stock{GiftID: "mug", SiteID: Site, Loaded: n, Left: n}))(t)
	loadCodes(t, s, "first", n)
	for i := range donors {
		id := fmt.Sprintf("d%d", i)
		must(t, s.SaveDonor(ctx, donor.Donor{ID: id, Key: DonorKey(i), Card: "card-" + id, Person: Person(i)}))
		must(t, pointLedger(s).Give(ctx, At, credit(id, "cause-"+id, award("per-donation", points, calendar.Date{}))))
	}
}

func loadCodes(t *testing.T, s Subject, series string, n int) {
	t.Helper()
	codes := make([]gift.Code, n)
	for i := range codes {
		codes[i] = gift.Code{ID: fmt.Sprintf("%s-%03d", series, i), GiftID: "ticket", Text: fmt.Sprintf("SECRET-%s-%d", series, i)}
	}
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		added, err := s.AddCodes(ctx, codes...)
		if err == nil && added > 0 {
			_, err = s.MoveStock(ctx, gift.Stock{GiftID: "ticket", Loaded: added, Left: added})
		}
		return err
	}))
}

func askFor(id, donorID string, g gift.Listed) redemption.Ask {
	a := redemption.Ask{ID: id, DonorID: donorID, GiftID: g.ID, SiteID: Site, Points: g.Points, Lang: lang.Chinese, Device: DeviceID}
	if g.Codes {
		a.SiteID = ""
	}
	return a
}

// fits checks that points, stock, codes and redemptions agree with each other.
func fits(t *testing.T, s Subject) {
	t.Helper()
	adds(t, s)
	if astray, _, err := s.RedemptionSums(t.Context()); err != nil || astray != "" {
		t.Errorf("%s %v", astray, err)
	}
}

func stockOf(t *testing.T, s Subject, giftID string) gift.Stock {
	t.Helper()
	return got(s.Stocks(t.Context(), giftID))(t)[0]
}

// One gift's way from the shelf to the desk, each step told twice.
func redemptions(t *testing.T, s Subject) {
	ctx, now := t.Context(), At
	r := redeeming(s, func() time.Time { return now })
	shop(t, s, 3, 2, 100)
	twice := func(do func() error) { t.Helper(); must(t, do()); must(t, do()); fits(t, s) }
	balance := func(donorID string) int64 { total, _, _ := pointLedger(s).Balance(ctx, Today, donorID); return total }

	twice(func() error { _, err := r.Hold(ctx, askFor("r1", "d0", mug)); return err })
	equal(t, "held", stockOf(t, s, "mug"), gift.Stock{GiftID: "mug", SiteID: Site, Loaded: 3, Left: 2, Held: 1})
	equal(t, "points are set aside", balance("d0"), int64(80))
	twice(func() error { _, err := r.Confirm(ctx, "r1", "d0"); return err })
	voucher := got(s.Voucher(ctx, "r1"))(t)
	equal(t, "person of the voucher", voucher.Person, Person(0))
	found, _, err := r.Find(ctx, voucher.Code.Text())
	equal(t, "found by its code", []any{found.ID, err}, []any{"r1", nil})
	found, _, err = r.Find(ctx, voucher.Number()[:5]+"-"+voucher.Number()[5:])
	equal(t, "found by its number", []any{found.ID, err}, []any{"r1", nil})
	_, err = r.HandOver(ctx, "r1", "elsewhere", "staff")
	refused(t, "at another site", err, "redemption.other_site")
	step := got(r.HandOver(ctx, "r1", Site, "staff"))(t)
	equal(t, "handed over", step.Redemption.Status, redemption.PickedUp)
	_, err = r.HandOver(ctx, "r1", Site, "staff")
	refused(t, "handed over twice", err, "redemption.picked_up")
	equal(t, "says where", fault.From(err).Params["site"], any(Site))
	_, err = r.Cancel(ctx, "r1", "d0")
	refused(t, "cancelled after it", err, "redemption.picked_up")
	equal(t, "gone", stockOf(t, s, "mug"), gift.Stock{GiftID: "mug", SiteID: Site, Loaded: 3, Left: 2, Handed: 1})

	twice(func() error { _, err := r.Hold(ctx, askFor("r2", "d0", mug)); return err })
	_, err = r.Hold(ctx, askFor("r3", "d0", mug))
	refused(t, "a third of two in a year", err, "gift.limit")
	_, err = r.Hold(ctx, askFor("r2", "d1", mug))
	refused(t, "somebody else's redemption", err, "redemption.id_reused")
	_, err = r.Confirm(ctx, "r2", "d1")
	refused(t, "confirmed by somebody else", err, "redemption.not_found")
	twice(func() error { _, err := r.Cancel(ctx, "r2", "d0"); return err })
	equal(t, "given back", balance("d0"), int64(80))
	dear := askFor("r4", "d0", mug)
	dear.Points = 19
	_, err = r.Hold(ctx, dear)
	refused(t, "at the price of yesterday", err, "gift.price_changed")
	fits(t, s)
}

// Codes are handed out once; one that was shown is gone for good.
func redemptionOfCodes(t *testing.T, s Subject) {
	ctx, now := t.Context(), At
	r := redeeming(s, func() time.Time { return now })
	shop(t, s, 2, 3, 100)
	loadCodes(t, s, "first", 2) // the same file again
	for i, id := range []string{"r0", "r1"} {
		got(r.Hold(ctx, askFor(id, fmt.Sprintf("d%d", i), ticket)))(t)
		got(r.Confirm(ctx, id, fmt.Sprintf("d%d", i)))(t)
	}
	_, err := r.Hold(ctx, askFor("r2", "d2", ticket))
	refused(t, "a third of two", err, "gift.none_left")
	_, code, _, err := r.Show(ctx, "r0", "d0")
	must(t, err)
	_, again, _, err := r.Show(ctx, "r0", "d0")
	must(t, err)
	equal(t, "shown again", again, code)
	_, err = r.Cancel(ctx, "r0", "d0")
	refused(t, "cancelled after it was shown", err, "redemption.code_shown")
	got(r.Cancel(ctx, "r1", "d1"))(t)
	got(r.Hold(ctx, askFor("r2", "d2", ticket)))(t)
	got(r.Confirm(ctx, "r2", "d2"))(t)
	_, other, _, err := r.Show(ctx, "r2", "d2")
	must(t, err)
	if other.Text == code.Text {
		t.Errorf("%q was handed out twice", code.Text)
	}
	fits(t, s)
	equal(t, "all are out", stockOf(t, s, "ticket"), gift.Stock{GiftID: "ticket", Loaded: 2, Handed: 2})
}

// What nobody confirms comes back; what was asked for without a line is decided when
// it arrives, and told twice it is decided once.
func redemptionsLate(t *testing.T, s Subject) {
	ctx, now := t.Context(), At
	r := redeeming(s, func() time.Time { return now })
	shop(t, s, 2, 3, 40)
	got(r.Hold(ctx, askFor("r0", "d0", mug)))(t)
	now = now.Add(point.BuiltIn().Redeem.HoldFor - time.Second)
	equal(t, "not yet", got(s.HeldUntil(ctx, now, "", 10))(t), []string{})
	now = now.Add(time.Second)
	equal(t, "over", got(s.HeldUntil(ctx, now, "", 10))(t), []string{"r0"})
	equal(t, "behind it", got(s.HeldUntil(ctx, now, "r0", 10))(t), []string{})
	for range 2 {
		equal(t, "lapsed", got(r.Lapse(ctx, "r0"))(t).Redemption.Status, redemption.Lapsed)
	}
	_, err := r.Confirm(ctx, "r0", "d0")
	refused(t, "confirmed too late", err, "redemption.lapsed")
	fits(t, s)

	got(r.Hold(ctx, askFor("unheard", "d1", mug)))(t) // its answer was lost
	for range 2 {
		step := got(r.Request(ctx, askFor("r1", "d1", mug), "unheard", At))(t)
		equal(t, "granted", []any{step.Redemption.Status, step.Redemption.Queued, step.Redemption.AskedAt.Equal(At)}, []any{redemption.Confirmed, true, true})
	}
	equal(t, "what was held before is back", stockOf(t, s, "mug").Held, 1)
	got(r.Request(ctx, askFor("r2", "d2", mug), "", At))(t)
	for range 2 {
		step := got(r.Request(ctx, askFor("r3", "d0", mug), "", At))(t)
		equal(t, "refused", []any{step.Redemption.Status, step.Redemption.Reason}, []any{redemption.Refused, "gift.none_left"})
	}
	step := got(r.Request(ctx, askFor("r4", "d1", ticket), "", At))(t)
	equal(t, "no points left", step.Redemption.Reason, "point.not_enough")
	fits(t, s)
	own := got(s.RedemptionsOf(ctx, []string{"d0"}, 10))(t)
	equal(t, "told at the next visit", len(own), 2)
}

// A yes was heard, and its answer lost with the line. A wish for the same gift takes its
// place; one for another gift leaves it alone, for they said yes to both.
func wishesBesideAYes(t *testing.T, s Subject) {
	ctx := t.Context()
	r := redeeming(s, func() time.Time { return At })
	shop(t, s, 5, 1, 100)
	status := func(id string) redemption.Status { return got(s.Redemption(ctx, id))(t).Status }
	got(r.Hold(ctx, askFor("yes", "d0", mug)))(t)
	got(r.Confirm(ctx, "yes", "d0"))(t)
	got(r.Request(ctx, askFor("same", "d0", mug), "yes", At))(t)
	equal(t, "the same gift", []redemption.Status{status("yes"), status("same")}, []redemption.Status{redemption.Cancelled, redemption.Confirmed})
	loadCodes(t, s, "A", 1)
	got(r.Request(ctx, askFor("other", "d0", ticket), "same", At))(t)
	equal(t, "another gift", []redemption.Status{status("same"), status("other")}, []redemption.Status{redemption.Confirmed, redemption.Confirmed})
	fits(t, s)
}

// A voucher that nobody uses in time is good for nothing from the next day on; points, gift
// and code come back once, and what was used in time stays used. One without a last day is
// good for ever.
func vouchersExpire(t *testing.T, s Subject) {
	ctx, now := t.Context(), At
	r := redeeming(s, func() time.Time { return now })
	shop(t, s, 4, 4, 60)
	for i, g := range []gift.Listed{mug, ticket, mug} {
		id, who := fmt.Sprintf("r%d", i), fmt.Sprintf("d%d", i)
		got(r.Hold(ctx, askFor(id, who, g)))(t)
		got(r.Confirm(ctx, id, who))(t)
	}
	old := got(r.Hold(ctx, askFor("old", "d3", mug)))(t).Redemption // made before vouchers had a last day
	old = got(r.Confirm(ctx, "old", "d3"))(t).Redemption
	old.PickUpUntil = calendar.Date{}
	must(t, s.SaveRedemption(ctx, old))
	last := point.BuiltIn().Redeem.PickUpUntil(Today)
	for _, id := range []string{"r0", "r1", "r2"} {
		equal(t, id+" says its last day", got(s.Redemption(ctx, id))(t).PickUpUntil, last)
	}
	equal(t, "and so does its voucher", got(s.Voucher(ctx, "r0"))(t).PickUpUntil, last)

	now = time.Date(last.Year(), last.Month(), last.Day(), 23, 59, 0, 0, calendar.Beijing)
	equal(t, "on the last day", got(s.Unused(ctx, last, "", 10))(t), []string{})
	for range 2 {
		equal(t, "too early to take back", got(r.Expire(ctx, "r0"))(t).Redemption.Status, redemption.Confirmed)
	}
	got(r.HandOver(ctx, "r2", Site, "staff"))(t)

	ending := func(first, last calendar.Date, afterID string) (ids []string) {
		for _, one := range got(s.Ending(ctx, first, last, afterID, 10))(t) {
			ids = append(ids, one.ID)
		}
		return ids
	}
	equal(t, "end on that day", ending(last, last, ""), []string{"r0", "r1"})
	equal(t, "behind the first, in a week", ending(last.AddDays(-6), last, "r0"), []string{"r1"})
	equal(t, "end earlier or later", append(ending(last.AddDays(-7), last.AddDays(-1), ""), ending(last.AddDays(1), last.AddDays(7), "")...), []string(nil))
	told := got(s.Redemption(ctx, "r0"))(t)
	told.Reminded = 14
	must(t, s.SaveRedemption(ctx, told))
	equal(t, "its owner was reminded", got(s.Ending(ctx, last, last, "", 1))(t), []redemption.Redemption{told})

	now = now.Add(time.Minute)
	next := last.AddDays(1)
	equal(t, "the day after", got(s.Unused(ctx, next, "", 10))(t), []string{"r0", "r1"})
	equal(t, "behind the first", got(s.Unused(ctx, next, "r0", 10))(t), []string{"r1"})
	_, err := r.HandOver(ctx, "r0", Site, "staff")
	refused(t, "handed over too late, and nobody had taken it back yet", err, "redemption.expired")
	equal(t, "says until when it was good", fault.From(err).Params["until"], any(last.String()))
	_, _, _, err = r.Show(ctx, "r1", "d1")
	refused(t, "the code shown too late", err, "redemption.expired")
	for range 2 {
		for _, id := range []string{"r0", "r1", "r2", "old"} {
			got(r.Expire(ctx, id))(t)
		}
	}
	_, err = r.HandOver(ctx, "r0", Site, "staff")
	refused(t, "and afterwards", err, "redemption.expired")
	equal(t, "nothing is left to take back", got(s.Unused(ctx, next.AddYears(9), "", 10))(t), []string{})
	statuses := map[string]redemption.Status{}
	for _, id := range []string{"r0", "r1", "r2", "old"} {
		statuses[id] = got(s.Redemption(ctx, id))(t).Status
	}
	equal(t, "statuses", statuses, map[string]redemption.Status{"r0": redemption.Lapsed, "r1": redemption.Lapsed, "r2": redemption.PickedUp, "old": redemption.Confirmed})
	equal(t, "the mug is back", stockOf(t, s, "mug"), gift.Stock{GiftID: "mug", SiteID: Site, Loaded: 4, Left: 2, Held: 1, Handed: 1})
	equal(t, "and so is the ticket", stockOf(t, s, "ticket"), gift.Stock{GiftID: "ticket", Loaded: 4, Left: 4})
	for id, want := range map[string]int64{"d0": 60, "d1": 60, "d2": 40, "d3": 40} {
		has, _, err := pointLedger(s).Balance(ctx, next, id)
		must(t, err)
		equal(t, "points of "+id, has, want)
	}
	got(r.HandOver(ctx, "old", Site, "staff"))(t)
	fits(t, s)
}

// Who is one person under two documents spends what both have; when that is undone,
// each has what was theirs, and who spent pays.
func redemptionsOfMerged(t *testing.T, s Subject) {
	ctx := t.Context()
	r := redeeming(s, func() time.Time { return At })
	l := pointLedger(s)
	shop(t, s, 5, 2, 25)
	balance := func(donorID string) int64 { total, _, _ := l.Balance(ctx, Today, donorID); return total }
	_, err := r.Hold(ctx, askFor("r0", "d0", ticket))
	refused(t, "more than one of them has", err, "point.not_enough")
	must(t, s.MergeInto(ctx, "d1", "d0"))
	got(r.Hold(ctx, askFor("r0", "d0", ticket)))(t)
	equal(t, "their own go first", []int64{balance("d0"), balance("d1")}, []int64{0, 20})
	got(r.Hold(ctx, askFor("r1", "d1", mug)))(t)
	_, err = r.Hold(ctx, askFor("r2", "d0", mug))
	refused(t, "they have one balance", err, "point.not_enough")
	got(r.Confirm(ctx, "r1", "d0"))(t)
	got(r.Confirm(ctx, "r0", "d0"))(t)
	fits(t, s)

	must(t, s.MergeInto(ctx, "", "d0"))
	must(t, l.Give(ctx, At, credit("d0", "another", award("per-donation", 3, calendar.Date{}))))
	for range 2 {
		must(t, l.Settle(ctx, "r0", At, "d0"))
		must(t, l.Settle(ctx, "r1", At, "d1"))
	}
	// r0 took 25 of d0 and 5 of d1: d1 has 25 - 20 again, d0 paid the 3 there were.
	equal(t, "after it was undone", []int64{balance("d0"), balance("d1")}, []int64{0, 5})
	got(r.Cancel(ctx, "r0", "d0"))(t)
	equal(t, "given back to who paid", []int64{balance("d0"), balance("d1")}, []int64{28, 5})
	fits(t, s)
}
