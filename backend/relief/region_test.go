package relief

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

func packOf(t testing.TB, region string) *Pack {
	t.Helper()
	for _, p := range BuiltIn() {
		if p.Region == region {
			return p
		}
	}
	t.Fatalf("no pack for %s", region)
	return nil
}

func gave(id, on string, ml int) Donation {
	return Donation{ID: id, Product: donation.WholeBlood, VolumeML: ml, On: day(on)}
}

func platelets(id, on string, units int) Donation {
	return Donation{ID: id, Product: donation.Apheresis, Units: units, On: day(on)}
}

func blood(id, on string, ml int) Line {
	return Line{ID: id, Component: WholeBlood, Fee: BloodFee, Quantity: Quantity(ml * hundred), On: day(on), AmountFen: int64(ml) * 110}
}

const (
	beijing, zhejiang, henan, guangzhou = "110000", "330000", "410000", "440100"
)

// The same family asks in four regions.
func TestRegions(t *testing.T) {
	mother := Donor{ID: "mother", Relation: Self, Donations: []Donation{gave("m1", "2012-03-01", 400), gave("m2", "2024-03-01", 300)}}
	son := Donor{ID: "son", Relation: Parent, Donations: []Donation{gave("s1", "2023-03-01", 400), platelets("s2", "2025-03-01", 1)}}
	brother := Donor{ID: "brother", Relation: Sibling, Honours: []string{"bronze", "silver", "gold"}, Donations: []Donation{gave("b1", "2024-01-01", 400)}}
	inLaw := Donor{ID: "in-law", Relation: SpouseParent, Donations: []Donation{gave("l1", "2024-02-01", 400)}}
	small := Donor{ID: "student", Relation: Self, Donations: []Donation{gave("t1", "2025-09-01", 200)}}
	for _, c := range []struct {
		name   string
		donors []Donor
		ml     map[string]int64 // covered of 5,000 mL, by region
	}{
		{"nobody gave", nil, map[string]int64{beijing: 0, zhejiang: 0, henan: 0, guangzhou: 0}},
		// Beijing: 400×2 after ten years and 300×5. Zhejiang: no limit. Henan: 400×1 and 300×3. Guangzhou: 400×1 and 300×3.
		{"the mother herself", []Donor{mother}, map[string]int64{beijing: 2300, zhejiang: 5000, henan: 1300, guangzhou: 1300}},
		{"a student", []Donor{small}, map[string]int64{beijing: 1000, zhejiang: 1000, henan: 600, guangzhou: 600}},
		// One unit is 400 mL, in Zhejiang 800, each twice for relatives there.
		{"her son", []Donor{son}, map[string]int64{beijing: 800, zhejiang: 2400, henan: 800, guangzhou: 800}},
		{"her brother, who has gold", []Donor{brother}, map[string]int64{beijing: 0, zhejiang: 800, henan: 0, guangzhou: 0}},
		{"her son-in-law", []Donor{inLaw}, map[string]int64{beijing: 0, zhejiang: 0, henan: 400, guangzhou: 0}},
		// In Guangzhou one donor alone.
		{"she and her son", []Donor{mother, son}, map[string]int64{beijing: 3100, zhejiang: 5000, henan: 2100, guangzhou: 1300}},
	} {
		for region, want := range c.ml {
			a, err := packOf(t, region).Assess(Case{On: day("2026-11-23"), Donors: c.donors, Bill: Bill{Lines: []Line{blood("1", "2026-11-20", 5000)}}})
			if err != nil {
				t.Fatal(err)
			}
			if a.Totals.CoveredML != want || a.Totals.PayableFen != want*110 {
				t.Errorf("%s in %s: %d mL, %d fen, want %d mL", c.name, region, a.Totals.CoveredML, a.Totals.PayableFen, want)
			}
		}
	}
}

// Unlimited for life is a case of its own: nothing is counted down, and what is drawn
// is written down all the same.
func TestUnlimited(t *testing.T) {
	donor := Donor{ID: "d", Relation: Self, Donations: []Donation{gave("1", "2001-01-01", 400), gave("2", "2002-01-01", 400), gave("3", "2003-01-01", 300)}}
	c := Case{On: day("2026-11-23"), Donors: []Donor{donor}, Bill: Bill{Lines: []Line{blood("1", "2026-11-20", 9000)}},
		Drawn: map[Source]Drawn{{"d", Lifetime}: {UsedML: 1_000_000, ReservedML: 50_000}}}
	a, err := packOf(t, beijing).Assess(c)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Unlimited || a.Totals.CoveredML != 9000 || len(a.Entitlements) != 1 {
		t.Fatalf("%+v", a)
	}
	if e := a.Entitlements[0]; e.Source != (Source{"d", Lifetime}) || e.TakenML != 9000 || e.UsedML != 1_000_000 || e.EntitledML != 0 || e.Rule != "lifetime" {
		t.Errorf("%+v", e)
	}
	c.Donors[0].Relation = Spouse // their right, not their wife's
	if a, _ := packOf(t, beijing).Assess(c); a.Unlimited || a.Totals.CoveredML != 0 {
		t.Errorf("a relative of somebody without limit: %d mL", a.Totals.CoveredML)
	}
}

