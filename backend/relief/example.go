package relief

import (
	"fmt"
	"slices"

	"lianxin/backend/donation"
	"lianxin/backend/policy/packfile"
)

// example is a worked case, run when the pack is loaded.
type example struct {
	name string
	Case
	relation Relation // of all donors
	used     int64    // drawn before of the first donor's first donation
	expect   map[string]packfile.Cursor
	at       packfile.Cursor
}

func readExample(c packfile.Cursor) example {
	e := example{at: c, relation: Self}
	honours := []string{}
	fields := c.Mapping("name", "on", "relation", "honours", "donations", "used", "lines", "insurance", "expect")
	packfile.Need(c, fields, "name", func(f packfile.Cursor) { e.name = f.Text() })
	if f, ok := fields["relation"]; ok {
		e.relation = packfile.OneOf(f, Relations()...)
	}
	if f, ok := fields["honours"]; ok {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			honours = append(honours, entry.ID("gold"))
		}
	}
	if f, ok := fields["donations"]; ok {
		for n, entry := range f.Sequence(packfile.MaxListItems) {
			e.readDonation(entry, n, honours)
		}
	}
	if f, ok := fields["lines"]; ok {
		for n, entry := range f.Sequence(packfile.MaxListItems) {
			e.readLine(entry, n)
		}
	}
	if f, ok := fields["used"]; ok {
		e.used = within(f, 0, 1_000_000)
	}
	if f, ok := fields["insurance"]; ok {
		e.Bill.InsuranceFen = within(f, 0, 1_000_000)
	}
	if f, ok := fields["on"]; ok { // otherwise the day of the last line
		e.On = f.Date()
	}
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) {
		e.expect = f.Mapping("covered_ml", "payable_fen", "left_ml", "unlimited", "documents")
		if len(e.expect) == 0 {
			f.Fault("pack.empty", "nothing is expected")
		}
	})
	return e
}

// readDonation adds a donation; "by" tells donors apart, who all have the relation.
func (e *example) readDonation(c packfile.Cursor, n int, honours []string) {
	d := Donation{ID: fmt.Sprintf("donation-%d", n), Product: donation.WholeBlood}
	by := int64(1)
	fields := c.Mapping("on", "ml", "units", "by", "unqualified")
	packfile.Need(c, fields, "on", func(f packfile.Cursor) { d.On = f.Date() })
	for name, f := range fields {
		switch name {
		case "ml":
			d.VolumeML = int(within(f, 1, 1000))
		case "units":
			d.Product, d.Units = donation.Apheresis, int(within(f, 1, 10))
		case "by":
			by = within(f, 1, MaxDonors)
		case "unqualified":
			d.Unqualified = f.Boolean()
		}
	}
	id := fmt.Sprintf("donor-%02d", by)
	i := slices.IndexFunc(e.Donors, func(d Donor) bool { return d.ID == id })
	if i < 0 {
		i = len(e.Donors)
		e.Donors = append(e.Donors, Donor{ID: id, Relation: e.relation, Honours: honours})
	}
	e.Donors[i].Donations = append(e.Donors[i].Donations, d)
}

func (e *example) readLine(c packfile.Cursor, n int) {
	l := Line{ID: fmt.Sprintf("line-%02d", n), Fee: BloodFee}
	fields := c.Mapping("on", "component", "quantity", "fee", "fen")
	packfile.Need(c, fields, "on", func(f packfile.Cursor) { l.On = f.Date() })
	packfile.Need(c, fields, "component", func(f packfile.Cursor) { l.Component = packfile.OneOf(f, Components()...) })
	packfile.Need(c, fields, "quantity", func(f packfile.Cursor) { l.Quantity = quantityOf(f) })
	packfile.Need(c, fields, "fen", func(f packfile.Cursor) { l.AmountFen = within(f, 0, 1_000_000) })
	if f, ok := fields["fee"]; ok {
		l.Fee = packfile.OneOf(f, Fees()...)
	}
	e.Bill.Lines = append(e.Bill.Lines, l)
	if l.On.After(e.On) {
		e.On = l.On
	}
}

// run reports what does not come out as the example says.
func (e example) run(p *Pack) {
	if want, ok := e.expect["documents"]; ok {
		e.runDocuments(p, want)
	}
	if len(e.Bill.Lines) == 0 {
		return
	}
	if e.used > 0 && len(e.Donors) > 0 {
		e.Drawn = map[Source]Drawn{{e.Donors[0].Donations[0].ID, shareOf(e.relation)}: {UsedML: e.used}}
	}
	a, err := p.Assess(e.Case)
	if err != nil {
		e.at.Fault("pack.example_failed", "example %q: %v", e.name, err)
		return
	}
	left := int64(0)
	for _, s := range a.Entitlements {
		left += s.LeftML
	}
	for name, got := range map[string]int64{"covered_ml": a.Totals.CoveredML, "payable_fen": a.Totals.PayableFen, "left_ml": left} {
		if c, ok := e.expect[name]; ok && int64(c.Integer()) != got {
			c.Fault("pack.example_failed", "example %q: %s is %d", e.name, name, got)
		}
	}
	if c, ok := e.expect["unlimited"]; ok && c.Boolean() != a.Unlimited {
		c.Fault("pack.example_failed", "example %q: unlimited is %t", e.name, a.Unlimited)
	}
}

func (e example) runDocuments(p *Pack, want packfile.Cursor) {
	var ids []string
	for _, need := range p.DocumentsFor(e.relation) {
		ids = append(ids, need.ID)
	}
	var expected []string
	for _, entry := range want.Sequence(packfile.MaxListItems) {
		expected = append(expected, entry.Text())
	}
	if !slices.Equal(ids, expected) {
		want.Fault("pack.example_failed", "example %q: the documents are %q", e.name, ids)
	}
}
