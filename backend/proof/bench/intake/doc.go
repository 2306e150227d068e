// Package intake measures how fast a station's file of donations and results is taken in,
// beside what loads the same file into one table of texts and does nothing else: sqlite3
// .import and COPY of PostgreSQL.
//
// Ours checks every cell, finds the donor by a keyed hash of the document, notices who is
// known already, seals person, verdict and values, gives points, brings the gate list up to
// date and tells the kiosks; a part of 500 records is on the disk when the next begins.
package intake
