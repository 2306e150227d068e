package fhir

import (
	"math"
	"strconv"
	"strings"

	"lianxin/backend/calendar"
)

// Coding is a code of a system.
type Coding struct {
	System string `json:"system,omitempty" maxLength:"200"`
	Code   string `json:"code,omitempty" maxLength:"100"`
}

// Concept is a CodeableConcept.
type Concept struct {
	_      struct{} `json:"-" additionalProperties:"true"`
	Coding []Coding `json:"coding,omitempty" maxItems:"20"`
	Text   string   `json:"text,omitempty" maxLength:"500"`
}

// code is that of a system; "" when there is none.
func (c *Concept) code(system string) string {
	if c == nil {
		return ""
	}
	for _, coding := range c.Coding {
		if coding.System == system {
			return coding.Code
		}
	}
	return ""
}

func concept(system, code string) Concept {
	return Concept{Coding: []Coding{{System: system, Code: code}}}
}

// Identifier is a number somebody or something is known by.
type Identifier struct {
	_      struct{} `json:"-" additionalProperties:"true"`
	System string   `json:"system,omitempty" maxLength:"200"`
	Value  string   `json:"value,omitempty" maxLength:"100"`
}

// Reference leads to another resource: to one that is contained, or by its identifier.
type Reference struct {
	_          struct{}    `json:"-" additionalProperties:"true"`
	Reference  string      `json:"reference,omitempty" maxLength:"200" doc:"#ID of a contained resource"`
	Type       string      `json:"type,omitempty" maxLength:"100"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty" maxLength:"200"`
}

// Money is an amount in yuan.
type Money struct {
	Value    float64 `json:"value" minimum:"-10000000000" maximum:"10000000000"`
	Currency string  `json:"currency" enum:"CNY"`
}

// fenOfYuan is how many fen a yuan has.
const fenOfYuan = 100

// fen is exact for every amount with two decimals; ok is false for any other.
func (m Money) fen() (fen int64, ok bool) {
	n := math.Round(m.Value * fenOfYuan)
	return int64(n), math.Abs(m.Value*fenOfYuan-n) < 1e-4
}

func yuan(fen int64) *Money { return &Money{Value: float64(fen) / fenOfYuan, Currency: "CNY"} }

// Quantity counts units of a component.
type Quantity struct {
	_     struct{} `json:"-" additionalProperties:"true"`
	Value float64  `json:"value" minimum:"0" maximum:"9999.99"`
}

// text writes a quantity as the service reads it.
func (q *Quantity) text() string {
	if q == nil {
		return ""
	}
	return strconv.FormatFloat(q.Value, 'f', -1, 64)
}

// Part is an extension within another.
type Part struct {
	URL       string        `json:"url" maxLength:"200"`
	ValueCode string        `json:"valueCode,omitempty" maxLength:"100"`
	ValueDate calendar.Date `json:"valueDate,omitzero"`
}

// Extension is what FHIR has no element for.
type Extension struct {
	_             struct{} `json:"-" additionalProperties:"true"`
	URL           string   `json:"url" maxLength:"200"`
	ValueCode     string   `json:"valueCode,omitempty" maxLength:"100"`
	ValueInteger  int      `json:"valueInteger,omitempty"`
	ValueDateTime string   `json:"valueDateTime,omitempty" maxLength:"40"`
	ValueMoney    *Money   `json:"valueMoney,omitempty"`
	Extension     []Part   `json:"extension,omitempty" maxItems:"10"`
}

// Extensions are those of one element.
type Extensions []Extension

// of finds one by its URL; an empty one when it is not there.
func (all Extensions) of(url string) Extension {
	for _, e := range all {
		if e.URL == url {
			return e
		}
	}
	return Extension{}
}

func (e Extension) part(url string) Part {
	for _, p := range e.Extension {
		if p.URL == url {
			return p
		}
	}
	return Part{}
}

// kindOf is the kind of document of an identifier; "" for any other.
func kindOf(id Identifier) string {
	kind, _ := strings.CutPrefix(id.System, SystemDocument)
	if kind == id.System {
		return ""
	}
	return kind
}
