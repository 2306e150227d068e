package relief

import (
	"context"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/ledger"
	"lianxin/backend/result"
)

// Store keeps the book of volumes and reservations, and finds what an assessment looks
// at. All methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// LockDonors keeps others who draw on the same people waiting until the transaction
	// ends: the donors, and everybody who is the same person as one of them.
	LockDonors(ctx context.Context, donorIDs []string) error
	// DonationsOfAll returns what each of the donors gave, with that of everybody who is
	// the same person, by the ID that was asked for.
	DonationsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Donation, error)
	// Results finds verdicts by donation, without what is behind them.
	Results(ctx context.Context, donationIDs []string) (map[string]result.Result, error)

	// Volumes tells how sources stand; those never drawn from are left out.
	Volumes(ctx context.Context, sources []Source) (map[Source]Drawn, error)
	// PostVolumes writes an entry and moves the balances. An id that is there already
	// leaves everything as it is, and posted is false. Fault "volume.not_enough" when a
	// source would go below zero.
	PostVolumes(ctx context.Context, e ledger.Entry) (posted bool, err error)
	// VolumeEntry finds by id; fault "volume.entry_not_found".
	VolumeEntry(ctx context.Context, id string) (ledger.Entry, error)

	// Reservation finds by ID; fault "relief.reservation_not_found". LockReservation
	// keeps others who would end it waiting.
	Reservation(ctx context.Context, id string) (Reservation, error)
	LockReservation(ctx context.Context, id string) (Reservation, error)
	SaveReservation(ctx context.Context, r Reservation) error
	// OverReservations lists up to limit reservations whose time has run out.
	OverReservations(ctx context.Context, now time.Time, limit int) ([]string, error)
}
