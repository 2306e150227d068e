package policy

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

const (
	whole     = donation.WholeBlood
	platelets = donation.Apheresis
)

var today = day("2026-11-23")

// adult may give as far as the person goes.
var adult = Person{BirthDate: day("1990-05-05"), Sex: Female}

func TestGateByPerson(t *testing.T) {
	for _, c := range []struct {
		name      string
		person    Person
		allowed   bool
		earliest  string
		permanent bool
		askStaff  bool
		rule      string
	}{
		{"18 today", Person{BirthDate: day("2008-11-23")}, true, "2026-11-23", false, false, ""},
		{"18 tomorrow", Person{BirthDate: day("2008-11-24")}, false, "2026-11-24", false, false, "age-lower"},
		{"17 for long", Person{BirthDate: day("2009-11-22")}, false, "2027-11-22", false, false, "age-lower"},
		{"born on a leap day", Person{BirthDate: day("2012-02-29")}, false, "2030-03-01", false, false, "age-lower"},
		{"last day of 55", Person{BirthDate: day("1970-11-24")}, true, "2026-11-23", false, false, ""},
		{"56 today", Person{BirthDate: day("1970-11-23")}, false, "", true, false, "age-upper"},
		{"repeat donor of 56", Person{BirthDate: day("1970-11-23"), RepeatWithoutReaction: true}, true, "2026-11-23", false, false, ""},
		{"repeat donor of 61", Person{BirthDate: day("1965-11-23"), RepeatWithoutReaction: true}, false, "", true, false, "age-upper"},
		{"no birth date", Person{}, false, "", false, true, "birth-date-missing"},
		{"born tomorrow, says a wrong clock", Person{BirthDate: day("2026-11-24")}, false, "2044-11-24", false, false, "age-lower"},
	} {
		for _, o := range Gate(BuiltIn(), c.person, nil, today).Options {
			rule := ""
			if len(o.Reasons) > 0 {
				rule = o.Reasons[0].RuleID
			}
			if o.Allowed != c.allowed || o.EarliestOn.String() != c.earliest || o.Permanent != c.permanent || o.AskStaff != c.askStaff || rule != c.rule {
				t.Errorf("%s, %s: %+v", c.name, o.Product, o)
			}
		}
	}
}

func TestGateByHistory(t *testing.T) {
	for _, c := range []struct {
		name                 string
		history              History
		whole, platelet      string
		wholeRule, plateRule string
	}{
		{"never gave", nil, "2026-11-23", "2026-11-23", "", ""},
		{"whole blood today", History{{On: today, Product: whole}}, "2027-05-23", "2027-02-23", "whole-to-whole-interval", "whole-to-platelets-interval"},
		{"whole blood six months ago", History{{On: day("2026-05-23"), Product: whole}}, "2026-11-23", "2026-11-23", "", ""},
		{"whole blood on 31 August", History{{On: day("2026-08-31"), Product: whole}}, "2027-02-28", "2026-11-30", "whole-to-whole-interval", "whole-to-platelets-interval"},
		{"platelets yesterday", History{{On: day("2026-11-22"), Product: platelets}}, "2026-12-20", "2026-12-06", "platelets-to-whole-interval", "platelets-to-platelets-interval"},
		{"both", History{{On: day("2026-11-22"), Product: platelets}, {On: day("2026-09-01"), Product: whole}}, "2027-03-01", "2026-12-06", "whole-to-whole-interval", "platelets-to-platelets-interval"},
		{"a donation ahead of a wrong clock", History{{On: day("2026-12-01"), Product: whole}}, "2027-06-01", "2027-03-01", "whole-to-whole-interval", "whole-to-platelets-interval"},
	} {
		v := Gate(BuiltIn(), adult, Holds(BuiltIn(), c.history, nil, today), today)
		for p, want := range map[donation.Product][2]string{whole: {c.whole, c.wholeRule}, platelets: {c.platelet, c.plateRule}} {
			o := v.For(p)
			rule := ""
			if len(o.Reasons) > 0 {
				rule = o.Reasons[0].RuleID
			}
			if o.EarliestOn.String() != want[0] || rule != want[1] || o.Allowed != (want[0] == today.String()) {
				t.Errorf("%s, %s: %s by %q, want %s by %q", c.name, p, o.EarliestOn, rule, want[0], want[1])
			}
		}
	}
}

func TestTheWordsAreDated(t *testing.T) {
	v := Gate(BuiltIn(), adult, Holds(BuiltIn(), History{{On: today, Product: whole}}, nil, today), today)
	r := v.For(whole).Reasons[0]
	if want := "您上次献全血是 2026-11-23，距今不满6个月。2027-05-23 起可以再献全血。"; r.Text.ZH != want {
		t.Errorf("text is %q, want %q", r.Text.ZH, want)
	}
	if want := "You last gave whole blood on 2026-11-23, less than 6 months ago. You can give whole blood again from 2027-05-23."; r.Text.EN != want {
		t.Errorf("text is %q, want %q", r.Text.EN, want)
	}
	if r.Params["until"].ZH != "2027-05-23" || !strings.Contains(r.Advice.ZH, "2027-05-23") {
		t.Errorf("advice %q, params %v", r.Advice.ZH, r.Params)
	}
}

