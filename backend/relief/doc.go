// Package relief says how much blood somebody is entitled to without paying (用血
// 免费与报销), and keeps account of what of it was used.
//
// Three things lie here. A dated [Pack] per region says what a donation earns its
// donor and their relatives. [Pack.Assess] applies it to a hospital's bill, line by
// line: which donation covers which millilitres, under which clause. And a
// double-entry ledger of millilitres (see [ledger.Entry], [Service.Reserve]) sees to it that nobody, at whichever
// office or hospital, is given the same millilitres twice.
//
// Whoever settles a bill asks ([Service.Assess]), sets the millilitres aside
// ([Service.Reserve]) and says how it ended ([Service.Confirm], [Service.Release]);
// what was wrong afterwards is taken back by [Service.Reverse].
//
// Volumes are in mL, money in fen. How the law is read, and what it leaves open, is in
// docs/decisions/0041; the ledger in 0042; the fields of a pack in docs/relief.md.
package relief