// Line by line: which donation covers what, under which clause, and what is left.
func TestLineByLine(t *testing.T) {
	self := Donor{ID: "self", Relation: Self, Donations: []Donation{gave("new", "2026-01-10", 200), gave("old", "2017-01-10", 200)}}
	child := Donor{ID: "child", Relation: Parent, Donations: []Donation{gave("c1", "2020-01-10", 400)}}
	lines := []Line{blood("second", "2026-11-20", 1000), blood("first", "2026-11-10", 1000),
		{ID: "dear", Component: ApheresisPlatelets, Fee: BloodFee, Quantity: 100, On: day("2026-11-20"), AmountFen: 140000},
		{ID: "matching", Component: WholeBlood, Fee: CrossMatching, Quantity: 100, On: day("2026-11-20"), AmountFen: 5000}}
	a, err := packOf(t, beijing).Assess(Case{On: day("2026-11-23"), Donors: []Donor{child, self}, Bill: Bill{Lines: lines},
		Drawn: map[Source]Drawn{{"old", Own}: {UsedML: 300, ReservedML: 100}}})
	if err != nil {
		t.Fatal(err)
	}
	type drawn struct {
		of string
		ml int64
	}
	for i, want := range []struct {
		covered int64
		draws   []drawn
		short   Short
	}{
		{600, []drawn{{"new", 200}, {"c1", 400}}, UsedUp},     // later, and cheaper than the platelets of its day
		{1000, []drawn{{"old", 600}, {"new", 400}}, NotShort}, // the earliest day; what ends first is drawn first
		{400, []drawn{{"new", 400}}, NotShort},                // the dearest of its day
		{0, nil, FeeNotCovered},
	} {
		l := a.Lines[i]
		var draws []drawn
		fen := int64(0)
		for _, d := range l.Draws {
			draws = append(draws, drawn{d.Source.Of, d.ML})
			fen += d.Fen
		}
		if l.CoveredML != want.covered || l.Short != want.short || len(draws) != len(want.draws) || fen != l.PayableFen {
			t.Errorf("%s: %d mL %v %q, %d of %d fen", l.ID, l.CoveredML, draws, l.Short, fen, l.PayableFen)
			continue
		}
		for n := range draws {
			if draws[n] != want.draws[n] {
				t.Errorf("%s: %v, want %v", l.ID, draws, want.draws)
			}
		}
	}
	if a.Totals != (Totals{NeededML: 2400, CoveredML: 2000, BilledFen: 365000, PayableFen: 66000 + 110000 + 140000}) {
		t.Errorf("%+v", a.Totals)
	}
	if len(a.Bases) < 6 || a.Bases[0].Clause == "" || len(a.Documents) != 9 {
		t.Errorf("%d bases, %d documents", len(a.Bases), len(a.Documents))
	}
}

// Blood used on the day of a donation counts; a date changes nothing for who is listed first.
func TestShortReasons(t *testing.T) {
	p := packOf(t, beijing)
	for name, c := range map[string]struct {
		donors []Donor
		want   Short
	}{
		"nobody":       {nil, NobodyGave},
		"afterwards":   {[]Donor{{ID: "d", Relation: Self, Donations: []Donation{gave("1", "2026-11-21", 400)}}}, BeforeDonation},
		"not enough":   {[]Donor{{ID: "d", Relation: Child, Donations: []Donation{gave("1", "2026-11-19", 400)}}}, UsedUp},
		"the same day": {[]Donor{{ID: "d", Relation: Self, Donations: []Donation{gave("1", "2026-11-20", 400)}}}, NotShort},
	} {
		a, err := p.Assess(Case{On: day("2026-11-23"), Donors: c.donors, Bill: Bill{Lines: []Line{blood("1", "2026-11-20", 1000)}}})
		if err != nil || a.Lines[0].Short != c.want {
			t.Errorf("%s: %q, %v", name, a.Lines[0].Short, err)
		}
	}
}

// What cannot be a bill is refused with every place.
func TestBillsAreChecked(t *testing.T) {
	good := blood("1", "2026-11-20", 400)
	for name, c := range map[string]struct {
		change func(*Bill)
		place  string
	}{
		"no lines":              {func(b *Bill) { b.Lines = nil }, "lines"},
		"an id twice":           {func(b *Bill) { b.Lines = append(b.Lines, good) }, "lines[1].id"},
		"tomorrow":              {func(b *Bill) { b.Lines[0].On = day("2026-11-24") }, "lines[0].on"},
		"no quantity":           {func(b *Bill) { b.Lines[0].Quantity = 0 }, "lines[0].quantity"},
		"a component":           {func(b *Bill) { b.Lines[0].Component = "milk" }, "lines[0].component"},
		"a fee":                 {func(b *Bill) { b.Lines[0].Fee = "parking" }, "lines[0].fee"},
		"less than nothing":     {func(b *Bill) { b.Lines[0].AmountFen = -1 }, "lines[0].amount_fen"},
		"more paid than billed": {func(b *Bill) { b.InsuranceFen = good.AmountFen + 1 }, "insurance_fen"},
		"the same by line":      {func(b *Bill) { b.Lines[0].InsuranceFen = good.AmountFen + 1 }, "lines[0].insurance_fen"},
	} {
		b := Bill{Lines: []Line{good}}
		c.change(&b)
		_, err := packOf(t, beijing).Assess(Case{On: day("2026-11-23"), Bill: b})
		if f := fault.From(err); f.Code != "relief.bill" || f.Places[0].Location != c.place {
			t.Errorf("%s: %v", name, err)
		}
	}
	twice := []Donor{{ID: "d", Relation: Self}, {ID: "d", Relation: Spouse}}
	if _, err := packOf(t, beijing).Assess(Case{On: day("2026-11-23"), Donors: twice, Bill: Bill{Lines: []Line{good}}}); fault.CodeOf(err) != "relief.donors" {
		t.Errorf("a donor twice: %v", err)
	}
}
