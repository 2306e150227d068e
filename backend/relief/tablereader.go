package relief

import (
	"lianxin/backend/calendar"
	"lianxin/backend/policy/packfile"
)

// day0 is a day to compare periods by.
var day0 = calendar.New(2001, 1, 1)

func (r *packReader) components(c packfile.Cursor) {
	rule := &r.pack.Components
	rule.Of = map[Component]Conversion{}
	c, fields := r.rule(c, &rule.Rule, "of")
	packfile.Need(c, fields, "of", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			r.component(entry)
		}
		for _, known := range Components() {
			if _, ok := rule.Of[known]; !ok {
				f.Fault("pack.missing_field", "component %q is missing", known)
			}
		}
	})
}

func (r *packReader) component(c packfile.Cursor) {
	var name Component
	as := Conversion{}
	fields := c.Mapping("component", "title", "unit", "ml")
	packfile.Need(c, fields, "component", func(f packfile.Cursor) { name = packfile.OneOf(f, Components()...) })
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { as.Title = f.Translated() })
	packfile.Need(c, fields, "unit", func(f packfile.Cursor) { as.Unit = packfile.OneOf(f, Millilitres, Units, Doses) })
	packfile.Need(c, fields, "ml", func(f packfile.Cursor) { as.ML = within(f, 1, maxConversion) })
	if _, twice := r.pack.Components.Of[name]; twice {
		c.Fault("pack.duplicate_key", "%q is written twice", name)
	}
	r.pack.Components.Of[name] = as
}

func (r *packReader) prices(c packfile.Cursor) {
	t := PriceTable{Fen: map[Component]Price{}}
	c, fields := r.rule(c, &t.Rule, "from", "binds", "fen")
	packfile.Need(c, fields, "from", func(f packfile.Cursor) { t.From = f.Date() })
	packfile.Need(c, fields, "binds", func(f packfile.Cursor) { t.Binds = f.Boolean() })
	packfile.Need(c, fields, "fen", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			t.readPrice(entry)
		}
	})
	for _, other := range r.pack.Prices {
		if other.From == t.From {
			c.Fault("pack.duplicate_key", "two tables begin on %s", t.From)
		}
	}
	r.pack.Prices = append(r.pack.Prices, t)
}

func (t PriceTable) readPrice(c packfile.Cursor) {
	var name Component
	price := Price{}
	fields := c.Mapping("component", "fen", "for")
	packfile.Need(c, fields, "component", func(f packfile.Cursor) { name = packfile.OneOf(f, Components()...) })
	packfile.Need(c, fields, "fen", func(f packfile.Cursor) { price.Fen = within(f, 1, 1_000_000) })
	packfile.Need(c, fields, "for", func(f packfile.Cursor) { price.For = quantityOf(f) })
	if _, twice := t.Fen[name]; twice {
		c.Fault("pack.duplicate_key", "%q is written twice", name)
	}
	t.Fen[name] = price
}

func quantityOf(c packfile.Cursor) Quantity {
	q, err := ParseQuantity(c.Text())
	if err != nil {
		c.Fault("pack.not_number", "%v", err)
		return 1
	}
	return q
}

func (r *packReader) documents(c packfile.Cursor) {
	rule := &r.pack.Documents
	c, fields := r.rule(c, &rule.Rule, "needs")
	packfile.Need(c, fields, "needs", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			row := DocumentRow{}
			fields := entry.Mapping("id", "title", "for", "agent")
			packfile.Need(entry, fields, "id", func(f packfile.Cursor) { row.ID = f.ID("certificate") })
			packfile.Need(entry, fields, "title", func(f packfile.Cursor) { row.Title = f.Translated() })
			if f, ok := fields["for"]; ok {
				row.For = listOf(f, Relations()...)
			}
			if f, ok := fields["agent"]; ok {
				row.Agent = f.Boolean()
			}
			rule.Needs = append(rule.Needs, row)
		}
	})
}
