package site

import (
	"testing"

	"lianxin/backend/fault"
)

func FuzzLoad(f *testing.F) {
	f.Add([]byte("sites:\n  - id: a\n    station: beijing\n    hours:\n      mon-fri: 09:00-17:00\n"))
	f.Add([]byte("sites:\n  - &a {id: a}\n  - *a\n"))
	f.Add([]byte("sites: [{id: a, hours: {sun-mon: '25:00-24:00', mon: closed}}]"))
	f.Add([]byte("sites: 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sites, err := Load("sites.yaml", text)
		if err != nil {
			if from := fault.From(err); from.Kind == fault.Internal || len(from.Places) == 0 {
				t.Fatalf("%v names no place", err)
			}
			return
		}
		if len(sites) == 0 {
			t.Fatal("no site and no fault")
		}
	})
}

func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"09:00-17:00", "00:00-24:00", "17:00-09:00", "9:00-17:00", "closed", "", "09:00-12:00, 13:00-17:00", "09:00-12:00,11:00-13:00", "09:00–17:00", "09:00-17:00-18:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hours, err := ParseHours(text)
		if err != nil {
			return
		}
		for _, span := range hours {
			if !hours.Contain(span.Opens) || span.Closes.Minutes() <= span.Opens.Minutes() {
				t.Fatalf("%q became %+v", text, hours)
			}
		}
	})
}
