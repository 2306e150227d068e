package relief

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/donation"
)

// drawCase makes a family with a history and a bill up.
func drawCase(t *rapid.T) Case {
	c := Case{On: day("2026-11-23"), Drawn: map[Source]Drawn{}}
	for n := range rapid.IntRange(0, 5).Draw(t, "donors") {
		d := Donor{ID: fmt.Sprintf("d%d", n), Relation: rapid.SampledFrom(Relations()).Draw(t, "relation")}
		if rapid.Bool().Draw(t, "gold") {
			d.Honours = []string{"gold"}
		}
		for m := range rapid.IntRange(0, 6).Draw(t, "donations") {
			g := drawDonation(t, fmt.Sprintf("d%d-%d", n, m))
			d.Donations = append(d.Donations, g)
			c.Drawn[Source{g.ID, shareOf(d.Relation)}] = Drawn{UsedML: rapid.Int64Range(0, 2500).Draw(t, "used"), ReservedML: rapid.Int64Range(0, 200).Draw(t, "reserved")}
		}
		c.Donors = append(c.Donors, d)
	}
	left := int64(0)
	for n := range rapid.IntRange(1, 6).Draw(t, "lines") {
		l := Line{ID: fmt.Sprintf("l%d", n), Component: rapid.SampledFrom(Components()).Draw(t, "component"), Fee: BloodFee,
			Quantity: Quantity(rapid.IntRange(1, 40_000).Draw(t, "quantity")), On: c.On.AddDays(-rapid.IntRange(0, 5000).Draw(t, "ago")),
			AmountFen: rapid.Int64Range(0, 500_000).Draw(t, "amount")}
		if rapid.IntRange(0, 4).Draw(t, "fee") == 0 {
			l.Fee = rapid.SampledFrom(Fees()).Draw(t, "which fee")
		}
		l.InsuranceFen = rapid.Int64Range(0, l.AmountFen).Draw(t, "insured") / 3
		left += l.AmountFen - l.InsuranceFen
		c.Bill.Lines = append(c.Bill.Lines, l)
	}
	c.Bill.InsuranceFen = rapid.Int64Range(0, left).Draw(t, "insurance")
	return c
}

func drawDonation(t *rapid.T, id string) Donation {
	g := Donation{ID: id, Product: donation.WholeBlood, VolumeML: rapid.SampledFrom([]int{200, 300, 400}).Draw(t, "ml"),
		On: day("2026-11-23").AddDays(-rapid.IntRange(0, 8000).Draw(t, "given ago")), Unqualified: rapid.IntRange(0, 5).Draw(t, "passed") == 0}
	if rapid.IntRange(0, 3).Draw(t, "platelets") == 0 {
		g.Product, g.VolumeML, g.Units = donation.Apheresis, 250, rapid.IntRange(1, 2).Draw(t, "units")
	}
	return g
}

func assess(t *rapid.T, p *Pack, c Case) Assessment {
	a, err := p.Assess(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func drawPack(t *rapid.T) *Pack { return rapid.SampledFrom(BuiltIn()).Draw(t, "pack") }

// Nobody gets more than they are entitled to, nor more than was billed and not paid
// by insurance; and everything adds up.
func TestNeverTooMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, c := drawPack(t), drawCase(t)
		a := assess(t, p, c)
		sum, insured, taken := Totals{}, int64(0), map[Source]int64{}
		for i, l := range a.Lines {
			ml, fen := int64(0), int64(0)
			for _, d := range l.Draws {
				ml, fen = ml+d.ML, fen+d.Fen
				taken[d.Source] += d.ML
				if d.ML <= 0 || d.Fen < 0 {
					t.Fatalf("an empty draw: %+v", d)
				}
			}
			blood := c.Bill.Lines[i].Fee == BloodFee
			if ml != l.CoveredML || blood && fen != l.PayableFen || l.CoveredML > l.NeededML || l.PayableFen > l.BilledFen-l.InsuranceFen || l.PayableFen < 0 {
				t.Fatalf("line %+v", l)
			}
			sum.add(l)
			insured += c.Bill.Lines[i].InsuranceFen
		}
		if sum != a.Totals || a.Totals.InsuranceFen != insured+c.Bill.InsuranceFen || a.Totals.PayableFen > a.Totals.BilledFen-a.Totals.InsuranceFen {
			t.Fatalf("totals %+v", a.Totals)
		}
		for _, e := range a.Entitlements {
			if e.TakenML != taken[e.Source] || e.LeftML < 0 {
				t.Fatalf("%+v, drawn %d", e, taken[e.Source])
			}
			delete(taken, e.Source)
		}
		if len(taken) > 0 {
			t.Fatalf("drawn from what nobody has: %v", taken)
		}
		neverMoreThanTheMost(t, p, c, a)
	})
}

