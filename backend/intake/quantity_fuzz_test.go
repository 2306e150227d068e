package intake

import (
	"strconv"
	"testing"

	"lianxin/backend/identity"
)

// A cell that holds a number is read as it stands, or in a way that nobody takes for a document.
func FuzzAsQuantity(f *testing.F) {
	for _, text := range []string{"400", "110101199003070000", "1.10101199003070E+17", "-0", "NaN", "0x1p-2", "1_000", "1e400", ""} {
		for which := range Fields() {
			f.Add(uint8(which), text) //nolint:gosec // there are few
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		field := Fields()[int(which)%len(Fields())]
		got := field.AsQuantity(text)
		if got == text {
			return
		}
		if _, err := strconv.ParseFloat(text, 64); err != nil || !field.IsName() {
			t.Fatalf("%v %q is read as %q", field, text, got)
		}
		for _, kind := range identity.Kinds() {
			if doc, err := identity.Parse(kind, got); err == nil {
				t.Fatalf("%v %q is read as %q, a %s", field, text, got, doc.Kind)
			}
		}
	})
}
