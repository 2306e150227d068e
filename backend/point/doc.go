// Package point keeps the points of the service (爱心点): a dated pack says what
// a donation or a birthday is worth, and a double-entry ledger says who has how
// many and why.
//
// # The ledger
//
// Every change is an [Entry] whose postings add up to zero, so that points come
// from somewhere and go somewhere. Nothing is ever changed or deleted; what was
// wrong is put right by an entry that reverses it. Points lie in lots by the day
// on which they expire, and the lot that expires first is spent first.
//
//	Issued      where points come from; below zero by as many as were ever given
//	donor/ID    what a donor may spend; never below zero
//	held/ID     set aside for a redemption that is not confirmed yet; never below zero
//	Redeemed    spent on gifts
//	Expired     not spent in time
//	WrittenOff  taken back from somebody who had spent them already
//
// Who was found to be one person under several donors spends all their accounts
// together ([Ledger.Hold]); when that is undone, [Ledger.Settle] sets right who paid
// for whom.
//
// An entry's id is made of what caused it, so the same cause moves points once,
// however often it is told.
//
// # A pack
//
// See packfile for what all packs share. The fields of this one:
//
//	pack:      the head
//	returned:  for how long points that come back may be spent at least: "30 days"
//	redemption: for how long points are set aside, and until when they may be taken back:
//	           clause, certainty, hold_minutes, cancel_within ("14 days", counted from the day
//	           of the confirmation), examples with confirmed, on and expect (may it be cancelled)
//	rules:     a list; all rules that apply give their points
//
//	id         kebab-case, stable for ever: entries name it
//	title      what the statement says
//	event      donation | birthday
//	clause     who says so
//	certainty  verified | general-knowledge | sample (made up, for the center to replace)
//	when       condition
//	points     a whole number, from 0 to MaxAward
//	expires    "never", or a period counted from the day the points are given
//	examples   at least one that gives points and one that gives none
//
// Expressions may name, for a donation: product, volume (mL), units, nth (1 for
// a person's first donation, under whichever of their documents; it is counted anew when an
// earlier one is heard of), birthday (given on the donor's birthday),
// between("2026-06-01", "2026-06-30") (the day of the donation, both included);
// for a birthday: age, times (donations ever), since (whole months since the last one).
package point
