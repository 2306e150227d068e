package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"lianxin/backend/fault"
)

// alphabet has 31 characters: digits and capital letters without 0 O, 1 I L,
// which people take for each other. 31 is prime, which the check character needs.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const (
	codeLength  = 10 // characters of chance: 31¹⁰ ≈ 2^49.5
	codeGrouped = 4
)

// Code is a one-time enrolment code: ten random characters and a check
// character, without separators. It is a secret until it is used.
type Code string

// NewCode draws a code.
func NewCode(random io.Reader) (Code, error) {
	drawn := make([]byte, 0, codeLength+1)
	one := make([]byte, 1)
	for len(drawn) < codeLength {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("draw enrolment code: %w", err)
		}
		// Five bits give 32 values; the one too many is drawn again, so that all characters are equally likely.
		if at := int(one[0] & 0x1f); at < len(alphabet) {
			drawn = append(drawn, alphabet[at])
		}
	}
	return Code(append(drawn, checkCharacter(drawn))), nil
}

// checkCharacter is the weighted sum modulo 31 with weights 1 to 10; its own
// weight is −1. As 31 is prime and all weights differ, it finds every single
// wrong character and every two that changed places, itself among them.
func checkCharacter(characters []byte) byte {
	sum := 0
	for i, c := range characters {
		sum += (i + 1) * strings.IndexByte(alphabet, c)
	}
	return alphabet[sum%len(alphabet)]
}

// ParseCode reads a code as a person types it: in small or full-width letters,
// with spaces or hyphens. Fault "enrolment.code_malformed" for a slip of the
// finger, so that nobody needs to ask the center to learn of it.
func ParseCode(typed string) (Code, error) {
	characters := make([]byte, 0, codeLength+1)
	for _, r := range typed {
		if r >= '！' && r <= '～' { // full-width forms, as Chinese input methods give
			r -= '！' - '!'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r == ' ' || r == '-' || r == '\u3000' {
			continue
		}
		if len(characters) > codeLength || r > 'Z' || strings.IndexByte(alphabet, byte(r)) < 0 {
			return "", codeMalformed()
		}
		characters = append(characters, byte(r))
	}
	if len(characters) != codeLength+1 || checkCharacter(characters[:codeLength]) != characters[codeLength] {
		return "", codeMalformed()
	}
	return Code(characters), nil
}

func codeMalformed() error { return fault.New(fault.Invalid, "enrolment.code_malformed") }

// Display groups the code for a screen: ABCD-EFGH-JKM.
func (c Code) Display() string {
	var groups []string
	rest := string(c)
	for len(rest) > codeGrouped {
		groups, rest = append(groups, rest[:codeGrouped]), rest[codeGrouped:]
	}
	return strings.Join(append(groups, rest), "-")
}

// Hash returns what is stored instead of the code, and what it is found by. The
// key is derived from the installation's secrets: a code has too little chance
// in it for a plain hash to withstand somebody who has copied the database.
func (c Code) Hash(key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(c))
	return mac.Sum(nil)
}
