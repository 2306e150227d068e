package donation

import "testing"

func TestAmountsOfAProduct(t *testing.T) {
	for _, c := range []struct {
		product Product
		amount  Amount
		ok      bool
	}{
		{WholeBlood, Amount{Volume: 200}, true},
		{WholeBlood, Amount{Volume: 300}, true},
		{WholeBlood, Amount{Volume: 400}, true},
		{WholeBlood, Amount{Volume: 250}, false},
		{WholeBlood, Amount{}, false},
		{WholeBlood, Amount{Volume: 400, Units: 1}, false},
		{Apheresis, Amount{Units: 1}, true},
		{Apheresis, Amount{Units: 2}, true},
		{Apheresis, Amount{Units: 3}, false},
		{Apheresis, Amount{Units: -1}, false},
		{Apheresis, Amount{Volume: 200, Units: 1}, false},
		{"plasma", Amount{Volume: 200}, false},
	} {
		if err := c.product.Check(c.amount); (err == nil) != c.ok {
			t.Errorf("%s %+v: %v, want ok=%v", c.product, c.amount, err, c.ok)
		}
	}
}

func TestParseProductKnowsItsOwnCodesOnly(t *testing.T) {
	for _, p := range Products() {
		if got, err := ParseProduct(string(p)); err != nil || got != p {
			t.Errorf("ParseProduct(%q) = %q, %v", p, got, err)
		}
	}
	for _, s := range []string{"", "plasma", "WHOLE_BLOOD", "whole_blood "} {
		if got, err := ParseProduct(s); err == nil {
			t.Errorf("ParseProduct(%q) = %q, want an error", s, got)
		}
	}
}
