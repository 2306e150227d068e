package redemption

import (
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Of several marks that went by only the last one is told, and none twice.
func TestWhenAReminderIsDue(t *testing.T) {
	confirmed := time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Beijing)
	good := Redemption{Status: Confirmed, ConfirmedAt: confirmed, PickUpUntil: calendar.MustParse("2027-02-21")}
	with := func(change func(*Redemption)) Redemption {
		r := good
		change(&r)
		return r
	}
	marks := []int{14, 3}
	for name, c := range map[string]struct {
		of    Redemption
		marks []int
		on    string
		want  int
	}{
		"too early":                    {good, marks, "2027-02-06", 0},
		"the first mark":               {good, marks, "2027-02-07", 14},
		"told late":                    {good, marks, "2027-02-17", 14},
		"told already":                 {with(func(r *Redemption) { r.Reminded = 14 }), marks, "2027-02-17", 0},
		"the second mark":              {with(func(r *Redemption) { r.Reminded = 14 }), marks, "2027-02-18", 3},
		"both marks went by":           {good, []int{3, 14}, "2027-02-20", 3},
		"the last day":                 {with(func(r *Redemption) { r.Reminded = 14 }), marks, "2027-02-21", 3},
		"told all":                     {with(func(r *Redemption) { r.Reminded = 3 }), marks, "2027-02-21", 0},
		"over":                         {good, marks, "2027-02-22", 0},
		"a mark was taken out":         {with(func(r *Redemption) { r.Reminded = 3 }), []int{14}, "2027-02-20", 0},
		"handed over":                  {with(func(r *Redemption) { r.Status = PickedUp }), marks, "2027-02-20", 0},
		"good for ever":                {with(func(r *Redemption) { r.PickUpUntil = calendar.Date{} }), marks, "2027-02-20", 0},
		"no marks":                     {good, nil, "2027-02-20", 0},
		"good for ten days only":       {with(func(r *Redemption) { r.PickUpUntil = calendar.MustParse("2026-12-03") }), marks, "2026-11-23", 0},
		"and then by the nearer mark":  {with(func(r *Redemption) { r.PickUpUntil = calendar.MustParse("2026-12-03") }), marks, "2026-11-30", 3},
		"made on the day of the mark":  {with(func(r *Redemption) { r.PickUpUntil = calendar.MustParse("2026-12-07") }), marks, "2026-11-24", 0},
		"made on the day before it":    {with(func(r *Redemption) { r.PickUpUntil = calendar.MustParse("2026-12-08") }), marks, "2026-11-24", 14},
		"set aside, not yet confirmed": {with(func(r *Redemption) { r.Status = Held }), marks, "2027-02-20", 0},
	} {
		if got := c.of.ReminderDue(c.marks, calendar.MustParse(c.on)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestWhatAReminderSays(t *testing.T) {
	r := Reminder{Gift: lang.Text{ZH: "马克杯", EN: "Mug"}, Site: lang.Text{ZH: "西单献血屋", EN: "Xidan donation house"}, Until: calendar.MustParse("2027-02-21"), Lang: lang.Chinese}
	for _, c := range []struct {
		codes bool
		lang  lang.Tag
		want  []string
	}{
		{false, lang.Chinese, []string{"【连心】", "马克杯", "2027年2月21日", "西单献血屋", "带证件和兑换券", "爱心点退还"}},
		{true, lang.Chinese, []string{"【连心】", "马克杯", "2027年2月21日", "任一自助机", "爱心点退还"}},
		{false, lang.English, []string{"[Lianxin]", "Mug", "21 February 2027", "Xidan donation house", "points come back"}},
		{true, lang.English, []string{"[Lianxin]", "Mug", "21 February 2027", "any kiosk", "points come back"}},
	} {
		r.Codes, r.Lang = c.codes, c.lang
		text := r.Text()
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q does not say %q", text, want)
			}
		}
	}
}
