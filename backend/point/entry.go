package point

import (
	"slices"
	"strings"

	"lianxin/backend/ledger"
)

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

// worthOf is what an award gives, and in which lot.
func worthOf(award Entry) Posting {
	i := slices.IndexFunc(award.Postings, func(p Posting) bool { return p.Account == Issued })
	return Posting{Account: Issued, Lot: award.Postings[i].Lot, Amount: -award.Postings[i].Amount}
}

// awarded is what somebody got of an award: less than its worth, or nothing, when it pays
// for what was written off before.
func awarded(award Entry) Posting {
	for _, p := range award.Postings {
		if p.Account.IsBounded() {
			return p
		}
	}
	return Posting{Account: OfDonor(ownerIn(award)), Lot: worthOf(award).Lot}
}

// awardID is the name of what a rule gives a donor for a cause.
func awardID(cause, rule, donorID string) string {
	return "award/" + cause + "/" + rule + "/" + donorID
}

// ownerIn reads the donor out of the name of an award, behind which a number may stand.
func ownerIn(award Entry) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(award.ID, awardID(award.Cause, award.Rule, "")), "/")
	return id
}
