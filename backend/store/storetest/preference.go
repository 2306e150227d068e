package storetest

import (
	"testing"
	"time"

	"lianxin/backend/preference"
	"lianxin/backend/redemption"
)

// preferences are counted, changed and forgotten alike.
func preferences(t *testing.T, s Subject) {
	ctx := t.Context()
	ab, bc := preference.NewBasket("haidian", []string{"a", "b"}), preference.NewBasket("miyun", []string{"b", "c"})
	counts := preference.Counts{}
	for range preference.MinPeople {
		counts.Replace(preference.Basket{}, ab)
	}
	counts.Replace(preference.Basket{}, bc)
	must(t, s.ChangeCounts(ctx, counts))
	equal(t, "all counts", got(s.Counts(ctx))(t), counts)
	few := got(s.CountsFor(ctx, []string{"a"}, "haidian"))(t)
	equal(t, "what is needed for who has a", few, preference.Counts{{Gift: "a"}: 5, {Gift: "b"}: 6, {SiteID: "haidian", Gift: "a"}: 5,
		{SiteID: "haidian", Gift: "b"}: 5, {Gift: "a", Other: "b"}: 5})
	back := preference.Counts{}
	back.Replace(bc, preference.Basket{})
	must(t, s.ChangeCounts(ctx, back))
	counts.Replace(bc, preference.Basket{})
	equal(t, "one person less", got(s.Counts(ctx))(t), counts)

	must(t, s.SaveBaskets(ctx, map[string]preference.Basket{"p": ab, "q": bc, "one": preference.NewBasket("miyun", []string{"c"})}))
	must(t, s.SaveBaskets(ctx, map[string]preference.Basket{"q": {}, "never": {}}))
	equal(t, "baskets", got(s.Baskets(ctx, []string{"p", "q"}))(t), map[string]preference.Basket{"p": ab})
	equal(t, "baskets of several", got(s.SomeBaskets(ctx, 10))(t), []preference.Basket{ab})
	equal(t, "who is counted", got(s.RedeemersAfter(ctx, "one", 10))(t), []string{"p"})
}

// switches are kept in the order they were made, not the order they arrive.
func preferenceSwitches(t *testing.T, s Subject) {
	ctx, noon := t.Context(), time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	equal(t, "nothing said", got(s.WantsSuggestions(ctx, []string{"p"}))(t), true)
	for _, c := range []struct {
		on             bool
		at             time.Time
		changed, wants bool
	}{{false, noon, true, false}, {false, noon, false, false}, {true, noon.Add(-time.Hour), false, false}, {true, noon.Add(time.Hour), true, true}, {false, noon.Add(2 * time.Hour), true, false}} {
		equal(t, "changed", got(s.SaveSwitch(ctx, "p", c.on, c.at))(t), c.changed)
		equal(t, "wants", got(s.WantsSuggestions(ctx, []string{"p", "other"}))(t), c.wants)
	}
	equal(t, "switched off", got(s.SwitchedOff(ctx))(t), 1)
	equal(t, "to be counted", got(s.RedeemersSince(ctx, noon, "", 10))(t), []string{"p"})
	must(t, s.NoteCounted(ctx, []string{"p"}))
	equal(t, "counted", len(got(s.RedeemersSince(ctx, noon, "", 10))(t)), 0)
}

// requestedByWeek counts what took stock, and what was refused because none was left.
func requestedByWeek(t *testing.T, s Subject) {
	ctx, monday := t.Context(), time.Date(2026, 11, 15, 16, 0, 0, 0, time.UTC)
	for i, r := range []redemption.Redemption{
		{GiftID: "mug", SiteID: "a", Status: redemption.PickedUp, AskedAt: monday},
		{GiftID: "mug", SiteID: "a", Status: redemption.Held, AskedAt: monday.AddDate(0, 0, 7).Add(-time.Microsecond)},
		{GiftID: "mug", SiteID: "a", Status: redemption.Confirmed, AskedAt: monday.AddDate(0, 0, 7)},
		{GiftID: "mug", SiteID: "a", Status: redemption.Refused, Reason: "gift.none_left", AskedAt: monday.AddDate(0, 0, 8)},
		{GiftID: "mug", SiteID: "a", Status: redemption.Refused, Reason: "point.not_enough", AskedAt: monday},
		{GiftID: "mug", SiteID: "a", Status: redemption.Cancelled, AskedAt: monday},
		{GiftID: "mug", SiteID: "a", Status: redemption.PickedUp, AskedAt: monday.Add(-time.Microsecond)},
	} {
		r.ID, r.DonorID = string(rune('a'+i)), "p"
		must(t, s.SaveRedemption(ctx, r))
	}
	weeks := map[int]int{}
	for _, row := range got(s.RequestedByWeek(ctx, monday))(t) {
		equal(t, "place", row.GiftID+row.SiteID, "muga")
		weeks[row.Week] = row.N
	}
	equal(t, "weeks", weeks, map[int]int{0: 2, 1: 2})
	// Refused at a kiosk with a line: one of a person, a gift and a day, however often they try.
	for i, who := range []string{"p", "p", "q", "p"} {
		must(t, s.NoteRefusal(ctx, who, "mug", "a", monday.Add(time.Duration(i)*time.Hour)))
	}
	must(t, s.NoteRefusal(ctx, "p", "mug", "a", monday.AddDate(0, 0, 1)))
	must(t, s.NoteRefusal(ctx, "p", "mug", "b", monday.AddDate(0, 0, -1)))
	inWeek := func(n int) int {
		for _, row := range got(s.RequestedByWeek(ctx, monday))(t) {
			if row.GiftID+row.SiteID == "muga" && row.Week == n {
				return row.N
			}
		}
		return 0
	}
	equal(t, "with who came too late", inWeek(0), 2+3)
	must(t, s.ForgetRefusals(ctx, monday.AddDate(0, 0, 1)))
	equal(t, "those of long ago are forgotten", inWeek(0), 2+1)
	equal(t, "who asked lately", got(s.RedeemersSince(ctx, monday, "", 10))(t), []string{"p"})
	equal(t, "who asked lately, the next page", len(got(s.RedeemersSince(ctx, monday, "p", 10))(t)), 0)
}
