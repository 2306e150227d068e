// Package fleet runs a center as several instances behind one address, each a
// process of its own that can be stopped or killed, with many kiosks, desks and
// members of staff at once. It shows that whatever one instance does or is told
// holds on the others, and what happens when all kiosks come back in the same
// second.
//
// A test that starts instances runs through Main: an instance is the test's own
// program, started once more.
package fleet
