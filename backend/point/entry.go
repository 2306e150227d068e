package point

import "lianxin/backend/ledger"

// What the book of points is made of, see package ledger. Amounts are points.
type (
	Entry   = ledger.Entry
	Posting = ledger.Posting
	Lot     = ledger.Lot
	Line    = ledger.Line
	Kind    = ledger.Kind
	Sums    = ledger.Sums
)

// What an entry did.
const (
	Awarded  Kind = "awarded"  // given by a rule of the pack
	Held     Kind = "held"     // set aside for a redemption
	Spent    Kind = "spent"    // the redemption was confirmed
	Returned Kind = "returned" // the redemption was cancelled
	Lapsed   Kind = "lapsed"   // not spent in time
	Reversed Kind = "reversed" // another entry was wrong
	Settled  Kind = "settled"  // a merge was undone: who paid for whose redemption was set right
)

// creditOf is the posting by which somebody got points.
func creditOf(e Entry) Posting {
	for _, p := range e.Postings {
		if p.Account.IsBounded() && p.Amount > 0 {
			return p
		}
	}
	return Posting{}
}
