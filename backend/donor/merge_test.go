package donor

import (
	"reflect"
	"testing"
)

func TestPersons(t *testing.T) {
	pair := func(a, b string) Merge { return Merge{DonorID: a, OtherID: b} }
	for name, c := range map[string]struct {
		merged []Merge
		want   [][]string
	}{
		"nobody merged":      {nil, [][]string{{"a"}, {"b"}, {"c"}, {"d"}}},
		"a chain":            {[]Merge{pair("c", "d"), pair("a", "c")}, [][]string{{"a", "c", "d"}, {"b"}}},
		"a circle":           {[]Merge{pair("a", "b"), pair("b", "c"), pair("c", "a")}, [][]string{{"a", "b", "c"}, {"d"}}},
		"two persons":        {[]Merge{pair("d", "a"), pair("b", "c")}, [][]string{{"a", "d"}, {"b", "c"}}},
		"with somebody else": {[]Merge{pair("x", "a"), pair("x", "d")}, [][]string{{"a", "d"}, {"b"}, {"c"}}},
	} {
		if got := Persons([]string{"a", "b", "c", "d"}, c.merged); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
