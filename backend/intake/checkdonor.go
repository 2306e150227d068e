package intake

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/fault"
	"lianxin/backend/identity"
)

// donor reads who gave.
func (k *check) donor(r *Record) {
	p := &r.Person
	if k.required(DocumentNumber) != "" {
		p.Document = k.document(DocumentKind, DocumentNumber, DocumentCountry)
	}
	if k.row.Text[EarlierNumber] != "" {
		earlier := k.document(EarlierKind, EarlierNumber, EarlierCountry)
		r.Earlier = &earlier
	}
	p.Name, p.LatinName = k.row.Text[Name], k.row.Text[LatinName]
	if p.Name == "" && p.LatinName == "" {
		k.required(Name)
	}
	k.birthAndSex(p)
	if p.Document.Kind != "" {
		p.Nationality = nationality(p.Document)
	}
	r.Phone = k.phone()
}

// document reads a number of the kind that is told, or that it looks like.
func (k *check) document(kindField, numberField, countryField Field) identity.Document {
	number := k.row.Text[numberField]
	kind := identity.Kind(k.word(kindField, "document_kind"))
	if kind == "" {
		if k.row.Text[kindField] != "" {
			return identity.Document{} // said already
		}
		kind, _ = identity.Detect(number)
	}
	if kind == "" {
		k.wrong(numberField, "identity.kind")
		return identity.Document{}
	}
	if kind == identity.Passport && !strings.Contains(number, ":") {
		if k.required(countryField) == "" {
			return identity.Document{}
		}
		number = k.row.Text[countryField] + ":" + number
	}
	doc, err := identity.ParseOn(kind, number, k.Today)
	if err != nil {
		for _, place := range distinct(fault.From(err).Places) {
			k.wrong(map[bool]Field{true: countryField, false: numberField}[place == "identity.country"], place)
		}
		return identity.Document{}
	}
	return doc
}

// distinct are the codes of places, each once.
func distinct(places []fault.Place) []string {
	var codes []string
	seen := map[string]bool{}
	for _, p := range places {
		if !seen[p.Code] {
			seen[p.Code] = true
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// birthAndSex come from the number where it tells them; what is written beside it
// has to be the same.
func (k *check) birthAndSex(p *identity.Person) {
	p.Born, p.Sex = k.date(Born), identity.Sex(k.word(Sex, "sex"))
	if born, ok := p.Document.BirthDate(); ok {
		if !p.Born.IsZero() && p.Born != born {
			k.wrong(Born, "intake.contradiction")
		}
		p.Born = born
	}
	if sex := p.Document.Sex(); sex != identity.SexUnknown {
		if p.Sex != "" && p.Sex != sex {
			k.wrong(Sex, "intake.contradiction")
		}
		p.Sex = sex
	}
	if p.Document.Kind == "" {
		return // nobody can tell yet whether the number says it
	}
	if p.Born.IsZero() {
		k.required(Born)
	}
	if p.Sex == "" {
		k.required(Sex)
	}
}

// nationality is what a document tells of it, ISO 3166-1 alpha-3.
func nationality(doc identity.Document) string {
	switch doc.Kind {
	case identity.Passport:
		return doc.Country
	case identity.ForeignPR2017, identity.ForeignPR2023:
		return ""
	}
	return "CHN"
}

// phone keeps what was written; how many digits there are is all that is asked.
func (k *check) phone() string {
	text := k.row.Text[Phone]
	if text == "" {
		return ""
	}
	digits := 0
	for _, r := range norm.NFKC.String(text) {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() ", r):
			k.wrong(Phone, "intake.phone")
			return ""
		}
	}
	if digits < 5 || digits > 20 {
		k.wrong(Phone, "intake.phone")
	}
	return text
}
