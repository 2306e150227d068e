package demand

import (
	"testing"

	"lianxin/backend/lang"
)

// weekly is a year with so many a week, and other numbers in the latest weeks.
func weekly(each int, latest ...int) []int {
	series := make([]int, PastWeeks)
	for i := range series {
		series[i] = each
	}
	copy(series[len(series)-len(latest):], latest)
	return series
}

func facts() Facts {
	gift := func(id string, points int64) Gift {
		return Gift{ID: id, Name: lang.Text{ZH: id, EN: id}, Points: points}
	}
	return Facts{Today: today, Gifts: []Gift{gift("mug", 40), gift("film", 60), gift("clock", 120), gift("seeds", 20), gift("lamp", 200), gift("none", 20)},
		Sites: []Site{{ID: "haidian"}, {ID: "miyun"}},
		Shelves: map[Place]Shelf{
			{"mug", "haidian"}:  {3, weekly(5)},
			{"mug", "miyun"}:    {500, weekly(5)},
			{"mug", "daxing"}:   {0, weekly(50)}, // not of this report
			{"film", ""}:        {900, weekly(5, 12, 12, 12, 12, 12, 12, 12, 12)},
			{"clock", "miyun"}:  {40, weekly(0)},
			{"seeds", "miyun"}:  {900, weekly(9, 3, 3, 3, 3, 3, 3, 3, 3)},
			{"lamp", "haidian"}: {100, weekly(0)},
		}}
}

func TestReport(t *testing.T) {
	r := BuiltIn().Report(facts())
	ids := func(lines []Line) string {
		text := ""
		for _, l := range lines {
			text += l.ID
			if l.Site != nil {
				text += "@" + l.Site.ID
			}
			text += " "
		}
		return text
	}
	for what, got := range map[string][2]string{
		"rising":  {ids(r.Rising), "film "},
		"falling": {ids(r.Falling), "seeds "},
		"retire":  {ids(r.Retire), "lamp clock "}, // 100 × 200 points tie up more than 40 × 120
		"reorder": {ids(r.Reorder), "mug@haidian "},
		"all":     {ids(r.Gifts), "mug film clock seeds lamp none "},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	if last := r.Asked[PastWeeks-1]; last != 5+5+12+3 {
		t.Errorf("%d asked for in the last week", last)
	}
	if mug := r.Gifts[0]; mug.Stock != 503 || mug.Weeks[0] != 10 {
		t.Errorf("mugs: %d there, %d in the first week", mug.Stock, mug.Weeks[0])
	}
}

// What the report counts at the places adds up to what it says of the whole, and who
// may see one place learns nothing of the others.
func TestReportOfOnePlace(t *testing.T) {
	f := facts()
	f.Sites = f.Sites[1:]
	r := BuiltIn().Report(f)
	if mug := r.Gifts[0]; mug.Stock != 500 || mug.Weeks[0] != 5 || len(r.Reorder) != 0 {
		t.Errorf("%+v", mug)
	}
}

func TestReportOfNothing(t *testing.T) {
	r := BuiltIn().Report(Facts{Today: today})
	if len(r.Gifts)+len(r.Reorder) != 0 || len(r.Asked) != PastWeeks || r.Accuracy.Series != 0 {
		t.Errorf("%+v", r)
	}
}
