package questionnaire

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// Value is one FHIR value[x]. Type says which of the fields holds it.
type Value struct {
	Type       string // FHIR type: boolean, decimal, date, Coding …; "" for no value
	Bool       bool
	Number     json.Number // decimal, integer and their kin, as written
	Text       string      // every other primitive, as written
	Coding     *Coding
	Quantity   *Quantity
	Attachment *Attachment
	Reference  *Reference

	translations []Translation
	raw          json.RawMessage // a type that is only passed on
}

// The FHIR primitives, by the JSON kind they are written in.
// http://hl7.org/fhir/R4/datatypes.html
const (
	numberTypes = " decimal integer positiveInt unsignedInt "
	textTypes   = " base64Binary canonical code date dateTime id instant markdown oid string time uri url uuid "
)

func isIn(list, word string) bool { return strings.Contains(list, " "+word+" ") }

// typeOf turns the ending of a value[x] key into a type name: Boolean is
// boolean, Coding stays Coding.
func typeOf(ending string) string {
	if ending == "" {
		return ""
	}
	name := strings.ToLower(ending[:1]) + ending[1:]
	if name == "boolean" || isIn(numberTypes, name) || isIn(textTypes, name) {
		return name
	}
	return ending
}

// valueKey is the JSON key of a type: dateTime is valueDateTime.
func valueKey(typeName string) string {
	return "value" + strings.ToUpper(typeName[:1]) + typeName[1:]
}

// value reads the value[x] of an object and its path.
func (r *reader) value(parent at) (Value, string) { return r.choice(parent, "value") }

// choice reads prefix[x]; two of them in one object are a fault.
func (r *reader) choice(parent at, prefix string) (Value, string) {
	var v Value
	path := ""
	for _, key := range parent.keys {
		ending, ok := strings.CutPrefix(key, prefix)
		if !ok || ending == "" || !unicode.IsUpper(rune(ending[0])) {
			continue
		}
		place := at{parent.get(key), parent.path + "." + key}
		if path != "" {
			r.wrong(place, "questionnaire.two_values", "only one "+prefix+"[x] may stand here")
			continue
		}
		path = place.path
		v = r.typed(place, typeOf(ending))
		v.translations = r.translations(parent, key)
	}
	return v, path
}

func (r *reader) typed(place at, typeName string) Value {
	v := Value{Type: typeName}
	switch {
	case typeName == "boolean":
		if r.want(place, isBool) {
			v.Bool = place.yes
		}
	case isIn(numberTypes, typeName):
		if r.want(place, isNumber) {
			v.Number = json.Number(place.node.text)
		}
	case isIn(textTypes, typeName):
		if r.want(place, isString) {
			v.Text = place.node.text
		}
	default:
		r.complexValue(place, &v)
	}
	return v
}

func (r *reader) complexValue(place at, v *Value) {
	if !r.want(place, isObject) {
		return
	}
	switch v.Type {
	case "Coding":
		v.Coding = r.coding(place)
	case "Quantity":
		v.Quantity = r.quantity(place)
	case "Attachment":
		v.Attachment = r.attachment(place)
	case "Reference":
		v.Reference = r.reference(place)
	default:
		v.raw = json.RawMessage(r.source(place))
	}
}

// source is the text a node was read from.
func (r *reader) source(place at) []byte {
	return r.doc[place.start:min(place.end, int64(len(r.doc)))]
}

// maxDigits bounds a number's written length and exponent: arithmetic on
// 1e999999999 would fill the memory.
const maxDigits = 40

// decimal is the exact number written in text.
func decimal(text string) (*big.Rat, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	if len(mantissa) > maxDigits || mantissa == "" {
		return nil, false
	}
	if exponent != "" {
		if n, err := strconv.Atoi(exponent); err != nil || n > maxDigits || n < -maxDigits {
			return nil, false
		}
	}
	if strings.ContainsAny(text, "/_xXpP") {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func (v Value) rat() (*big.Rat, bool) { return decimal(v.Number.String()) }

// whole is the value as a 32-bit whole number, which FHIR's integer is.
func (v Value) whole() (int, bool) {
	r, ok := v.rat()
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	n := r.Num().Int64()
	return int(n), n == int64(int32(n))
}

// places counts the decimal places as written: 5.60 has two.
func places(number json.Number) int {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number.String()), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	n, err := strconv.Atoi(exponent)
	if err != nil {
		n = 0
	}
	return max(0, len(fraction)-n)
}

// plain is the value as rule expressions see it: bool, int, float64, or text;
// of a coding its code, of a quantity its number. nil for other types.
func (v Value) plain() any {
	switch v.Type {
	case "boolean":
		return v.Bool
	case "integer":
		n, _ := v.whole()
		return n
	case "decimal":
		return float(v.Number)
	case "Coding":
		if v.Coding.Code == "" {
			return v.Coding.Display
		}
		return v.Coding.Code
	case "Quantity":
		return float(v.Quantity.Value)
	case "Reference":
		return v.Reference.Reference
	case "Attachment":
		return v.Attachment.Title
	}
	return v.Text
}

func float(n json.Number) float64 {
	f, err := n.Float64()
	if err != nil {
		return 0
	}
	return f
}
