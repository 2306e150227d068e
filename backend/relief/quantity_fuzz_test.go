package relief

import (
	"regexp"
	"testing"
)

// A quantity that is read is as its pattern says, and is read the same from what is written of it.
func FuzzParseQuantity(f *testing.F) {
	for _, text := range []string{"1", "1.5", "0.25", "9999.99", "0", "1.", ".5", "+1", "1e3", "１"} {
		f.Add(text)
	}
	pattern := regexp.MustCompile(QuantityPattern)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuantity(text)
		if err != nil {
			if q != 0 {
				t.Fatalf("%q is %s, %v", text, q, err)
			}
			return
		}
		if !pattern.MatchString(text) || q < 1 || q > 9999_99 {
			t.Fatalf("%q is %s", text, q)
		}
		if again, err := ParseQuantity(q.String()); err != nil || again != q {
			t.Fatalf("%q is written %s and read %s, %v", text, q, again, err)
		}
	})
}
