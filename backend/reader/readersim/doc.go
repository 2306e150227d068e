// Package readersim is a simulated GA 450 card reader on a pseudo-terminal, for
// tests and for demonstrations on machines without a reader.
//
// It speaks the protocol from its own tables, not from the driver's, so that a
// mistake in one shows against the other. People are played by Put and Lift;
// bad weather by Next, Split, Vanish and Return.
//
// It exists on Linux only; elsewhere the package is empty.
package readersim
