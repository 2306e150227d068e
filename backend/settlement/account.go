package settlement

import "lianxin/backend/ledger"

// Claims is the account money for claims comes from: minus what was paid to claimants.
const Claims ledger.Account = "claims"

// HospitalAccount is what a hospital is owed for what it waived, as a negative amount.
func HospitalAccount(id string) ledger.Account { return ledger.Account("hospital." + id) }

// AdvancedAccount is what was advanced for a district in a month. When the month is
// locked all of it moves to what the district owes, and it stays at zero for ever.
func AdvancedAccount(district string, m Month) ledger.Account {
	return ledger.Account("advanced." + district + "." + string(m))
}

// DueAccount is what a district owes the center by its statements.
func DueAccount(district string) ledger.Account { return ledger.Account("due." + district) }

// What an entry of the book of money did.
const (
	KindPaid   ledger.Kind = "paid"   // a claim was paid
	KindBack   ledger.Kind = "back"   // and the money came back
	KindWaived ledger.Kind = "waived" // a hospital asked for less, or for less less after a correction
	KindLocked ledger.Kind = "locked" // a month was closed
)
