package identity

import "strings"

// alphanumerics are the character values of ISO/IEC 7064: 0–9, then A–Z = 10–35.
const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// residue returns the text, read as a number in the radix, modulo the modulus.
// A text with its check characters is valid under a pure system of
// ISO/IEC 7064 when its residue is 1. The weights 7 9 10 5 8 4 2 1 6 3 … of
// GB 11643 are the powers of 2 modulo 11, that is MOD 11-2.
// Characters outside alphanumerics must have been refused before.
func residue(text string, radix, modulus int) int {
	sum := 0
	for _, c := range text {
		sum = (sum*radix + strings.IndexRune(alphanumerics, c)) % modulus
	}
	return sum
}

// mod11Check returns the check character of a text under MOD 11-2; X stands for 10.
func mod11Check(text string) byte {
	const values = "0123456789X"
	return values[(12-residue(text+"0", 2, 11))%11]
}

// mod1271Check returns the two check characters of an alphanumeric text under
// MOD 1271-36, which finds every single wrong character and every swap of two
// neighbours.
func mod1271Check(text string) string {
	c := (1272 - residue(text+"00", 36, 1271)) % 1271
	return string([]byte{alphanumerics[c/36], alphanumerics[c%36]})
}
