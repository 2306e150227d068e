// Package api measures the center's own API over HTTP as kiosks and desks use it, beside
// PocketBase with equal records and a net/http server that only sends back what it got.
//
// A create is one push of one check-in: signed by the device, its hash checked, and on the
// disk when it is answered. A read is one visit with its answers, and the entry of the audit
// log that says who read it, which is on the disk too. PocketBase commits with
// synchronous=NORMAL: its creates are not on the disk when they are answered.
package api
