// Package failpoint kills real processes at named places and at random, and shows
// that nothing is lost or done twice.
//
// Points names the places: before and after everything that is written, renamed,
// sent, answered, applied or printed. The product does not contain them; the proof
// builds the center and a kiosk with a call put in at each (package overlay), runs
// them with lines between that are slow, narrow, cut and reset, kills either side,
// starts it again and goes on. In the end all is healed and must hold what
// simulation.Promises says, and no paper may be torn or of nobody.
package failpoint