func TestAlternatives(t *testing.T) {
	holds := Holds(BuiltIn(), History{{On: day("2026-08-01"), Product: whole}}, nil, today)
	v := Gate(BuiltIn(), adult, holds, today)
	if got := v.Alternatives(whole); !slices.Equal(got, []donation.Product{platelets}) {
		t.Errorf("instead of whole blood: %v", got)
	}
	if got := v.Alternatives(platelets); got != nil {
		t.Errorf("instead of platelets: %v", got)
	}
	if o := v.For("plasma"); o.Allowed || !o.AskStaff {
		t.Errorf("a product of a newer peer: %+v", o)
	}
}

func TestDeferralsOnRecord(t *testing.T) {
	for _, c := range []struct {
		name     string
		deferral Deferral
		earliest string
		never    bool
		rule     string
		text     string // piece of the Chinese text
	}{
		{"named", Deferral{RuleID: "tooth-extraction", From: day("2026-11-20"), Until: day("2026-12-05")}, "2026-12-05", false, "tooth-extraction", "您 2026-11-20 拔过牙"},
		{"named, but staff chose another day", Deferral{RuleID: "tooth-extraction", From: day("2026-11-20"), Until: day("2026-12-20")}, "2026-12-20", false, NeutralRule, "2026-12-20 起您可以献血"},
		{"named, first day not recorded", Deferral{RuleID: "tooth-extraction", Until: day("2026-12-05")}, "2026-12-05", false, NeutralRule, "2026-12-05 起您可以献血"},
		{"not to be named", Deferral{RuleID: "malaria", From: day("2026-01-01"), Until: day("2029-01-01")}, "2029-01-01", false, NeutralRule, "2029-01-01 起您可以献血"},
		{"permanent", Deferral{RuleID: "viral-hepatitis", From: today}, "", true, NeutralRule, "目前请先不要献血"},
		{"named rule made permanent", Deferral{RuleID: "cold", From: today}, "", true, NeutralRule, "目前请先不要献血"},
		{"rule of another pack", Deferral{RuleID: "no-such-rule", From: today}, "", true, NeutralRule, "目前请先不要献血"},
		{"over today", Deferral{RuleID: "cold", From: day("2026-11-16"), Until: today}, "2026-11-23", false, "", ""},
	} {
		holds := Holds(BuiltIn(), nil, []Deferral{c.deferral}, today)
		for _, o := range Gate(BuiltIn(), adult, holds, today).Options {
			if o.EarliestOn.String() != c.earliest || o.Permanent != c.never {
				t.Errorf("%s: %s %v, want %s %v", c.name, o.EarliestOn, o.Permanent, c.earliest, c.never)
			}
			if c.rule == "" {
				if !o.Allowed {
					t.Errorf("%s: %+v", c.name, o)
				}
				continue
			}
			if r := o.Reasons[0]; r.RuleID != c.rule || !strings.Contains(r.Text.ZH, c.text) {
				t.Errorf("%s: %s %q, want %s with %q", c.name, r.RuleID, r.Text.ZH, c.rule, c.text)
			}
		}
	}
	only := Holds(BuiltIn(), nil, []Deferral{{RuleID: "aspirin-before-platelets", From: today, Until: day("2026-11-28"), Products: []donation.Product{platelets}}}, today)
	if v := Gate(BuiltIn(), adult, only, today); !v.For(whole).Allowed || v.For(platelets).Allowed {
		t.Errorf("a deferral for platelets only: %+v", v)
	}
}

// The list that kiosks keep must look the same whatever the reason was.
func TestPublishedHoldsTellNoReason(t *testing.T) {
	var reference []Hold
	for _, r := range BuiltIn().Rules {
		if r.Named {
			continue
		}
		holds := Holds(BuiltIn(), nil, []Deferral{{RuleID: r.ID, From: day("2026-03-03")}}, today)
		if reference == nil {
			reference = holds
		}
		if !slices.Equal(holds, reference) || len(holds) != 2 || holds[0] != (Hold{Product: platelets, RuleID: NeutralRule}) {
			t.Errorf("%s publishes %+v", r.ID, holds)
		}
	}
}

func TestAgeOnTheFirstDayCounts(t *testing.T) {
	// 55 today, 56 before the interval ends: there is no first day.
	person := Person{BirthDate: day("1971-01-01")}
	o := Gate(BuiltIn(), person, Holds(BuiltIn(), History{{On: today, Product: whole}}, nil, today), today).For(whole)
	if o.Allowed || !o.Permanent || !o.EarliestOn.IsZero() || o.Reasons[0].RuleID != "age-upper" || o.Reasons[1].RuleID != "whole-to-whole-interval" {
		t.Errorf("%+v", o)
	}
}

