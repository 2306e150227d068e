package identity

import (
	"strings"
	"time"

	"lianxin/backend/calendar"
)

// Sex as written on documents (GB/T 2261.1).
type Sex string

const (
	// SexUnknown covers codes 0 (unknown) and 9 (not stated).
	SexUnknown Sex = "unknown"
	Male       Sex = "male"
	Female     Sex = "female"
)

// BirthDate returns the birth date inside an 18-digit number (digits 7–14,
// GB 11643); false for documents whose number holds none.
func (d Document) BirthDate() (calendar.Date, bool) {
	if !d.Kind.isCitizenNumber() || len(d.Number) != 18 {
		return calendar.Date{}, false
	}
	return compactDate(d.Number[6:14])
}

// Sex returns the sex an 18-digit number tells: an odd digit 17 is male
// (GB 11643); SexUnknown for other documents.
func (d Document) Sex() Sex {
	if !d.Kind.isCitizenNumber() || len(d.Number) != 18 {
		return SexUnknown
	}
	if d.Number[16]%2 == 1 {
		return Male
	}
	return Female
}

// checkCitizenNumber checks the meaning of a number that has the shape. The
// area is not looked up: areas are merged and renamed, numbers stay.
func checkCitizenNumber(doc Document, found *findings) {
	if citizenKind(doc.Number) != doc.Kind {
		found.add("number[0:6]", "identity.kind", "the number belongs to another kind of document")
	}
	if born, ok := doc.BirthDate(); !ok || born.Year() < 1850 {
		found.add("number[6:14]", "identity.birth_date", "not a day of the calendar")
	}
	if mod11Check(doc.Number[:17]) != doc.Number[17] {
		found.add("number[17]", "identity.check_digit", "")
	}
}

// citizenKind tells by the first six digits whose number it is: 810000, 820000
// and 830000 are Hong Kong, Macao and Taiwan residents, a leading 9 foreigners.
func citizenKind(number string) Kind {
	switch {
	case strings.HasPrefix(number, "810000"), strings.HasPrefix(number, "820000"), strings.HasPrefix(number, "830000"):
		return HKMTResidencePermit
	case strings.HasPrefix(number, "9"):
		return ForeignPR2023
	}
	return ResidentID
}

// compactDate reads YYYYMMDD.
func compactDate(s string) (calendar.Date, bool) {
	t, err := time.Parse("20060102", s)
	if err != nil {
		return calendar.Date{}, false
	}
	return calendar.New(t.Date()), true
}

// WithCheck makes a resident number of its first 17 digits. It is for made-up
// people in demos and tests; whether date and area make sense is theirs to see to.
func WithCheck(digits string) Document {
	return Document{Kind: ResidentID, Number: digits + string(mod11Check(digits))}
}
