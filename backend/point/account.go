package point

import "lianxin/backend/ledger"

// Account is who has points.
type Account = ledger.Account

// The accounts of the service itself.
const (
	Issued     Account = "issued"
	Redeemed   Account = "redeemed"
	Expired    Account = "expired"
	WrittenOff Account = "written-off"
)

const (
	donors = "donor/"
	holds  = "held/"
)

// OfDonor is what a donor may spend.
func OfDonor(id string) Account { return Account(donors + id) }

// OfHold is what is set aside for a redemption.
func OfHold(redemptionID string) Account { return Account(holds + redemptionID) }
