package token

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
)

const (
	fingerprintDigits = 20 // 66.4 bits
	fingerprintGroup  = 4
)

// Fingerprint returns what two people compare on two screens before a device is
// let in: five groups of four digits, "4821 0937 5520 1846 7713".
//
// Digits, because they are the same in Chinese and English, can be read aloud
// over a telephone, and need no list of words; groups of four, because everyone
// has compared a bank card that way. Twenty of them are 66 bits: to make a key
// whose fingerprint is the one on the other screen an attacker would have to
// try about 2⁶⁶ keys within the quarter of an hour an enrolment lives, knowing
// the device's key only since then.
func (p PublicKey) Fingerprint() string {
	digest := sha256.Sum256(append([]byte("lianxin fingerprint 1\x00"), p.raw...))
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(fingerprintDigits), nil)
	number := new(big.Int).Mod(new(big.Int).SetBytes(digest[:]), limit)
	digits := fmt.Sprintf("%0*d", fingerprintDigits, number)
	groups := make([]string, 0, fingerprintDigits/fingerprintGroup)
	for at := 0; at < fingerprintDigits; at += fingerprintGroup {
		groups = append(groups, digits[at:at+fingerprintGroup])
	}
	return strings.Join(groups, " ")
}
