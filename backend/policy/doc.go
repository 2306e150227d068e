// Package policy holds the dated rules that say who may give blood and when, as
// data: rule packs in YAML with small expressions, each rule with its clause,
// its words in both languages and worked examples that are run when the pack is
// loaded. The same pack and the same functions decide on a kiosk without network
// and at the center.
//
// # Functions
//
//   - Holds (center): past donations and deferrals on record become dated holds.
//   - Gate (kiosk and center): a person and holds become a Verdict for the
//     donor's screen, with the first possible day of every product.
//   - Screen: answers of the health questionnaire become Findings for staff.
//   - Judge and Missing: measurements become Findings for staff.
//
// All are pure: today is passed in, nothing is stored, and the same input gives
// the same output in the same order.
//
// # A pack
//
// A pack is one YAML stream or a folder of .yaml files read in the order of their
// names. Every document may have these fields; "pack" and "neutral" come once in
// the whole pack:
//
//	pack:       id, version (2026.1), region (CN or a GB/T 2260 code), title, from,
//	            until (first day no longer in force, may be left out), source
//	neutral:    text (with {until}), ongoing, advice, clause: what a donor's screen
//	            says in place of every rule it may not name
//	defaults:   phase, certainty, clause, products, advice, named, today; for the
//	            rules of this document that do not say it themselves
//	rules:      a list of rules
//
// A rule:
//
//	id          kebab-case, stable for ever: deferrals on record name it
//	title       a few words, for staff tables
//	phase       history | gate | questionnaire | interview; what "when" may know
//	products    whole_blood, apheresis_platelets; both when left out
//	clause      the standard and the subject of the provision
//	certainty   verified (read in a public source) | general-knowledge (say so)
//	named       true when a donor's screen may name the rule once it is on record;
//	            always true for history and gate
//	when        condition; may be left out for a bound
//	effect      one of:
//	              defer: 6 months      counted from the date expression "from"
//	              defer: permanent
//	              until: turns(18)     a date expression for the first day again
//	              flag: true           staff look at it; at the gate: ask staff
//	              bound: weight        with unit and min, max, below or one_of
//	text        what the person or the staff read; names parameters in braces
//	advice      what to do now
//	staff       a note for staff, such as who may make an exception
//	examples    at least one that applies and one that does not
//
// Parameters of texts: {until}, {from} and {period} for deferrals with a period,
// {until} for deferrals by date, {value} and {limits} for bounds. A text whose
// date is not known is replaced: by the title for staff, by the neutral words for
// donors. Texts state dates and facts and never a diagnosis.
//
// # Expressions
//
// Expressions are of the language of expr-lang/expr, type-checked when the pack
// is loaded and cut down to a part that always ends and cannot fail: the facts
// below, constants, comparison, + - *, and/or/not, "in" a list, a ? b : c.
//
//	history        donated(product), times(product), last(product),
//	               recent(product, n), volumeBelow(product, mL, months)
//	gate           today, age, birthKnown, sex, repeatWithoutReaction, turns(years)
//	questionnaire  today, age, sex, yes(linkId), no(linkId), has(linkId, code…),
//	               date(linkId), number(linkId), answered(linkId…),
//	               skipped(linkId…), future(linkId…), monthsAgo(n)
//	interview      sex, enduranceAthlete, irregularPulse, doctorDefers
//
// # Examples
//
// An example names today (or takes it from the defaults), the facts of its phase
// and what it expects: none, flag, out, undated, permanent, or the first day on
// which giving is possible again.
//
//	history        history: [{on, product, volume, units, reaction, every, times}]
//	gate           birth, sex, repeat
//	questionnaire  birth, sex, answers: {linkId: value}
//	interview      sex, measured: {quantity: value}, athlete, irregular_pulse, doctor_defers
//
// How the YAML, the head, expressions and texts of any pack are read stands in
// package packfile; what is wrong names file, line, rule and example.
package policy
