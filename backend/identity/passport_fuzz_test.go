package identity

import (
	"testing"

	"lianxin/backend/fault"
)

// A country and a number that were typed are one passport of that country, or every wrong place is named.
func FuzzParsePassport(f *testing.F) {
	for _, typed := range [][2]string{{"UTO", "L898902C3"}, {"uto", " l898 902c3 "}, {"", "L898902C3"}, {"UTO:L8", "98902C3"}, {"UTO", ":"}, {"ＵＴＯ", "Ｌ８９８９０２Ｃ３"}, {"\xff", "\x00"}} {
		f.Add(typed[0], typed[1])
	}
	f.Fuzz(func(t *testing.T, country, number string) {
		doc, err := ParsePassport(country, number)
		if err != nil {
			if from := fault.From(err); doc != (Document{}) || from.Kind != fault.Invalid || len(from.Places) == 0 {
				t.Fatalf("%q %q: %+v, %v", country, number, doc, err)
			}
			return
		}
		again, err := ParsePassport(doc.Country, doc.Number)
		if err != nil || again != doc || doc.Kind != Passport || len(doc.Country) != 3 || doc.Number == "" {
			t.Fatalf("%q %q is %+v, and that %+v, %v", country, number, doc, again, err)
		}
	})
}
