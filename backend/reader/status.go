package reader

import (
	"fmt"

	"lianxin/backend/fault"
)

// StatusError is a reader's answer other than success: SW3 of its reply
// (GA 450), and the command it answers.
type StatusError struct {
	Command string
	SW3     byte
}

const (
	statusOK    = 0x90
	statusFound = 0x9F
	statusNone  = 0x80 // no card in the field
)

// meaning is what a status code means for the people in front of the reader.
type meaning struct {
	code  string // fault code
	words string // for the log
	card  bool   // the card's fault, not the reader's: lifting and trying again may help
	final bool   // no retry helps: the reader needs service
}

var meanings = map[byte]meaning{
	0x10: {code: "reader.command_checksum", words: "command arrived damaged (checksum)"},
	0x11: {code: "reader.command_length", words: "command arrived damaged (length)"},
	0x21: {code: "reader.command", words: "command refused"},
	0x23: {code: "reader.not_permitted", words: "command not permitted now"},
	0x24: {code: "reader.command_unknown", words: "command unknown"},
	0x31: {code: "reader.authentication", words: "card failed to authenticate the reader", card: true},
	0x32: {code: "reader.authentication", words: "reader failed to authenticate the card", card: true},
	0x33: {code: "reader.information_check", words: "card content failed its check", card: true},
	0x40: {code: "reader.card_type", words: "card of another type", card: true},
	0x41: {code: "reader.card_read", words: "reading the card failed", card: true},
	0x47: {code: "reader.random", words: "taking random numbers failed"},
	0x60: {code: "reader.self_test", words: "self test failed", final: true},
	0x66: {code: "reader.not_authorised", words: "security module not authorised", final: true},
	0x80: {code: "reader.card_lifted", words: "no card", card: true},
	0x81: {code: "reader.card_select", words: "selecting the card failed", card: true},
	0x91: {code: "reader.no_content", words: "no such content on the card", card: true},
}

func meaningOf(sw3 byte) meaning {
	if m, ok := meanings[sw3]; ok {
		return m
	}
	return meaning{code: "reader.status_unknown", words: "status outside the standard"}
}

// Error is for logs.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: status %02X: %s", e.Command, e.SW3, meaningOf(e.SW3).words)
}

// IsCard tells whether the card rather than the reader is at fault.
func (e *StatusError) IsCard() bool { return meaningOf(e.SW3).card }

// Fault is what a screen explains; parameter status holds SW3 in hexadecimal.
func (e *StatusError) Fault() *fault.Fault {
	kind := fault.Unavailable
	if e.IsCard() {
		kind = fault.Invalid
	}
	return fault.Wrap(e, kind, meaningOf(e.SW3).code).With("status", fmt.Sprintf("%02X", e.SW3))
}
