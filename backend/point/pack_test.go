package point

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

func TestWhatADonationIsWorth(t *testing.T) {
	whole := Donation{On: day("2026-11-23"), Product: donation.WholeBlood, VolumeML: 400, Nth: 1}
	donorDay := whole
	donorDay.On = day("2027-06-14")
	for _, c := range []struct {
		name string
		of   Donation
		want []Award
	}{
		{"an ordinary day", whole, []Award{{"per-donation", "2026.3", 20, calendar.Date{}}}},
		{"World Blood Donor Day", donorDay, []Award{{"per-donation", "2026.3", 20, calendar.Date{}}, {"world-blood-donor-day", "2026.3", 10, day("2029-06-20")}}},
		{"nothing collected", Donation{On: day("2026-11-23"), Product: donation.WholeBlood}, nil},
	} {
		if got := BuiltIn().ForDonation(c.of, day("2027-06-20")); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	birthday := Birthday{On: day("2026-11-23"), Born: day("1990-11-23"), Times: 2, Last: day("2026-01-01")}
	if got := BuiltIn().ForBirthday(birthday); !slices.Equal(got, []Award{{"birthday", "2026.3", 5, day("2027-11-23")}}) {
		t.Errorf("birthday: %+v", got)
	}
}

const small = `pack: {id: points, version: "2026.2", region: CN, title: {zh: 点, en: Points}, from: 2026-01-01, source: made up}
returned: 30 days
rules:
  - id: gift
    title: {zh: 礼, en: Gift}
    event: donation
    clause: made up
    certainty: sample
    when: birthday or nth == 1
    points: 5 * nth
    expires: never
    examples:
      - {name: the first, on: 2026-11-23, nth: 1, expect: 5}
      - {name: on the birthday, on: 2026-11-23, born: 1990-11-23, nth: 2, expect: 10}
      - {name: born in a leap year, on: 2027-03-01, born: 2000-02-29, nth: 2, expect: 10}
      - {name: the day after it, on: 2026-11-24, born: 1990-11-23, nth: 2, expect: 0}
redemption: {clause: made up, certainty: sample, hold_minutes: 10, cancel_within: 14 days, examples: [{name: in time, confirmed: 2026-11-23, on: 2026-12-07, expect: true}, {name: late, confirmed: 2026-11-23, on: 2026-12-08, expect: false}]}
`

// pickUp is what a pack says of vouchers that are good for so long.
const pickUp = "pick_up_within: 90 days, pick_up_examples: [{name: in time, confirmed: 2026-11-23, on: 2027-02-21, expect: true}, {name: late, confirmed: 2026-11-23, on: 2027-02-22, expect: false}]"

// reminded is what a pack says of reminders before the last day of those.
const reminded = pickUp + ", remind_days_before: [14, 3], remind_examples: [{name: mark, confirmed: 2026-11-23, on: 2027-02-07, expect: true}, {name: none, confirmed: 2026-11-23, on: 2027-02-08, expect: false}]"

// Each row changes one piece of the small pack; "" wants it to load.
func TestBrokenPacksAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{"expires: never", "expires: 2 years", ""},
		{"5 * nth", "6 * nth", "small.yaml:13: pack.example_failed"},
		{"birthday or nth", "age > 3 or nth", "small.yaml:9: pack.expression"},
		{"birthday or nth == 1", `between("2026-01-01", "soon")`, "between takes two days"},
		{"5 * nth", "nth == 1", "small.yaml:10: pack.expression"},
		{"expires: never", "expires: sometime", "small.yaml:11: pack.period"},
		{"event: donation", "event: party", "small.yaml:6: pack.unknown_word"},
		{"returned: 30 days\n", "", "pack.missing_field"},
		{"born: 1990-11-23, nth: 2, expect: 0", "last: 1990-11-23, expect: 0", "small.yaml:16: pack.unknown_field"},
		{"      - {name: the day after it, on: 2026-11-24, born: 1990-11-23, nth: 2, expect: 0}\n", "", "pack.example_missing"},
		{"hold_minutes: 10", "hold_minutes: 0", "a hold lasts 1 to 1440 minutes"},
		{"cancel_within: 14 days", "cancel_within: 13 days", "small.yaml:17: pack.example_failed"},
		{", {name: late, confirmed: 2026-11-23, on: 2026-12-08, expect: false}", "", "pack.example_missing"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + pickUp, ""},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + strings.Replace(pickUp, "90", "89", 1), "small.yaml:17: pack.example_failed"},
		{"cancel_within: 14 days", "cancel_within: 14 days, pick_up_within: 90 days", "pack.missing_field"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + pickUp[len("pick_up_within: 90 days, "):], "pack.missing_field"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + reminded, ""},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + strings.Replace(reminded, "[14, 3]", "[15, 3]", 1), "small.yaml:17: pack.example_failed"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + strings.Replace(reminded, "[14, 3]", "[3, 14]", 1), "small.yaml:17: pack.period"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + strings.Replace(reminded, "[14, 3]", "[14, 0]", 1), "small.yaml:17: pack.period"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + reminded[len(pickUp)+2:], "pack.missing_field"},
		{"cancel_within: 14 days", "cancel_within: 14 days, " + pickUp + ", remind_days_before: [14]", "pack.missing_field"},
		{"late, confirmed: 2026-11-23, on: 2026-12-08, expect: false", "early, confirmed: 2026-11-23, on: 2026-11-24, expect: true", "pack.example_missing"},
		{"redemption:", "redeeming:", "pack.unknown_field"},
		{"rules:\n", "rules:\n  - {id: gift}\n", "pack.duplicate_rule"},
		{"rules:", "rules: []\nnone:", "pack.unknown_field"},
	} {
		p, err := LoadBytes("small.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
		if c.want == "" {
			if err != nil || len(p.Rules) != 1 || len(p.Digest) != 64 {
				t.Errorf("%q for %q: %v", c.new, c.old, err)
			}
		} else if fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

// What a pack says is bounded, so that a slip of the pen gives nobody a million points.
func TestAnAwardIsBounded(t *testing.T) {
	text := strings.NewReplacer("5 * nth", "1000000 * nth", "expect: 5}", "expect: 10000}", "expect: 10}", "expect: 10000}").Replace(small)
	p, err := LoadBytes("small.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.ForDonation(Donation{On: day("2026-11-23"), Nth: 1}, day("2026-11-23")); len(got) != 1 || got[0].Points != MaxAward {
		t.Errorf("%+v", got)
	}
}

func FuzzLoadBytes(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := LoadBytes("fuzz.yaml", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("pack %v with error %v", p, err)
		}
		if err == nil { // what was accepted can be asked anything
			p.ForDonation(Donation{}, calendar.Date{})
			p.ForBirthday(Birthday{})
		}
	})
}
