// Package hospital is direct relief: a hospital asks what a patient is entitled to, has it
// set aside, and asks for less at discharge, so that nobody has to hand in a claim
// afterwards.
//
// What a hospital sets aside and uses lies in the same book of millilitres that claims
// draw on (package relief): what one has, the other has not. A case is known by the
// hospital's own number, so that whatever is sent twice is done once. A hospital is told
// what there is and by which clause, never which donations it comes from.
package hospital
