package demand

import (
	"lianxin/backend/calendar"
	"lianxin/backend/policy/packfile"
)

// packReader turns documents into a pack.
type packReader struct {
	pack     *Pack
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "stock", "trend", "retire", "examples")
	for name, read := range map[string]func(packfile.Cursor){
		"pack": r.pack.Head.Read, "stock": r.stock, "trend": r.trend, "retire": r.retire,
		"examples": func(c packfile.Cursor) { r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...) },
	} {
		if c, ok := fields[name]; ok {
			read(c)
		}
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	p := r.pack
	missing := map[string]bool{"pack": !p.Head.IsRead(), "stock": p.Stock.ServiceLevel == 0, "trend": p.Trend.Weeks == 0, "retire": p.Retire.Weeks == 0}
	packfile.Examine(whole, missing, r.examples, r.run)
}

func (r *packReader) stock(c packfile.Cursor) {
	rule := &r.pack.Stock
	fields := c.Mapping("certainty", "lead_time", "review", "cover", "service_level")
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { rule.Certainty = f.Certainty() })
	packfile.Need(c, fields, "lead_time", func(f packfile.Cursor) { rule.LeadTime = f.Period() })
	packfile.Need(c, fields, "review", func(f packfile.Cursor) { rule.Review = f.Period() })
	packfile.Need(c, fields, "cover", func(f packfile.Cursor) { rule.Cover = f.Period() })
	packfile.Need(c, fields, "service_level", func(f packfile.Cursor) { rule.ServiceLevel = within(f, 0.5, 0.999) })
}

func (r *packReader) trend(c packfile.Cursor) {
	rule := &r.pack.Trend
	fields := c.Mapping("certainty", "weeks", "ratio", "confidence")
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { rule.Certainty = f.Certainty() })
	packfile.Need(c, fields, "weeks", func(f packfile.Cursor) { rule.Weeks = weeksOf(f) })
	packfile.Need(c, fields, "ratio", func(f packfile.Cursor) { rule.Ratio = within(f, 1, 100) })
	packfile.Need(c, fields, "confidence", func(f packfile.Cursor) { rule.Confidence = within(f, 0.5, 0.9999) })
}

func (r *packReader) retire(c packfile.Cursor) {
	rule := &r.pack.Retire
	fields := c.Mapping("certainty", "weeks", "at_most")
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { rule.Certainty = f.Certainty() })
	packfile.Need(c, fields, "weeks", func(f packfile.Cursor) { rule.Weeks = weeksOf(f) })
	packfile.Need(c, fields, "at_most", func(f packfile.Cursor) { rule.AtMost = int(within(f, 0, 1000)) })
}

// run reads one example and reports when it does not come out as it says.
func (r *packReader) run(c packfile.Cursor) {
	fields := c.Mapping("name", "weeks", "stock", "expect")
	var series []int
	var stock int
	packfile.Need(c, fields, "weeks", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			series = append(series, entry.Integer())
		}
	})
	packfile.Need(c, fields, "stock", func(f packfile.Cursor) { stock = f.Integer() })
	got := r.pack.Position(Shelf{Stock: stock, Series: series}, calendar.New(2026, 1, 5))
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) {
		want := f.Mapping("trend", "retire", "reorder")
		packfile.Need(f, want, "trend", func(w packfile.Cursor) {
			if is := packfile.OneOf(w, Steady, Rising, Falling); is != got.Trend {
				w.Fault("pack.example_failed", "it is %s", got.Trend)
			}
		})
		for name, is := range map[string]bool{"retire": got.Retire, "reorder": got.Reorder} {
			packfile.Need(f, want, name, func(w packfile.Cursor) {
				if w.Boolean() != is {
					w.Fault("pack.example_failed", "%s is %v", name, is)
				}
			})
		}
	})
}

func within(c packfile.Cursor, low, top float64) float64 {
	n := c.Number()
	if n < low || n > top {
		c.Fault("pack.not_number", "%v is not between %v and %v", n, low, top)
	}
	return n
}

func weeksOf(c packfile.Cursor) int {
	n := c.Integer()
	if n < 1 || n > 104 {
		c.Fault("pack.not_number", "%d is not between 1 and 104 weeks", n)
		return 1
	}
	return n
}
