package demand

import (
	"fmt"
	"strconv"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Table is a part of the report in one language, for whatever shows it: each number
// stands in it once, so that page, workbook and paper cannot differ.
type Table struct {
	ID      string // kebab-case, the same in every language
	Title   string
	Note    string
	Columns []Column
	Rows    [][]Cell
}

// Column is what a column of a table holds.
type Column struct {
	Title string
	Kind  CellKind
}

// CellKind says how a value is written.
type CellKind int

const (
	Words   CellKind = iota
	Whole            // a whole number
	Decimal          // a number with one decimal
	Share            // 0 to 1, shown in per cent
	Day              // a day, or none
	Trace            // a small chart of weeks
)

// Cell is one value; which field is set follows from the column.
type Cell struct {
	Words  string
	Number float64
	Day    calendar.Date
	Trace  []int
}

// Text writes a cell for people.
func (c Cell) Text(kind CellKind) string {
	switch kind {
	case Whole:
		return strconv.FormatFloat(c.Number, 'f', 0, 64)
	case Decimal:
		return strconv.FormatFloat(c.Number, 'f', 1, 64)
	case Share:
		return strconv.FormatFloat(100*c.Number, 'f', 1, 64) + " %"
	case Day:
		if c.Day.IsZero() {
			return "–"
		}
		return c.Day.String()
	}
	return c.Words
}

// Tables returns the report's tables in the order people read them.
func (r Report) Tables(tag lang.Tag) []Table {
	w := wordsIn(tag)
	return []Table{
		r.lines(w, "reorder", r.Reorder, r.columnsOfOrder(w)),
		r.lines(w, "rising", r.Rising, r.columnsOfTrend(w)),
		r.lines(w, "falling", r.Falling, r.columnsOfTrend(w)),
		r.lines(w, "retire", r.Retire, r.columnsOfRetire(w)),
		r.lines(w, "gifts", r.Gifts, r.columnsOfAll(w)),
		r.weeks(w),
		r.quality(w),
	}
}

// Headline is the title of the whole and what it is about.
func (r Report) Headline(tag lang.Tag) (title string, about []string) {
	w := wordsIn(tag)
	where := w("everywhere", len(r.Sites))
	if len(r.Sites) == 1 {
		where = r.Sites[0].Name.In(tag)
	}
	return w("title"), []string{w("about", r.AsOf, where, r.Rules), w("counts", len(r.Reorder), len(r.Rising), len(r.Falling), len(r.Retire))}
}

// valued is a column with how a line gets its value.
type valued struct {
	Column
	of func(Line) Cell
}

func (r Report) lines(w words, id string, lines []Line, columns []valued) Table {
	t := Table{ID: id, Title: w(id), Note: w(id+"Note", r.Window, r.Idle, 100*r.Sureness)}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	for _, l := range lines {
		row := make([]Cell, len(columns))
		for i, c := range columns {
			row[i] = c.of(l)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func whole(title string, of func(Line) int) valued {
	return valued{Column{title, Whole}, func(l Line) Cell { return Cell{Number: float64(of(l))} }}
}

func day(title string, of func(Line) calendar.Date) valued {
	return valued{Column{title, Day}, func(l Line) Cell { return Cell{Day: of(l)} }}
}

func (r Report) name(w words) valued {
	return valued{Column{w("gift"), Words}, func(l Line) Cell { return Cell{Words: l.Name.In(w.tag())} }}
}

func (r Report) trace(w words) valued {
	return valued{Column{w("year"), Trace}, func(l Line) Cell { return Cell{Trace: l.Weeks} }}
}

func (r Report) columnsOfOrder(w words) []valued {
	return []valued{r.name(w),
		{Column{w("place"), Words}, func(l Line) Cell {
			if l.Site == nil {
				return Cell{Words: w("codes")}
			}
			return Cell{Words: l.Site.Name.In(w.tag())}
		}},
		whole(w("stock"), func(l Line) int { return l.Stock }),
		{Column{w("perWeek"), Decimal}, func(l Line) Cell { return Cell{Number: l.PerWeek} }},
		day(w("lastsUntil"), func(l Line) calendar.Date { return l.LastsUntil }),
		whole(w("point"), func(l Line) int { return l.ReorderPoint }),
		whole(w("order"), func(l Line) int { return l.Order })}
}

func (r Report) columnsOfTrend(w words) []valued {
	return []valued{r.name(w), r.trace(w),
		whole(w("before"), func(l Line) int { return l.Before }),
		whole(w("recent"), func(l Line) int { return l.Recent }),
		whole(w("stock"), func(l Line) int { return l.Stock }),
		day(w("lastsUntil"), func(l Line) calendar.Date { return l.LastsUntil })}
}

func (r Report) columnsOfRetire(w words) []valued {
	return []valued{r.name(w), r.trace(w),
		whole(w("year52"), func(l Line) int { return sum(l.Weeks) }),
		whole(w("stock"), func(l Line) int { return l.Stock }),
		whole(w("tied"), func(l Line) int { return l.Stock * int(l.Points) })}
}

func (r Report) columnsOfAll(w words) []valued {
	return []valued{r.name(w),
		{Column{w("category"), Words}, func(l Line) Cell { return Cell{Words: l.Category.In(w.tag())} }},
		whole(w("points"), func(l Line) int { return int(l.Points) }),
		whole(w("year52"), func(l Line) int { return sum(l.Weeks) }),
		whole(w("before"), func(l Line) int { return l.Before }),
		whole(w("recent"), func(l Line) int { return l.Recent }),
		{Column{w("trend"), Words}, func(l Line) Cell { return Cell{Words: w(string(l.Trend))} }},
		{Column{w("perWeek"), Decimal}, func(l Line) Cell { return Cell{Number: l.PerWeek} }},
		whole(w("stock"), func(l Line) int { return l.Stock }),
		day(w("lastsUntil"), func(l Line) calendar.Date { return l.LastsUntil }),
		day(w("lastsAtLeast"), func(l Line) calendar.Date { return l.LastsAtLeast })}
}

func (r Report) weeks(w words) Table {
	t := Table{ID: "weeks", Title: w("weeks"), Note: w("weeksNote"),
		Columns: []Column{{w("week"), Day}, {w("asked"), Decimal}, {w("kind"), Words}}}
	for i, monday := range r.Weeks {
		t.Rows = append(t.Rows, []Cell{{Day: monday}, {Number: float64(r.Asked[i])}, {Words: w("was")}})
	}
	for i, expected := range r.Expected {
		t.Rows = append(t.Rows, []Cell{{Day: Monday(r.AsOf).AddDays(7 * i)}, {Number: expected}, {Words: w("expected")}})
	}
	return t
}

// quality says how far the rest is to be believed.
func (r Report) quality(w words) Table {
	t := Table{ID: "quality", Title: w("quality"), Note: w("qualityNote", r.Accuracy.Series, r.Taste.People, r.Taste.SwitchedOff),
		Columns: []Column{{w("measure"), Words}, {w("ours"), Words}, {w("baseline"), Words}}}
	add := func(name string, kind CellKind, ours, baseline float64) {
		t.Rows = append(t.Rows, []Cell{{Words: w(name)}, {Words: Cell{Number: ours}.Text(kind)}, {Words: Cell{Number: baseline}.Text(kind)}})
	}
	row := func(name string, ours, baseline float64) {
		t.Rows = append(t.Rows, []Cell{{Words: w(name)}, {Words: fmt.Sprintf("%.2f", ours)}, {Words: fmt.Sprintf("%.2f", baseline)}})
	}
	row("mase", r.Accuracy.MASE, r.Accuracy.Naive)
	row("pinball", r.Accuracy.Pinball, r.Accuracy.PinballNaive)
	add("hitRate", Share, r.Taste.HitRate, r.Taste.HitRatePopular)
	add("coverage", Share, r.Taste.Coverage, r.Taste.CoveragePopularity)
	return t
}
