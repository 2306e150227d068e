// Package checkin measures the last tap of a check-in at a kiosk: from the call of the
// page to its answer, with everything on the disk in between. It is set beside two
// inserts of the same bytes with the driver alone, and with GORM on it.
package checkin
