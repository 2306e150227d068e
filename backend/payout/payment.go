// Package payout pays approved claims: batches of payments that leave as a file for a
// bank or one by one over a driver, what became of each, and what bank statements say of
// them.
//
// The states are the table Moves; docs/paying.md draws them. One rule stands above all:
// a payment is written down as sent before anything leaves, under a number made of its ID,
// and a claim never has two payments that may have reached somebody. What became of one
// that nobody heard of is asked, and asked again; it is never sent under another number.
package payout

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// Method is how money leaves.
type Method string

const (
	BankFile Method = "bank_file" // a file the bank is given
	WeChat   Method = "wechat"    // merchant transfer of WeChat Pay
	ByHand   Method = "by_hand"   // otherwise, and finance says so
)

// Methods are all of them.
func Methods() []Method { return []Method{BankFile, WeChat, ByHand} }

// MethodFor is how an account is paid in batches.
func MethodFor(kind claim.PayeeKind) Method {
	if kind == claim.WeChat {
		return WeChat
	}
	return BankFile
}

// Status is how far a payment is.
type Status string

const (
	Queued   Status = "queued"   // in a batch; nothing has left
	Dropped  Status = "dropped"  // taken out of the batch before anything left
	Sent     Status = "sent"     // may have left; nobody has heard yet
	Paid     Status = "paid"     // arrived
	Failed   Status = "failed"   // did not arrive
	Returned Status = "returned" // left, and came back
)

// Statuses are all of them, in the order a payment passes them.
func Statuses() []Status { return []Status{Queued, Sent, Paid, Failed, Returned, Dropped} }

// Move is one line of the table of what may become of a payment.
type Move struct {
	From, To Status
}

// moves is the whole of it. docs/paying.md draws it.
var moves = []Move{
	{Queued, Sent},
	{Queued, Dropped},
	{Sent, Paid},
	{Sent, Failed},
	{Paid, Returned},
	// Banks write the newest line first, and a statement of Tuesday may be taken in before
	// that of Monday: that money came back is then known before that it left.
	{Sent, Returned},
	{Failed, Returned},
	// What was taken for failed may turn out to have been paid: a statement says so, or
	// whoever was asked says something else than before.
	{Failed, Paid},
}

// Moves returns the table.
func Moves() []Move { return slices.Clone(moves) }

// IsOpen tells whether a payment stands in the way of another one for its claim: it may
// still leave, may have left, or has arrived.
func (s Status) IsOpen() bool { return s == Queued || s == Sent || s == Paid }

// Open are the statuses of which a claim has one payment at most; the database holds it.
func Open() []Status { return []Status{Queued, Sent, Paid} }

// Payment is one attempt to pay one claim.
type Payment struct {
	ID       string `json:"id"`     // made of the claim's and its place among the claim's payments
	Number   string `json:"number"` // by which bank and statement call it; made of the ID
	ClaimID  string `json:"claim_id"`
	Claim    string `json:"claim"` // its number
	District string `json:"district"`
	BatchID  string `json:"batch_id,omitempty"` // "" by hand
	Method   Method `json:"method"`
	Status   Status `json:"status"`
	Version  int    `json:"version"`

	AmountFen int64       `json:"amount_fen"`
	Payee     claim.Payee `json:"payee"`

	MadeAt  time.Time     `json:"made_at"`
	MadeBy  string        `json:"made_by"`
	SentAt  time.Time     `json:"sent_at,omitzero"`
	SentBy  string        `json:"sent_by,omitempty"` // who let its batch go
	EndedAt time.Time     `json:"ended_at,omitzero"` // when it became known to be paid, failed or returned
	PaidOn  calendar.Date `json:"paid_on,omitzero"`  // by the bank's books
	AskAt   time.Time     `json:"ask_at,omitzero"`   // Sent over a driver: when to ask what became of it
	Asked   int           `json:"asked,omitempty"`   // how often

	Reference string    `json:"reference,omitempty"` // what the bank or WeChat calls it
	Reason    string    `json:"reason,omitempty"`    // code of why it failed, or waits
	Note      string    `json:"note,omitempty"`      // in words, of a person or of the bank
	Refused   bool      `json:"refused,omitempty"`   // the last time it was sent, the driver said a plain no
	LastSent  time.Time `json:"last_sent,omitzero"`  // over a driver
	Confirm   string    `json:"confirm,omitempty"`   // WeChat: with what the recipient takes it on their phone
}

// PaymentID is the ID of the nth payment of a claim, from 1.
func PaymentID(claimID string, n int) string { return fmt.Sprintf("%s.p%d", claimID, n) }

// plain has no letters that are taken for digits (Crockford's base 32).
var plain = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// numberLength is that of a number without its mark: 80 bits.
const numberLength = 16

// numberMark begins the number of a payment, so that statements can be looked through for them.
const numberMark = "LX"

// NumberOf is the outgoing bill number of a payment: letters and digits, the same for the
// same ID for ever. WeChat takes at most 32.
func NumberOf(paymentID string) string {
	sum := sha256.Sum256([]byte("lianxin payment " + paymentID))
	return numberMark + plain.EncodeToString(sum[:])[:numberLength]
}

// NumbersIn are what in a text may be numbers of payments; banks put words around them.
func NumbersIn(text string) []string {
	var found []string
	upper := strings.ToUpper(text)
	for i := strings.Index(upper, numberMark); i >= 0; {
		rest := upper[i+len(numberMark):]
		if len(rest) >= numberLength && strings.Trim(rest[:numberLength], "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == "" {
			found = append(found, upper[i:i+len(numberMark)+numberLength])
		}
		next := strings.Index(rest, numberMark)
		if next < 0 {
			break
		}
		i += len(numberMark) + next
	}
	return found
}

// newPayment is the nth payment of a claim, which has to be locked.
func newPayment(c claim.Claim, n int, m Method, by string, at time.Time) Payment {
	id := PaymentID(c.ID, n)
	return Payment{ID: id, Number: NumberOf(id), ClaimID: c.ID, Claim: c.Number, District: c.District, Method: m, Status: Queued, Version: 1,
		AmountFen: c.Decision.AmountFen, Payee: c.Payee, MadeAt: at, MadeBy: by}
}

// to is the payment in another status. Fault "payout.step".
func (p Payment) to(s Status, at time.Time) (Payment, error) {
	if !slices.Contains(moves, Move{p.Status, s}) {
		return p, fault.New(fault.Conflict, "payout.step").With("status", string(p.Status))
	}
	p.Status = s
	switch s {
	case Sent:
		p.SentAt = at
	default:
		p.EndedAt, p.AskAt = at, time.Time{}
	}
	return p, nil
}

// Unfit is the code of why an account cannot be paid, "" when it can. A name that a
// spreadsheet would take for a formula goes into no file.
func Unfit(p claim.Payee) string {
	switch {
	case p.Holder == "" || p.Account == "" || p.Kind == claim.BankAccount && p.Bank == "":
		return "payout.payee_incomplete"
	case IsFormula(p.Holder) || IsFormula(p.Account) || IsFormula(p.Bank):
		return "payout.payee_formula"
	case p.Kind == claim.BankAccount && strings.Trim(p.Account, "0123456789-") != "":
		return "payout.payee_account"
	}
	return ""
}

// IsFormula tells whether a spreadsheet program may take a text for a formula, or for
// more than one cell (OWASP, CSV injection).
func IsFormula(text string) bool {
	return strings.IndexAny(text, "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20") == 0 || strings.ContainsAny(text, "\t\r\n")
}
