// Package ledger is double-entry bookkeeping of whatever is counted in whole numbers:
// points of donors (package point), millilitres of blood somebody is entitled to
// (package relief).
//
// Every change is an [Entry] whose postings add up to zero, so that an amount comes
// from somewhere and goes somewhere. Entries are only added; what was wrong is put right
// by an entry that reverses it. An entry's id is made of what caused it, so the same
// cause moves an amount once, however often it is told.
//
// Each book has its own tables, kinds of entries and accounts. Balances are kept of
// bounded accounts only (see [Account.IsBounded]), in lots by the day on which they
// expire; they never go below zero. See decisions 20 and 42.
package ledger
