package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lianxin/backend/donation"
)

// Quantity names something staff measure or plan before a donation.
type Quantity string

const (
	Weight             Quantity = "weight"              // kg
	Systolic           Quantity = "systolic"            // mmHg
	Diastolic          Quantity = "diastolic"           // mmHg
	PulsePressure      Quantity = "pulse_pressure"      // mmHg, systolic minus diastolic
	Pulse              Quantity = "pulse"               // beats a minute
	Hemoglobin         Quantity = "hemoglobin"          // g/L
	Hematocrit         Quantity = "hematocrit"          // L/L, 0.36 and not 36
	Platelets          Quantity = "platelets"           // ×10⁹/L
	PredictedPlatelets Quantity = "predicted_platelets" // ×10⁹/L after the donation
	PlannedVolume      Quantity = "planned_volume"      // mL of whole blood
	PlannedUnits       Quantity = "planned_units"       // apheresis units
)

// Quantities returns every Quantity.
func Quantities() []Quantity {
	return []Quantity{Weight, Systolic, Diastolic, PulsePressure, Pulse, Hemoglobin, Hematocrit,
		Platelets, PredictedPlatelets, PlannedVolume, PlannedUnits}
}

// Measurements is what staff measured. A quantity that was not measured is absent.
type Measurements struct {
	Values           map[Quantity]float64 `json:"values,omitempty"`
	EnduranceAthlete bool                 `json:"endurance_athlete,omitempty" doc:"Trained endurance athlete, confirmed by staff"`
	IrregularPulse   bool                 `json:"irregular_pulse,omitempty"`
	DoctorDefers     bool                 `json:"doctor_defers,omitempty" doc:"The doctor advises against donating, for another reason"`
}

// value returns a quantity; the pulse pressure follows from the two pressures.
func (m Measurements) value(q Quantity) (float64, bool) {
	if q == PulsePressure {
		high, ok1 := m.Values[Systolic]
		low, ok2 := m.Values[Diastolic]
		return high - low, ok1 && ok2
	}
	v, ok := m.Values[q]
	return v, ok
}

// Limits bound one quantity. Unset limits are nil.
type Limits struct {
	Of    Quantity  `json:"of"`
	Unit  string    `json:"unit"`            // as it is shown
	Min   *float64  `json:"min,omitempty"`   // lowest accepted value
	Max   *float64  `json:"max,omitempty"`   // highest accepted value
	Below *float64  `json:"below,omitempty"` // accepted values are lower than this
	OneOf []float64 `json:"one_of,omitempty"`
}

// Holds tells whether a value lies within the limits.
func (l Limits) Holds(v float64) bool {
	switch {
	case l.Min != nil && v < *l.Min, l.Max != nil && v > *l.Max, l.Below != nil && v >= *l.Below:
		return false
	case l.OneOf != nil:
		return slices.Contains(l.OneOf, v)
	}
	return v == v // NaN is within no limit
}

// String writes the limits as staff read them: "≥ 90, < 140 mmHg".
func (l Limits) String() string {
	var parts []string
	for _, b := range []struct {
		sign  string
		value *float64
	}{{"≥", l.Min}, {"≤", l.Max}, {"<", l.Below}} {
		if b.value != nil {
			parts = append(parts, b.sign+" "+plain(*b.value))
		}
	}
	for i, v := range l.OneOf {
		if i == 0 {
			parts = append(parts, plain(v))
		} else {
			parts[len(parts)-1] += " / " + plain(v)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", strings.Join(parts, ", "), l.Unit))
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Judge compares measurements with the limits for a sex and product. It judges
// what is there and no more: see Missing. Findings are for staff.
func Judge(pack *Pack, sex Sex, product donation.Product, m Measurements) []Finding {
	var findings []Finding
	for _, r := range pack.In(InInterview) {
		if !r.Covers(product) {
			continue
		}
		if o := r.judge(sex, m); o.applies {
			findings = append(findings, r.finding(o))
		}
	}
	return findings
}

// Missing returns the quantities the pack wants for a sex and product that were
// not measured yet.
func Missing(pack *Pack, sex Sex, product donation.Product, m Measurements) []Quantity {
	var missing []Quantity
	for _, r := range pack.In(InInterview) {
		if r.Effect.Kind != Bound || !r.Covers(product) || !r.when.Bool(m.facts(sex)) {
			continue
		}
		of := r.Effect.Limits.Of
		if _, ok := m.value(of); !ok && of != PulsePressure && !slices.Contains(missing, of) {
			missing = append(missing, of)
		}
	}
	return missing
}

func (m Measurements) facts(sex Sex) measureFacts {
	return measureFacts{string(sex), m.EnduranceAthlete, m.IrregularPulse, m.DoctorDefers}
}

func (r *Rule) judge(sex Sex, m Measurements) outcome {
	facts := m.facts(sex)
	if r.Effect.Kind != Bound {
		return r.outcome(facts, noDay)
	}
	v, ok := m.value(r.Effect.Limits.Of)
	if !ok || r.Effect.Limits.Holds(v) || !r.when.Bool(facts) {
		return outcome{}
	}
	return outcome{applies: true, value: v}
}
