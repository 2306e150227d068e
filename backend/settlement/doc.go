// Package settlement is what the center advanced for district offices and gets back from
// them: what it paid to claimants, and what hospitals waived in its name, per district and
// month, as a statement that is locked.
//
// Money is a double-entry book of its own (package ledger): all accounts together are zero,
// and a statement is the movement of one account. Nothing is posted into a locked month:
// what is corrected later is an entry of a month that is open. It does not matter how a
// claim was paid; what counts is that it became paid, and that the money came back.
package settlement
