package reader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
)

// errContent is a card whose text contradicts itself or the standard. It names
// the field and never its value.
var errContent = errors.New("card content")

const (
	lengthsBytes = 4    // length of the text, length of the photo
	textBytes    = 256  // UTF-16, little endian, padded with spaces
	photoBytes   = 1024 // a closed format: never looked at, never kept
)

// field is where a value stands in the text, in bytes.
type field struct{ at, size int }

// layout is where one design of card keeps what the service takes. A zero field
// is not on the card. Ethnic group, address and issuing office are left alone.
type layout struct {
	kind                               identity.Kind
	name, latin, latinMore             field
	sex, born, number, country         field
	validFrom, validUntil, pass, prior field
}

var (
	mainland = layout{kind: identity.ResidentID,
		name: field{0, 30}, sex: field{30, 2}, born: field{36, 16}, number: field{122, 36},
		validFrom: field{188, 16}, validUntil: field{204, 16}}
	hkmt = layout{kind: identity.HKMTResidencePermit,
		name: field{0, 30}, sex: field{30, 2}, born: field{36, 16}, number: field{122, 36},
		validFrom: field{188, 16}, validUntil: field{204, 16}, pass: field{220, 18}}
	foreign2017 = layout{kind: identity.ForeignPR2017,
		latin: field{0, 120}, sex: field{120, 2}, number: field{122, 30}, country: field{152, 6}, name: field{158, 30},
		validFrom: field{188, 16}, validUntil: field{204, 16}, born: field{220, 16}}
	foreign2023 = layout{kind: identity.ForeignPR2023,
		name: field{0, 30}, sex: field{30, 2}, born: field{36, 16}, latin: field{52, 70}, number: field{122, 36},
		validFrom: field{188, 16}, validUntil: field{204, 16}, latinMore: field{220, 22}, country: field{242, 6}, prior: field{250, 6}}
)

// typeFlag tells the designs apart.
var typeFlag = field{248, 2}

// decodeCard reads the data of a reply to cmdRead.
func decodeCard(data []byte) (identity.Person, error) {
	if len(data) < lengthsBytes {
		return identity.Person{}, fmt.Errorf("%w: %d bytes", errContent, len(data))
	}
	text, photo := int(binary.BigEndian.Uint16(data)), int(binary.BigEndian.Uint16(data[2:]))
	if text != textBytes || photo > photoBytes || len(data) != lengthsBytes+text+photo {
		return identity.Person{}, fmt.Errorf("%w: text of %d and photo of %d in %d bytes", errContent, text, photo, len(data))
	}
	return decodeText(data[lengthsBytes : lengthsBytes+textBytes])
}

// decodeText reads the text of a card; it must have textBytes bytes.
func decodeText(text []byte) (identity.Person, error) {
	c := cardText{text: text}
	l := layoutOf(c.value("type flag", typeFlag))
	p := identity.Person{
		Name:        c.value("name", l.name),
		LatinName:   strings.TrimSpace(c.raw("Latin name", l.latin) + c.raw("Latin name, continued", l.latinMore)),
		Sex:         c.sex(l.sex),
		Born:        c.date("birth date", l.born),
		Nationality: "CHN",
		ValidFrom:   c.date("valid from", l.validFrom),
		PassNumber:  c.value("pass number", l.pass),
		PriorLink:   c.value("prior number", l.prior),
	}
	if l.country != (field{}) {
		p.Nationality = c.value("nationality", l.country)
	}
	if p.LongTerm = c.value("valid until", l.validUntil) == "长期"; !p.LongTerm {
		p.ValidUntil = c.date("valid until", l.validUntil)
	}
	p.Document = c.document(l, p.Born)
	if p.DisplayName() == "" {
		c.fail("name", "empty")
	}
	if c.err != nil {
		return identity.Person{}, c.err
	}
	return p, nil
}

func layoutOf(flag string) layout {
	switch flag {
	case "J":
		return hkmt
	case "I":
		return foreign2017
	case "Y":
		return foreign2023
	}
	return mainland
}

// cardText reads fields and keeps the first fault.
type cardText struct {
	text []byte
	err  error
}

func (c *cardText) fail(name, reason string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s: %s", errContent, name, reason)
	}
}

// raw returns a field with its padding; characters beyond U+FFFF are surrogate
// pairs, and half a pair is a fault.
func (c *cardText) raw(name string, f field) string {
	units := make([]uint16, f.size/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(c.text[f.at+2*i:])
	}
	s := strings.ReplaceAll(string(utf16.Decode(units)), "\x00", " ")
	clear(units)
	if strings.ContainsRune(s, utf8.RuneError) {
		c.fail(name, "half a surrogate pair")
	}
	return s
}

func (c *cardText) value(name string, f field) string { return strings.TrimSpace(c.raw(name, f)) }

func (c *cardText) sex(f field) identity.Sex {
	switch c.value("sex", f) {
	case "1":
		return identity.Male
	case "2":
		return identity.Female
	case "0", "9":
		return identity.SexUnknown
	}
	c.fail("sex", "no code of GB/T 2261.1")
	return identity.SexUnknown
}

func (c *cardText) date(name string, f field) calendar.Date {
	t, err := time.Parse("20060102", c.value(name, f))
	if err != nil {
		c.fail(name, "not a day written as YYYYMMDD")
		return calendar.Date{}
	}
	return calendar.New(t.Date())
}

// document checks the number and that it tells the same birth date as the card.
func (c *cardText) document(l layout, born calendar.Date) identity.Document {
	doc, err := identity.Parse(l.kind, c.value("number", l.number))
	if err != nil {
		c.fail("number", err.Error())
		return identity.Document{}
	}
	if inNumber, ok := doc.BirthDate(); ok && inNumber != born {
		c.fail("birth date", "differs from the number's")
	}
	return doc
}
