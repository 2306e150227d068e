package center

import (
	"context"
	"fmt"

	"lianxin/backend/relief"
)

// ReliefReport is the book of volumes added up, in mL.
type ReliefReport struct {
	Granted, Available, Reserved, Used int64
	Reservations                       map[relief.State]relief.StateSum
	Check                              error // what does not add up
}

// ReliefReport adds the book of volumes up, and compares it with the reservations.
func (c *Center) ReliefReport(ctx context.Context) (ReliefReport, error) {
	sums, err := c.store.VolumeSums(ctx)
	if err != nil {
		return ReliefReport{}, err
	}
	r := ReliefReport{Granted: -sums.Posted[relief.Granted], Available: sums.Posted["available/"], Reserved: sums.Posted["reserved/"],
		Used: sums.Posted["used/"], Check: sums.Check()}
	if r.Reservations, err = c.store.ReservationSums(ctx); err != nil {
		return ReliefReport{}, err
	}
	reserved, used := r.Reservations[relief.Reserved].ML, r.Reservations[relief.Confirmed].ML
	if r.Check == nil && (reserved != r.Reserved || used != r.Used) {
		r.Check = fmt.Errorf("reservations hold %d mL and used %d, the book has %d and %d", reserved, used, r.Reserved, r.Used)
	}
	return r, nil
}
