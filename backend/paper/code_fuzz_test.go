package paper

import "testing"

// However a code is typed, what is read of it is read the same when it is typed again.
func FuzzReadCode(f *testing.F) {
	for _, text := range []string{"7EVGH3AQM0EY2XHMBEFKH3HC", " 7evg-h3aq m0ey ", "OIL", "", "ﬀ İ ı", "\xff\xfe"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if once := ReadCode(text); len(once) == 2*codeBytes && ReadCode(once) != once {
			t.Fatalf("%q is read as %q, and that as %q", text, once, ReadCode(once))
		}
	})
}
