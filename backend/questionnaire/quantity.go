package questionnaire

import (
	"encoding/json"
	"math/big"
	"strings"
)

// UCUM is the code system of units. http://unitsofmeasure.org
const UCUM = "http://unitsofmeasure.org"

// Quantity is a number with its unit. http://hl7.org/fhir/R4/datatypes.html#Quantity
type Quantity struct {
	Value      json.Number `json:"value,omitempty"`
	Comparator string      `json:"comparator,omitempty"`
	Unit       string      `json:"unit,omitempty"`
	System     string      `json:"system,omitempty"`
	Code       string      `json:"code,omitempty"`
}

func (r *reader) quantity(place at) *Quantity {
	r.only(place, " id extension value comparator unit system code ")
	return &Quantity{Value: r.number(place, "value"), Comparator: r.text(place, "comparator"),
		Unit: r.text(place, "unit"), System: r.text(place, "system"), Code: r.text(place, "code")}
}

// unitName is how the unit is shown.
func (q *Quantity) unitName() string {
	if q.Unit != "" {
		return q.Unit
	}
	return q.Code
}

// compare orders two quantities after turning both into the same unit.
// known is false when their units cannot be turned into one another, or when a
// number is missing. Units without a system are taken for UCUM's.
func (q *Quantity) compare(other *Quantity) (order int, known bool) {
	a, okA := decimal(q.Value.String())
	b, okB := decimal(other.Value.String())
	if !okA || !okB {
		return 0, false
	}
	if q.sameUnit(other) {
		return a.Cmp(b), true
	}
	if q.system() != UCUM || other.system() != UCUM {
		return 0, false
	}
	ua, okA := parseUnit(q.symbol())
	ub, okB := parseUnit(other.symbol())
	if !okA || !okB || ua.dim != ub.dim || ua.arbitrary != ub.arbitrary {
		return 0, false
	}
	return ua.base(a).Cmp(ub.base(b)), true
}

func (q *Quantity) system() string {
	if q.System == "" {
		return UCUM
	}
	return q.System
}

func (q *Quantity) symbol() string {
	if q.Code != "" {
		return q.Code
	}
	return q.Unit
}

func (q *Quantity) sameUnit(other *Quantity) bool {
	if q.system() != other.system() {
		return false
	}
	if q.Code != "" && other.Code != "" {
		return q.Code == other.Code
	}
	if q.Code == "" && other.Code == "" {
		return q.Unit == other.Unit
	}
	return q.Unit != "" && q.Unit == other.Unit
}

// limit reads the bound of an item that quantities must keep: SDC's quantity
// extension, or the plain one when it holds a quantity or a bare number.
func (i *Item) quantityLimit(sdc, plain string) *Quantity {
	v, ok := i.ext().value(sdc, plain)
	switch {
	case !ok:
		return nil
	case v.Quantity != nil:
		return v.Quantity
	case v.Number != "":
		return &Quantity{Value: v.Number}
	}
	return nil
}

// checkQuantity holds units, limits and decimal places.
func (c *answerCheck) checkQuantity(q *Quantity) {
	if _, ok := decimal(q.Value.String()); !ok {
		c.add(invalidValue, "The quantity has no usable number")
		return
	}
	c.checkUnitOption(q)
	c.checkUnitValueSet(q)
	c.checkQuantityLimit(q, c.item.quantityLimit(extMinQuantity, extMinValue), minValue, minValueIncompatUnits, -1)
	c.checkQuantityLimit(q, c.item.quantityLimit(extMaxQuantity, extMaxValue), maxValue, maxValueIncompatUnits, +1)
	c.checkPlaces(q.Value)
}

// checkQuantityLimit reports detail when q lies on the side of limit that wrong
// names: -1 below, +1 above.
func (c *answerCheck) checkQuantityLimit(q, limit *Quantity, detail, incompatible string, wrong int) {
	if limit == nil || q.Comparator != "" {
		return // "< 5" says nothing certain about a bound
	}
	if limit.symbol() == "" { // a bare number bounds the number, whatever the unit
		limit = &Quantity{Value: limit.Value, Unit: q.Unit, System: q.System, Code: q.Code}
	}
	order, known := q.compare(limit)
	if !known {
		c.add(incompatible, "The unit cannot be converted to '"+limit.unitName()+"', in which the limit is written")
		return
	}
	if order == wrong {
		text := strings.TrimSpace(limit.Value.String() + " " + limit.unitName())
		c.issues = append(c.issues, c.issue(detail).says(bound(Value{}, wrong)+text).with("limit", text))
	}
}

func (c *answerCheck) checkUnitOption(q *Quantity) {
	options := c.item.ext().values(extUnitOption)
	if len(options) == 0 {
		return
	}
	var names []string
	for _, o := range options {
		if o.Coding == nil {
			continue
		}
		if (o.Coding.System == "" || o.Coding.System == q.System) && (o.Coding.Code == "" || o.Coding.Code == q.Code) &&
			(o.Coding.Code != "" || o.Coding.Display == q.Unit) {
			return
		}
		names = append(names, firstOf(o.Coding.Display, o.Coding.Code))
	}
	c.add(invalidUnit, "The unit is none of '"+strings.Join(names, "', '")+"'")
}

func (c *answerCheck) checkUnitValueSet(q *Quantity) {
	v, ok := c.item.ext().value(extUnitValueSet)
	if !ok {
		return
	}
	if q.System == "" || q.Code == "" {
		c.add(invalidUnitValueSet, "The unit has no code to look up in the value set")
		return
	}
	switch c.terms.holds(v.Text, Coding{System: q.System, Code: q.Code}) {
	case absent:
		c.add(invalidUnitValueSet, "The unit is not in the value set of permitted units")
	case unavailable:
		c.add(tsError, "The value set of permitted units is not available")
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// checkPlaces holds maxDecimalPlaces.
func (c *answerCheck) checkPlaces(n json.Number) {
	limit := c.item.ext().whole(extMaxDecimalPlaces)
	if given := places(n); limit != nil && given > *limit {
		c.issues = append(c.issues, c.issue(maxDecimalPlaces).beyond(atMost, *limit, given, "decimal places"))
	}
}

// ratText writes an exact number without needless zeros.
func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(maxDigits), "0")
}
