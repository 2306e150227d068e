package relief

import (
	"context"
	"time"
)

// Store keeps reservations and finds what an assessment looks at. All methods take
// part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// LockDonors keeps others who draw on the same people waiting until the
	// transaction ends. It takes everybody who is the same person along.
	LockDonors(ctx context.Context, donorIDs []string) error
	// DonationsFor returns what each of the donors gave, with that of everybody who is
	// the same person, by the ID that was asked for.
	DonationsFor(ctx context.Context, donorIDs []string) (map[string][]Donation, error)
	// Unqualified tells which donations did not pass.
	Unqualified(ctx context.Context, donationIDs []string) (map[string]bool, error)
	// Drawn tells what was taken from sources; those never drawn from are left out.
	Drawn(ctx context.Context, sources []Source) (map[Source]Drawn, error)

	// Reservation finds by ID; fault "relief.reservation_not_found". LockReservation
	// keeps others who would end it waiting.
	Reservation(ctx context.Context, id string) (Reservation, error)
	LockReservation(ctx context.Context, id string) (Reservation, error)
	SaveReservation(ctx context.Context, r Reservation) error
	// OverReservations lists up to limit reservations whose time has run out.
	OverReservations(ctx context.Context, now time.Time, limit int) ([]string, error)
}
