package payout

import (
	"os"
	"slices"
	"testing"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// A bank's format is taken as a whole, with its examples worked through, or refused; with
// one that is taken everybody can be paid and every statement be looked through.
func FuzzLoadBytes(f *testing.F) {
	for _, bank := range []string{"bank-csv", "bank-xlsx"} {
		text, err := os.ReadFile("packs/" + bank + "/sample.yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	p := Payment{Number: NumberOf("claim.p1"), Claim: "110105-2026-00001", AmountFen: 41005, Payee: claim.Payee{Holder: "测试甲", Account: "6200000000000001", Bank: "测试银行"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		bank, err := LoadBytes("fuzz.yaml", data)
		if err != nil {
			if bank.ID != "" || fault.CodeOf(err) != "policy.pack_invalid" || len(fault.From(err).Places) == 0 {
				t.Fatalf("%+v, %v", bank, err)
			}
			return
		}
		row, titles := bank.Row(1, p), bank.Titles()
		if bank.ID == "" || len(row) != len(titles) || slices.ContainsFunc(titles, IsFormula) {
			t.Fatalf("%q under %q of %+v", row, titles, bank)
		}
		for _, need := range []string{p.Number, p.Payee.Holder, p.Payee.Account} {
			if !slices.Contains(row, need) {
				t.Fatalf("nothing of %q in %q", need, row)
			}
		}
		var headings []string
		for _, of := range LineFields() {
			headings = append(headings, bank.Lines[of]...)
		}
		if fields, ok := bank.Heads(headings); ok {
			for _, cells := range [][]string{nil, {""}, row, headings} {
				if l, ok, why := bank.Line(fields, cells); ok && (l.AmountFen <= 0 || why != "") {
					t.Fatalf("%q is %+v, %s", cells, l, why)
				}
			}
		}
	})
}
