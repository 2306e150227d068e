package center

import (
	"context"
	"strings"

	"lianxin/backend/settlement"
)

// SettlementReport is the book of money added up, in fen.
type SettlementReport struct {
	ToClaimants int64 // paid
	ToHospitals int64 // waived by hospitals, who are owed it
	Open        int64 // advanced in months that are not locked
	Due         int64 // of locked months: what the districts owe
	Locked      int   // statements that were checked against the book
	Check       error // what does not add up
}

// SettlementReport adds the book of money up, and holds every locked statement against
// its hash and the book.
func (c *Center) SettlementReport(ctx context.Context) (SettlementReport, error) {
	sums, err := c.store.MoneySums(ctx)
	if err != nil {
		return SettlementReport{}, err
	}
	r := SettlementReport{ToClaimants: -sums.Posted[settlement.Claims], Check: sums.Check()}
	for account, fen := range sums.Posted {
		switch kind, _, _ := strings.Cut(string(account), "."); kind {
		case "hospital":
			r.ToHospitals -= fen
		case "advanced":
			r.Open += fen
		case "due":
			r.Due += fen
		}
	}
	locked, err := c.store.LockedMonths(ctx)
	if err != nil {
		return SettlementReport{}, err
	}
	for _, h := range locked {
		if _, err := c.settling().Statement(ctx, h.District, h.Month); err != nil && r.Check == nil {
			r.Check = err
		}
		r.Locked++
	}
	return r, nil
}