// neverMoreThanTheMost: of a donation no more is ever drawn than its best term allows.
func neverMoreThanTheMost(t *rapid.T, p *Pack, c Case, a Assessment) {
	most := func(terms []Term) (times int64) {
		for _, term := range terms {
			times = max(times, term.Times)
		}
		return times
	}
	family := int64(0)
	for _, r := range p.Relatives {
		family = max(family, most(r.Terms))
	}
	counted := map[string]int64{}
	for _, d := range c.Donors {
		for _, g := range d.Donations {
			counted[g.ID] = p.counted(g)
		}
	}
	for _, e := range a.Entitlements {
		times := family
		switch e.Source.Share {
		case Lifetime:
			continue
		case Own:
			times = most(p.Own.Terms)
		}
		if e.TakenML > 0 && e.UsedML+e.ReservedML+e.TakenML > times*counted[e.Source.Of] {
			t.Fatalf("%+v is more than %d times %d", e, times, counted[e.Source.Of])
		}
	}
}

// In whatever order things are named, the same comes out.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, c := drawPack(t), drawCase(t)
		a := assess(t, p, c)
		chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		other := c
		other.Donors, other.Bill.Lines = slices.Clone(c.Donors), slices.Clone(c.Bill.Lines)
		for i, d := range other.Donors {
			other.Donors[i].Donations = shuffled(chance, d.Donations)
		}
		other.Donors, other.Bill.Lines = shuffled(chance, other.Donors), shuffled(chance, other.Bill.Lines)
		b := assess(t, p, other)
		if a.Totals != b.Totals {
			t.Fatalf("%+v, in another order %+v", a.Totals, b.Totals)
		}
		byID := map[string]LineShare{}
		for _, l := range b.Lines {
			byID[l.ID] = l
		}
		for _, l := range a.Lines {
			if o := byID[l.ID]; l.PayableFen != o.PayableFen || l.CoveredML != o.CoveredML || !slices.Equal(l.Draws, o.Draws) {
				t.Fatalf("line %s: %+v, in another order %+v", l.ID, l, o)
			}
		}
	})
}

func shuffled[T any](chance *rand.Rand, all []T) []T {
	all = slices.Clone(all)
	chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Who gave more, or used less, or was paid less by insurance, never gets less.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, c := drawPack(t), drawCase(t)
		before := assess(t, p, c)
		more := c
		slack := int64(0)
		switch what := rapid.SampledFrom([]string{"donation", "donor", "used", "insurance"}).Draw(t, "more"); {
		case what == "donation" && len(c.Donors) > 0:
			more.Donors = slices.Clone(c.Donors)
			i := rapid.IntRange(0, len(c.Donors)-1).Draw(t, "whose")
			more.Donors[i].Donations = append(slices.Clone(c.Donors[i].Donations), drawDonation(t, "another"))
		case what == "donor":
			more.Donors = append(slices.Clone(c.Donors), Donor{ID: "another", Relation: rapid.SampledFrom(Relations()).Draw(t, "relation"),
				Donations: []Donation{drawDonation(t, "another")}})
		case what == "used":
			more.Drawn = map[Source]Drawn{}
			for s, d := range c.Drawn {
				d.UsedML /= 2
				more.Drawn[s] = d
			}
		default:
			more.Bill.InsuranceFen /= 2
			// Of two lines of one day the dearer is covered first, and insurance may turn them:
			// what is rounded down is rounded down elsewhere then.
			slack = int64(len(c.Bill.Lines))
		}
		after := assess(t, p, more)
		if p.Counting.AddUp && after.Totals.CoveredML < before.Totals.CoveredML || after.Totals.PayableFen+slack < before.Totals.PayableFen {
			t.Fatalf("%d mL, %d fen became %d mL, %d fen", before.Totals.CoveredML, before.Totals.PayableFen, after.Totals.CoveredML, after.Totals.PayableFen)
		}
	})
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]Quantity{"1": 100, "1.5": 150, "0.25": 25, "9999.99": 999_999, "200": 20_000,
		"": 0, "0": 0, "-1": 0, "1.": 0, ".5": 0, "1.234": 0, "10000": 0, "1e3": 0, "+1": 0, "１": 0, "1,5": 0} {
		got, err := ParseQuantity(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(1, int64(MaxQuantity)).Draw(t, "q"))
		if back, err := ParseQuantity(q.String()); err != nil || back != q {
			t.Fatalf("%d is written %q and read %d, %v", q, q.String(), back, err)
		}
	})
}
