package money_test

import (
	"testing"

	"lianxin/backend/money"
)

// Less than a yuan below nothing has a sign that whole yuan would lose.
func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "0.00", 5: "0.05", 100: "1.00", 123456: "1234.56", -5: "-0.05", -100: "-1.00", -123456: "-1234.56"} {
		if got := money.Yuan(fen); got != want {
			t.Errorf("Yuan(%d) = %q, not %q", fen, got, want)
		}
	}
}
