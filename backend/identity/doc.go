// Package identity knows who somebody says they are: the documents people
// carry, the numbers on them, what a card reader takes from a card, the codes
// of booking and donor cards, and how all of this is shown masked.
//
// Everything here is a pure function of its arguments. Nothing in it looks a
// person up, stores anything or reads a clock.
//
// Values of this package hold personal data. Their String and LogValue methods
// show the masked form, so that a log line written in haste leaks nothing; use
// the fields, or Document.Text, where the plain value is really needed.
package identity
