package questionnaire

import "strings"

// Coding is one code of a code system.
// http://hl7.org/fhir/R4/datatypes.html#Coding
type Coding struct {
	System  string `json:"system,omitempty"`
	Version string `json:"version,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`

	translations []Translation
}

func (r *reader) coding(place at) *Coding {
	r.only(place, " id extension system version code display userSelected ")
	r.yes(place, "userSelected")
	return &Coding{System: r.text(place, "system"), Version: r.text(place, "version"),
		Code: r.text(place, "code"), Display: r.text(place, "display"),
		translations: r.translations(place, "display")}
}

func (r *reader) codings(parent at, key string) []Coding {
	var out []Coding
	for _, place := range r.objects(parent, key) {
		out = append(out, *r.coding(place))
	}
	return out
}

// covers tells whether answer is the coding c of the form: the same system and
// code, and no other version. Displays count only without a code, as they are
// words and come in several languages.
func (c Coding) covers(answer Coding) bool {
	if c.System != answer.System || c.Code != answer.Code {
		return false
	}
	if c.Version != "" && answer.Version != "" && c.Version != answer.Version {
		return false
	}
	return c.Code != "" || strings.EqualFold(c.Display, answer.Display)
}

// valueJSON is the key and JSON of a value, as an answer carries it.
func (v Value) valueJSON() (string, any) {
	key := valueKey(v.Type)
	switch {
	case v.Type == "boolean":
		return key, v.Bool
	case isIn(numberTypes, v.Type):
		return key, v.Number
	case v.Coding != nil:
		return key, v.Coding
	case v.Quantity != nil:
		return key, v.Quantity
	case v.Attachment != nil:
		return key, v.Attachment
	case v.Reference != nil:
		return key, v.Reference
	case v.raw != nil:
		return key, v.raw
	}
	return key, v.Text
}
