package ledger

import (
	"testing"
	"time"

	"lianxin/backend/calendar"
)

func TestCheck(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	soon := calendar.New(2026, 12, 1)
	for name, c := range map[string]struct {
		postings []Posting
		ok       bool
	}{
		"from one to another":        {[]Posting{{"granted", calendar.Date{}, -5}, {"available/x", calendar.Date{}, 5}}, true},
		"two lots of one account":    {[]Posting{{"granted", calendar.Date{}, -5}, {"donor/x", calendar.Date{}, 2}, {"donor/x", soon, 3}}, true},
		"one posting":                {[]Posting{{"granted", calendar.Date{}, 0}}, false},
		"something out of nothing":   {[]Posting{{"granted", calendar.Date{}, -5}, {"available/x", calendar.Date{}, 6}}, false},
		"nothing moved":              {[]Posting{{"granted", calendar.Date{}, 0}, {"available/x", calendar.Date{}, 0}}, false},
		"two postings of one lot":    {[]Posting{{"granted", soon, -5}, {"donor/x", soon, 2}, {"donor/x", soon, 3}}, false},
		"an account without a name":  {[]Posting{{"", calendar.Date{}, -5}, {"available/x", calendar.Date{}, 5}}, false},
		"one of somebody, one of us": {[]Posting{{"donor/x", soon, -5}, {"expired", soon, 5}}, true},
	} {
		err := Entry{ID: "e", Kind: "moved", At: at, Cause: "c", Postings: c.postings}.Check()
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Account("written-off").IsBounded() || !Account("held/r1").IsBounded() {
		t.Error("what belongs to somebody is bounded, and nothing else is")
	}
}

func TestSums(t *testing.T) {
	for name, c := range map[string]struct {
		sums Sums
		ok   bool
	}{
		"empty":  {Sums{}, true},
		"even":   {Sums{Posted: map[Account]int64{"granted": -7, "used/": 4, "available/": 3}}, true},
		"uneven": {Sums{Posted: map[Account]int64{"granted": -7, "used/": 4}}, false},
		"astray": {Sums{Posted: map[Account]int64{"granted": -7, "used/": 7}, Astray: 1}, false},
	} {
		if err := c.sums.Check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
