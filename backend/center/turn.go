package center

import "context"

// The order in which a transaction of the center takes what others wait for, so that no
// two of them ever wait for each other:
//
//  1. an enrolment, a login or an account
//  2. a turn, see below
//  3. devices, a predecessor before those that came after it
//  4. what devices and staff write: visits, calls, bookings, donors
//  5. the head of the audit log
//  6. the places in the feeds, in their own order
//
// Whoever needs fewer leaves out; nobody goes back.

// Turns are for what one transaction at a time may decide, over all instances.
const (
	turnOfLetters = "turn.letters" // which letter a kiosk gets
	turnOfEpoch   = "turn.epoch"   // which life of the feeds it is
	turnOfSites   = "turn.sites"   // what a site is: what somebody looked at must still be so
	turnOfPacks   = "turn.packs"   // which versions there are: what is published or withdrawn must still be so
	turnOfPeople  = "turn.people"  // who is a new donor, who is one we know, and who is the same person
)

// takeTurn waits for a turn and keeps it until the transaction ends.
func (c *Center) takeTurn(ctx context.Context, turn string) error {
	_, err := c.store.LockJob(ctx, turn)
	return err
}
