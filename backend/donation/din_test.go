package donation

import (
	"strings"
	"testing"

	"lianxin/backend/fault"
)

func TestDINCheck(t *testing.T) {
	const d = DIN("G123417654321")
	if d.check() != 10 || d.CheckCharacter() != 'A' || d.Flags() != "70" || d.BarCode() != "=G12341765432170" || d.Printed() != "G1234 17 654321 A" {
		t.Errorf("%d %c %s %s %s", d.check(), d.CheckCharacter(), d.Flags(), d.BarCode(), d.Printed())
	}
}

func TestParseDIN(t *testing.T) {
	for text, code := range map[string]string{
		"G123417654321": "", "=G123417654321": "", "=G12341765432170": "", "G12341765432170": "", "G123417654321A": "",
		"G1234 17 654321 A": "", " g1234 17 654321 a ": "", "=G12341765432100": "", "=G12341765432159": "",
		"=G12341765432171": "din.check", "G123417654321B": "din.check", "=G12341765432199": "din.check", "G223417654321A": "din.check",
		"=G1234176543217X": "din.characters", "": "din.length", "=": "din.length", "G12341765432": "din.length",
		"=G123417654321700": "din.length", "G1234I7654321": "din.characters", "G12 417654321*": "din.characters",
		"G1*3417654321": "din.characters", "献血编号献": "din.characters", "９９９９９２６０００００１": "din.length",
	} {
		got, err := ParseDIN(text)
		if fault.CodeOf(err) != code || code == "" && got != "G123417654321" {
			t.Errorf("%q: %q, %v; want %q", text, got, err, code)
		}
	}
}

// The check finds every single wrong character and every swap of two neighbours.
func TestDINCheckFindsSlips(t *testing.T) {
	const right = "G123417654321"
	for i := range right {
		for _, c := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
			wrong := right[:i] + string(c) + right[i+1:]
			if _, err := ParseDIN(wrong + "A"); wrong != right && err == nil {
				t.Errorf("%s passes", wrong)
			}
		}
		if i > 0 && right[i] != right[i-1] {
			wrong := right[:i-1] + string(right[i]) + string(right[i-1]) + right[i+1:]
			if _, err := ParseDIN(wrong + "A"); err == nil {
				t.Errorf("%s passes", wrong)
			}
		}
	}
}

// FuzzDIN holds whatever is read to be written back in every form.
func FuzzDIN(f *testing.F) {
	for _, seed := range []string{"=G12341765432170", "G1234 17 654321 A", "Z900026000001*", "=", "００", "G12341765432171"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDIN(text)
		if err != nil {
			if d != "" || !strings.HasPrefix(fault.CodeOf(err), "din.") {
				t.Fatalf("%q with %v", d, err)
			}
			return
		}
		for _, form := range []string{string(d), d.BarCode(), d.Printed()} {
			if again, err := ParseDIN(form); again != d || err != nil {
				t.Fatalf("%q is read as %q, %v", form, again, err)
			}
		}
	})
}
