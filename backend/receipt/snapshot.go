package receipt

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// SnapshotVersion is the version of the page templates this program prints.
// Words, order and look of a page belong to a version: a change that would
// alter the bytes of stored snapshots gets a new number and keeps the old one.
const SnapshotVersion = 1

// Snapshot is everything a page says, as it was at the moment of printing. It
// is stored; the PDF is made from it and from nothing else, and is the same
// every time. Numbers of people are already masked in it, and names where the page does not
// need them whole.
//
// Exactly one of CheckIn, Deferral, Voucher, Result, Certificate, Claim, YearCard and Test is set.
type Snapshot struct {
	Version   int       `json:"version"`  // SnapshotVersion
	Number    string    `json:"number"`   // number of the receipt
	Language  lang.Tag  `json:"language"` // zh-CN: Chinese only; en: Chinese first, English beneath
	Issuer    Issuer    `json:"issuer"`
	Site      lang.Text `json:"site"`
	IssuedAt  time.Time `json:"issued_at"`         // when it happened
	PrintedAt time.Time `json:"printed_at"`        // when this copy was made; the PDF's creation date
	Reprint   int       `json:"reprint,omitempty"` // 0 for the first copy, n for the nth reprint
	Footer    lang.Text `json:"footer,omitzero"`   // closing line, such as thanks

	CheckIn  *CheckIn     `json:"check_in,omitempty"`
	Deferral *Deferral    `json:"deferral,omitempty"`
	Voucher  *Voucher     `json:"voucher,omitempty"`
	Test     *PrinterTest `json:"test,omitempty"`

	Result      *Result      `json:"result,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty"`
	Claim       *Claim       `json:"claim,omitempty"`
	YearCard    *YearCard    `json:"year_card,omitempty"`
}

// Issuer is the blood center that gives out the page.
type Issuer struct {
	Name  lang.Text `json:"name"`
	Phone string    `json:"phone"`
	Hours lang.Text `json:"hours,omitzero"` // when the phone is answered
}

// Donor identifies a person to themselves and to staff, masked.
type Donor struct {
	Name     string    `json:"name"`     // masked
	Document lang.Text `json:"document"` // kind of document
	Number   string    `json:"number"`   // masked
	Typed    bool      `json:"typed"`    // typed rather than read from a card: staff must look at the document
	// Missing are the characters of the whole name that cannot be printed, "U+XXXXX",
	// for staff who write them by hand.
	Missing []string `json:"missing,omitempty"`
}

// CheckIn is the receipt with the queue ticket 签到凭条.
type CheckIn struct {
	Ticket  string      `json:"ticket"` // number in the queue, as called out
	Donor   Donor       `json:"donor"`
	Product lang.Text   `json:"product"`        // whole blood, platelets
	Amount  lang.Text   `json:"amount"`         // 400 mL, 1 unit
	Slot    string      `json:"slot,omitempty"` // booked time such as 09:30–10:00; empty for a walk-in
	Where   lang.Text   `json:"where"`          // where to go now
	Next    []lang.Text `json:"next"`           // what happens next, in order
	Code    Code        `json:"code"`
}

// Code is a QR code with the words beside it.
type Code struct {
	Payload string    `json:"payload"`
	Caption lang.Text `json:"caption"`
}

// Deferral is the slip 暂缓献血告知 for someone who may not give today.
type Deferral struct {
	Donor        Donor       `json:"donor"`
	First        []FirstDate `json:"first"` // one per donation type
	Reasons      []Reason    `json:"reasons"`
	Alternatives []lang.Text `json:"alternatives,omitempty"` // what is possible today
	Advice       []lang.Text `json:"advice,omitempty"`       // what to do until then
}

// FirstDate is the first day a kind of donation is possible again. A day not
// later than the day of issue means today; no day means that staff must say.
type FirstDate struct {
	Product lang.Text     `json:"product"`
	From    calendar.Date `json:"from"`
}

// Reason is why, with the rule it follows from.
type Reason struct {
	Text   lang.Text `json:"text"`
	Clause string    `json:"clause"` // such as GB 18467-2011 §5.2
}

// PrinterTest is a page that shows whether a printer is set up well.
type PrinterTest struct {
	Device  string `json:"device"`  // the kiosk or desk
	Printer string `json:"printer"` // the printer's own name
	Code    Code   `json:"code"`
}
