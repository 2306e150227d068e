//go:build linux

// Package demo lets somebody without a card reader try the kiosk: a simulated
// reader on a pseudo-terminal, spoken to by the real driver, and made-up cards
// to put on it. It is only ever used with --demo.
package demo

import (
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
	"lianxin/backend/reader/readersim"
)

// Tray is the simulated reader with a card on it or none.
type Tray struct{ reader *readersim.Simulator }

// NewTray connects a simulated reader; dir holds the name of its port.
func NewTray(dir string) (*Tray, error) {
	simulator, err := readersim.Start(dir, readersim.Options{})
	if err != nil {
		return nil, fmt.Errorf("simulated card reader: %w", err)
	}
	return &Tray{simulator}, nil
}

// Port is the serial port the driver opens.
func (t *Tray) Port() string { return t.reader.Port() }

// Put lays the resident identity card of a made-up person on the reader.
func (t *Tray) Put(p identity.Person) {
	sex := "2"
	if p.Sex == identity.Male {
		sex = "1"
	}
	until := day(p.ValidUntil)
	if p.LongTerm || until == "" {
		until = "长期"
	}
	t.reader.Put(readersim.Card{Design: readersim.Mainland, Name: p.Name, Sex: sex, Nation: "01", Born: day(p.Born),
		Address: "示范地址", Number: p.Document.Number, Issuer: "示范机关", ValidFrom: day(p.ValidFrom), ValidUntil: until})
}

// Lift takes the card away.
func (t *Tray) Lift() { t.reader.Lift() }

// Close pulls the reader's cable.
func (t *Tray) Close() { t.reader.Close() }

// day writes a date as cards do: 20261123.
func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d%02d%02d", d.Year(), d.Month(), d.Day())
}
