// Package money says how amounts are written. Everywhere in the program an
// amount is a whole number of fen; yuan are for people and for banks' files.
package money

import "fmt"

// fenOfYuan is how many fen make one yuan.
const fenOfYuan = 100

// Yuan writes fen as yuan with two decimals, without a sign of currency and
// without separators, as a bank's file wants them: 123456 is "1234.56", -5 is "-0.05".
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/fenOfYuan, fen%fenOfYuan)
}
