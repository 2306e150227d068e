// Package receipt measures how long a printed page takes, beside what people would use
// instead to print Chinese, all with the same words, in two weights, with a QR code. A
// renderer is a process that lives for a few pages: the first is what somebody waits
// for after a start, the others are what everybody else does.
package receipt
