package donation

import (
	"fmt"
	"strings"

	"lianxin/backend/fault"
)

// DIN is a donation identification number (ISBT 128, data structure 001) as it is
// stored: facility (5 characters), year (2 digits), serial (6 digits), without the
// data identifier, the flags and the check character.
type DIN string

// dinLength is the length of a DIN; what follows it are one check character or two flags.
const dinLength = 13

// ParseDIN reads a number from a bar code (=G12341765432170), from beneath one
// (G1234 17 654321 A), or bare. What stands there to check it is checked: the
// printed character, and flags from 60 on. Flags below 60 mean other things and
// hold no check. Faults: "din.length", "din.characters", "din.check".
func ParseDIN(text string) (DIN, error) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	text = strings.TrimPrefix(text, "=")
	if n := len(text); n < dinLength || n > dinLength+2 {
		return "", fault.New(fault.Invalid, "din.length")
	}
	d, rest := DIN(text[:dinLength]), text[dinLength:]
	if !d.hasShape() {
		return "", fault.New(fault.Invalid, "din.characters")
	}
	switch len(rest) {
	case 1:
		if rest[0] != d.CheckCharacter() {
			return "", fault.New(fault.Invalid, "din.check")
		}
	case 2:
		if !areDigits(rest) {
			return "", fault.New(fault.Invalid, "din.characters")
		}
		if rest >= "60" && rest != d.Flags() {
			return "", fault.New(fault.Invalid, "din.check")
		}
	}
	return d, nil
}

// hasShape tells whether every character may stand where it does.
func (d DIN) hasShape() bool {
	for i := range 5 {
		if c := d[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return areDigits(string(d[5:]))
}

func areDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// checkCharacters are the characters by their values (ISO/IEC 7064, mod 37-2).
const checkCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"

// check is the check value, from 0 to 36 (ISO/IEC 7064, mod 37-2).
func (d DIN) check() int {
	sum := 0
	for i := range len(d) {
		sum = (sum + strings.IndexByte(checkCharacters, d[i])) * 2 % 37
	}
	return (38 - sum) % 37
}

// CheckCharacter is what is printed in a box behind the number.
func (d DIN) CheckCharacter() byte { return checkCharacters[d.check()] }

// Flags are the two digits in the bar code that hold the check.
func (d DIN) Flags() string { return fmt.Sprintf("%02d", 60+d.check()) }

// BarCode is the whole content of the number's bar code.
func (d DIN) BarCode() string { return "=" + string(d) + d.Flags() }

// Printed is the number as it stands beneath its bar code.
func (d DIN) Printed() string {
	return string(d[:5]) + " " + string(d[5:7]) + " " + string(d[7:]) + " " + string(d.CheckCharacter())
}