// direct says without the pack, in plain words of GB 18467-2011, whether a
// product may be given on a day.
func direct(p Person, h History, deferrals []Deferral, product donation.Product, on calendar.Date) bool {
	highest := 55
	if p.RepeatWithoutReaction {
		highest = 60
	}
	if age := p.BirthDate.AgeOn(on); age < 18 || age > highest {
		return false
	}
	for _, d := range deferrals {
		if (len(d.Products) == 0 || slices.Contains(d.Products, product)) && (d.Until.IsZero() || on.Before(d.Until)) {
			return false
		}
	}
	count, volume := 0, 0
	for _, d := range h {
		var first calendar.Date
		switch {
		case d.Product == whole && product == whole:
			first = d.On.AddMonths(6)
		case d.Product == whole && product == platelets:
			first = d.On.AddMonths(3)
		case d.Product == platelets && product == whole:
			first = d.On.AddDays(28)
		default:
			first = d.On.AddDays(14)
		}
		if on.Before(first) {
			return false
		}
		if d.Product == platelets && on.Before(d.On.AddYears(1)) {
			count++
			volume += d.VolumeML
		}
	}
	return product != platelets || (count < 24 && volume < 10000)
}

func drawHistory(t *rapid.T) History {
	n := rapid.IntRange(0, 40).Draw(t, "donations")
	var h History
	for range n {
		d := Donation{On: today.AddDays(-rapid.IntRange(0, 500).Draw(t, "days ago")), Product: rapid.SampledFrom(donation.Products()).Draw(t, "product")}
		if d.Product == platelets {
			d.VolumeML = rapid.SampledFrom([]int{0, 450, 800}).Draw(t, "mL")
		}
		h = append(h, d)
	}
	if rapid.Bool().Draw(t, "many platelets") {
		for i := range rapid.IntRange(20, 30).Draw(t, "platelet donations") {
			h = append(h, Donation{On: today.AddDays(-14 * i), Product: platelets})
		}
	}
	return h
}

func drawDeferrals(t *rapid.T) []Deferral {
	var list []Deferral
	for range rapid.IntRange(0, 3).Draw(t, "deferrals") {
		d := Deferral{RuleID: rapid.SampledFrom([]string{"cold", "malaria", "unknown", "tooth-extraction"}).Draw(t, "rule")}
		d.From = today.AddDays(-rapid.IntRange(0, 60).Draw(t, "from"))
		if rapid.IntRange(0, 9).Draw(t, "ends") > 0 {
			d.Until = d.From.AddDays(rapid.IntRange(1, 400).Draw(t, "length"))
		}
		if rapid.Bool().Draw(t, "one product") {
			d.Products = []donation.Product{rapid.SampledFrom(donation.Products()).Draw(t, "of")}
		}
		list = append(list, d)
	}
	return list
}

// What the center publishes decides on every later day as the records themselves
// would, and the first day is really the first: tried day by day.
func TestGateOfHoldsIsTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		person := Person{
			BirthDate:             today.AddDays(-rapid.IntRange(17*365, 62*365).Draw(t, "born")),
			RepeatWithoutReaction: rapid.Bool().Draw(t, "repeat"),
		}
		history, deferrals := drawHistory(t), drawDeferrals(t)
		holds := Holds(BuiltIn(), history, deferrals, today)
		asked := today.AddDays(rapid.IntRange(0, 100).Draw(t, "asked later"))
		v := Gate(BuiltIn(), person, holds, asked)
		for _, p := range donation.Products() {
			checkOption(t, v.For(p), asked, func(on calendar.Date) bool { return direct(person, history, deferrals, p, on) })
		}
	})
}

func checkOption(t *rapid.T, o Option, asked calendar.Date, may func(calendar.Date) bool) {
	if o.Allowed != may(asked) || o.Allowed != (len(o.Reasons) == 0) {
		t.Fatalf("%s on %s: allowed %v, directly %v; %+v", o.Product, asked, o.Allowed, may(asked), o.Reasons)
	}
	var first calendar.Date
	for i := range 1500 { // longer than any interval, deferral or wait for a birthday here
		if on := asked.AddDays(i); may(on) {
			first = on
			break
		}
	}
	if o.EarliestOn != first || o.Permanent != first.IsZero() {
		t.Fatalf("%s asked on %s: first day %s (never %v), day by day %s", o.Product, asked, o.EarliestOn, o.Permanent, first)
	}
}

func TestRepeatWithoutReaction(t *testing.T) {
	for _, c := range []struct {
		h    History
		want bool
	}{
		{nil, false},
		{History{{Product: whole}}, false},
		{History{{Product: whole}, {Product: platelets}}, true},
		{History{{Product: whole}, {Product: whole, Reaction: true}}, false},
	} {
		if got := c.h.RepeatWithoutReaction(); got != c.want {
			t.Errorf("%+v: %v", c.h, got)
		}
	}
}

func BenchmarkGate(b *testing.B) {
	holds := Holds(BuiltIn(), History{{On: today, Product: whole}}, nil, today)
	for b.Loop() {
		Gate(BuiltIn(), adult, holds, today)
	}
}

func BenchmarkHolds(b *testing.B) {
	history := History{{On: today, Product: whole}, {On: day("2026-01-01"), Product: whole}, {On: day("2025-01-01"), Product: platelets}}
	for b.Loop() {
		Holds(BuiltIn(), history, nil, today)
	}
}
