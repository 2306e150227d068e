package claim

import (
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

var (
	noon  = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	today = calendar.Of(noon)
)

// signature is of ordinary size.
func signature() []consent.Stroke {
	stroke := make(consent.Stroke, 60)
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*90, Y: 4000 + i%7*300, T: i * 16}
	}
	return []consent.Stroke{stroke}
}

// whole is a claim nothing is missing of: a daughter's blood, paid for by her father's donations.
func whole() Claim {
	insurance := int64(30000)
	return Claim{ID: "claim-1", Number: "110105-2026-00001", District: "110105", Status: Draft, Version: 1, CreatedBy: "clerk-1", CreatedAt: noon, EnteredAt: noon,
		Hands: []Hand{{Capture, "clerk-1"}},
		Content: Content{
			Channel: OnSite, Relation: relief.Child,
			Donor:    Donor{Party: Party{Name: "测试王𬭎", Kind: identity.ResidentID, Number: "110199196402140015", Phone: "010-55500001"}, Certificate: "TEST-0001"},
			Patient:  Party{Name: "测试王丙", Kind: identity.ResidentID, Number: "110199199002280020"},
			Hospital: Hospital{Name: "测试市第一医院", Region: "130100", Admitted: today.AddDays(-40), Left: today.AddDays(-30)},
			Lines: []Line{
				{Invoice: "TEST 00000017", Component: relief.RedCells, Quantity: "4", AmountFen: 84000, On: today.AddDays(-35)},
				{Invoice: "TEST00000017", Component: relief.FrozenPlasma, Quantity: "200", AmountFen: 8000, On: today.AddDays(-34)},
			},
			Insurance:  &insurance,
			Payee:      Payee{Kind: BankAccount, Holder: "测试王𬭎", Account: "6200000000000000001", Bank: "测试银行朝阳支行"},
			Commitment: Commitment{Way: SignedHere, On: today, Strokes: signature()},
		}}
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Errorf("%s: %q (%v), want %q", what, got, err, code)
	}
}
