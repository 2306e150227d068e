package identity

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// longest bounds what is looked at, in bytes: no number is near it, and typing
// noise in full-width characters takes three bytes each.
const longest = 256

// Document is an identity document whose number has been checked by Parse.
type Document struct {
	Kind    Kind   `json:"kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport" doc:"Kind of document"`
	Number  string `json:"number" doc:"Number as printed on the document, upper case, without spaces"`
	Country string `json:"country,omitempty" doc:"Issuing country, ISO 3166-1 alpha-3; passports only"`
}

// Parse reads a number of the given kind as a person typed it. A passport is
// written COUNTRY:NUMBER, for example UTO:L898902C3.
//
// The error is a fault of kind Invalid that lists every wrong place; indexes
// count characters after spaces were taken out. Codes: identity.kind (unknown
// kind, or the number belongs to another kind), identity.length,
// identity.characters, identity.birth_date, identity.check_digit,
// identity.country.
func Parse(kind Kind, text string) (Document, error) {
	doc, found := parse(kind, text)
	if err := found.err(); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// ParseOn is Parse that also refuses a birth date after today with
// identity.future_birth, among the other places.
func ParseOn(kind Kind, text string, today calendar.Date) (Document, error) {
	doc, found := parse(kind, text)
	if born, ok := doc.BirthDate(); ok && born.After(today) {
		found.add("number[6:14]", "identity.future_birth", "birth date after today")
	}
	if err := found.err(); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// ParsePassport reads a passport given as country (ISO 3166-1 alpha-3) and number.
func ParsePassport(country, number string) (Document, error) {
	return Parse(Passport, country+":"+number)
}

// Detect tells which kind of document a number looks like, without checking
// it further. Letters and digits that fit nothing else look like a passport,
// whose country must still be asked for. False means: no kind at all.
func Detect(text string) (Kind, bool) {
	if len(text) > longest {
		return "", false
	}
	text = normalise(text)
	if strings.Contains(text, ":") {
		return Passport, true
	}
	for _, kind := range []Kind{ResidentID, ForeignPR2017, HKMacauTravelPermit, TaiwanTravelPermit, Passport} {
		if hasShape(kind, text) {
			if kind == ResidentID {
				return citizenKind(text), true
			}
			return kind, true
		}
	}
	return "", false
}

// Text is the written form that Parse reads back.
func (d Document) Text() string {
	if d.Country != "" {
		return d.Country + ":" + d.Number
	}
	return d.Number
}

// Key is the canonical text under which a person is found again; blind indexes
// are computed from it. The same 18-digit number gives the same key whatever
// kind it was entered as. The last two digits of a long Hong Kong or Macao
// travel permit number count reissues and are left out, so that a renewed card
// finds the same person.
//
// A 2017 foreign resident card and the 2023 card of the same person have
// different numbers and therefore different keys: nothing computes one from the
// other. Who changed cards is joined by staff on sight of both, helped by
// Person.PriorLink.
func (d Document) Key() string {
	switch d.Kind {
	case HKMacauTravelPermit:
		return "HM:" + d.Number[:min(9, len(d.Number))]
	case TaiwanTravelPermit:
		return "TW:" + d.Number
	case ForeignPR2017:
		return "FP:" + d.Number
	case Passport:
		return "PP:" + d.Country + ":" + d.Number
	}
	return "CN:" + d.Number
}

// Key is Document.Key as a function.
func Key(d Document) string { return d.Key() }

// String shows the masked number.
func (d Document) String() string { return string(d.Kind) + " " + d.Masked() }

// GoString keeps the plain number out of %#v.
func (d Document) GoString() string { return d.String() }

// LogValue logs nothing but the kind.
func (d Document) LogValue() slog.Value { return slog.StringValue(string(d.Kind)) }

func parse(kind Kind, text string) (Document, *findings) {
	found := &findings{}
	if !kind.IsKnown() {
		found.add("kind", "identity.kind", "no such kind of document")
		return Document{}, found
	}
	if len(text) > longest {
		found.add("number", "identity.length", fmt.Sprintf("over %d bytes", longest))
		return Document{}, found
	}
	doc := Document{Kind: kind, Number: normalise(text)}
	if kind == Passport {
		doc.Country, doc.Number, _ = strings.Cut(doc.Number, ":")
		checkCountry(doc.Country, found)
	}
	checkShape(kind, doc.Number, found)
	if kind.isCitizenNumber() && found.none() {
		checkCitizenNumber(doc, found)
	}
	return doc, found
}

func checkCountry(country string, found *findings) {
	if len(country) != 3 || strings.ContainsFunc(country, func(c rune) bool { return !isLetter(c) }) {
		found.add("country", "identity.country", "not three letters of ISO 3166-1")
	}
}

func checkShape(kind Kind, number string, found *findings) {
	s := shapes[kind]
	if n := utf8.RuneCountInString(number); !slices.Contains(s.lengths, n) {
		found.add("number", "identity.length", fmt.Sprintf("%d characters, not one of %v", n, s.lengths))
	}
	at := 0
	for _, c := range number {
		if at < slices.Max(s.lengths) && !s.accepts(at, c) {
			found.add(fmt.Sprintf("number[%d]", at), "identity.characters", "")
		}
		at++
	}
}

func hasShape(kind Kind, number string) bool {
	found := &findings{}
	checkShape(kind, number, found)
	return found.none()
}

// findings gathers every wrong place of one input.
type findings struct{ fault *fault.Fault }

func (f *findings) add(location, code, detail string) {
	if f.fault == nil {
		f.fault = fault.New(fault.Invalid, code)
	}
	f.fault.At(location, code, detail)
}

func (f *findings) none() bool { return f.fault == nil }

func (f *findings) err() error {
	if f.fault == nil {
		return nil
	}
	return f.fault
}
