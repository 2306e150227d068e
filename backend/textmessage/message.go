// Package textmessage sends short messages to phones through a driver: which one is
// for the installation to choose. What a message says may be a key to somebody's
// results, so no driver but the demo's writes it where people look.
package textmessage

import (
	"context"
	"log/slog"
	"time"

	"lianxin/backend/lang"
)

// Template names what a message is for; providers in China send approved templates only.
type Template string

const (
	// ResultCode opens one result. Parameters: "code" (six digits), "minutes" it is good for.
	ResultCode Template = "result_code"
	// LoginCode lets a donor in. Parameters as for ResultCode.
	LoginCode Template = "login_code"
	// VoucherEnds reminds of a gift that was not picked up. Parameters: "gift", "until" (its
	// last day, as 2027-02-21), "site"; VoucherCodeEnds of a code nobody looked at, without "site".
	VoucherEnds     Template = "voucher_ends"
	VoucherCodeEnds Template = "voucher_code_ends"
)

// Message is one message to one phone.
type Message struct {
	ID       string            `json:"id"`       // a driver that is given it again sends it once
	To       string            `json:"to"`       // the phone as it is on record
	Template Template          `json:"template"` // for providers that send templates
	Params   map[string]string `json:"params"`
	Text     string            `json:"text"` // the whole message, for those that send text
	Language lang.Tag          `json:"language"`
	Expires  time.Time         `json:"expires"` // worth nothing afterwards
}

// LogValue keeps phone and text out of logs, whoever logs a message.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.String("template", string(m.Template)))
}

// String keeps them out of what is printed, and GoString of %#v.
func (m Message) String() string { return "textmessage.Message " + m.ID }

// GoString implements fmt.GoStringer.
func (m Message) GoString() string { return m.String() }

// Driver hands messages to whoever delivers them.
type Driver interface {
	// Send returns when the message was taken over. Its errors name neither phone nor text.
	Send(ctx context.Context, m Message) error
}
