package fhir

import (
	"fmt"
	"strconv"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// reading turns elements of one resource into an inquiry and notes what is wrong, by
// FHIRPath.
type reading struct {
	resource  string
	contained map[string]Contained
	wrong     *fault.Fault
}

func read(resource string, contained []Contained) *reading {
	r := &reading{resource: resource, contained: map[string]Contained{}, wrong: fault.New(fault.Invalid, "hospital.fhir")}
	for _, c := range contained {
		r.contained["#"+c.ID] = c
	}
	return r
}

func (r *reading) at(path, code, why string) { r.wrong.At(r.resource+"."+path, code, why) }

func (r *reading) err() error {
	if len(r.wrong.Places) > 0 {
		return r.wrong
	}
	return nil
}

// person follows a reference to somebody's document.
func (r *reading) person(path string, to *Reference) hospital.Person {
	if to == nil {
		r.at(path, "hospital.fhir", "a reference is missing")
		return hospital.Person{}
	}
	ids := []Identifier{}
	if to.Identifier != nil {
		ids = append(ids, *to.Identifier)
	}
	if c, ok := r.contained[to.Reference]; ok && c.ResourceType == "Patient" {
		ids = append(ids, c.Identifier...)
	}
	for _, id := range ids {
		if kind := kindOf(id); kind != "" {
			return hospital.Person{Kind: identity.Kind(kind), Number: id.Value}
		}
	}
	r.at(path, "hospital.fhir", "there is no identifier of "+SystemDocument+"KIND, of it or of a contained Patient")
	return hospital.Person{}
}

// donors are the subscribers of coverages but the patient.
func (r *reading) donors(insurance []Insurance, patient hospital.Person) []hospital.Giver {
	var all []hospital.Giver
	for i, in := range insurance {
		path := fmt.Sprintf("insurance[%d].coverage", i)
		c, ok := r.contained[in.Coverage.Reference]
		if !ok || c.ResourceType != "Coverage" {
			r.at(path, "hospital.fhir", "no contained Coverage")
			continue
		}
		who := r.person(path+".resolve().subscriber", c.Subscriber)
		if who == patient {
			continue
		}
		relation := relief.Relation(c.Relationship.code(SystemRelation))
		if !relation.Valid() || relation == relief.Self {
			r.at(path+".resolve().relationship", "relief.relation", "no code of "+SystemRelation)
		}
		all = append(all, hospital.Giver{Person: who, Relation: relation})
	}
	return all
}

// subscribers are those of all coverages; nobody where there is none.
func (r *reading) subscribers(insurance []Insurance) []hospital.Person {
	all := make([]hospital.Person, len(insurance))
	for i, in := range insurance {
		all[i] = r.person("", r.contained[in.Coverage.Reference].Subscriber)
	}
	return all
}

// charges are the items; on is the day of those that say none.
func (r *reading) charges(items []Item, on calendar.Date) []hospital.Charge {
	var all []hospital.Charge
	for i, item := range items {
		path := fmt.Sprintf("item[%d]", i)
		c := hospital.Charge{ID: strconv.Itoa(item.Sequence), Component: relief.Component(item.ProductOrService.code(SystemComponent)), Fee: relief.BloodFee,
			Quantity: item.Quantity.text(), On: item.ServicedDate}
		if item.Sequence == 0 {
			c.ID = strconv.Itoa(i + 1)
		}
		if fee := item.Category.code(SystemFee); fee != "" {
			c.Fee = relief.Fee(fee)
		}
		if c.On.IsZero() {
			c.On = on
		}
		c.AmountFen = r.amount(path, item)
		c.InsuranceFen = r.paid(path+".", item.Extension)
		all = append(all, c)
	}
	return all
}

// amount is what a line costs, in fen.
func (r *reading) amount(path string, item Item) int64 {
	switch {
	case item.Net != nil:
		return r.fen(path+".net", *item.Net)
	case item.UnitPrice != nil && item.Quantity != nil:
		return r.fen(path+".unitPrice", Money{Value: item.UnitPrice.Value * item.Quantity.Value})
	}
	r.at(path+".net", "relief.amount", "net, or unitPrice with quantity, is needed")
	return 0
}

func (r *reading) fen(path string, m Money) int64 {
	fen, ok := m.fen()
	if !ok {
		r.at(path, "relief.amount", "no more than two decimals")
	}
	return fen
}

// paid is what insurance paid of it, in fen.
func (r *reading) paid(path string, e Extensions) int64 {
	if paid := e.of(ExtensionInsurance).ValueMoney; paid != nil {
		return r.fen(path+"extension('"+ExtensionInsurance+"')", *paid)
	}
	return 0
}

// inquiry is what both kinds of request have in common.
func (r *reading) inquiry(patient Reference, insurance []Insurance, items []Item, extension Extensions, on calendar.Date) hospital.Inquiry {
	consent := extension.of(ExtensionConsent)
	q := hospital.Inquiry{Purpose: hospital.Purpose(extension.of(ExtensionPurpose).ValueCode), Patient: r.person("patient", &patient),
		Consent:      hospital.Consent{Form: hospital.ConsentForm(consent.part("form").ValueCode), On: consent.part("on").ValueDate},
		InsuranceFen: r.paid("", extension), Charges: r.charges(items, on)}
	q.Donors = r.donors(insurance, q.Patient)
	if !q.Purpose.Valid() {
		r.at("extension('"+ExtensionPurpose+"')", "hospital.fhir", "no purpose")
	}
	if !q.Consent.Form.Valid() {
		r.at("extension('"+ExtensionConsent+"')", "hospital.fhir", "no form of consent")
	}
	return q
}

// Inquiry is what is asked. Fault "hospital.fhir" with every wrong place by FHIRPath.
func (r CoverageEligibilityRequest) Inquiry() (hospital.Inquiry, error) {
	in := read(r.ResourceType, r.Contained)
	q := in.inquiry(r.Patient, r.Insurance, r.Item, r.Extension, r.ServicedDate)
	return q, in.err()
}

// Order is what a claim is about, under the hospital's number. Faults as for Inquiry.
func (c Claim) Order() (hospital.Order, error) {
	in := read(c.ResourceType, c.Contained)
	o := hospital.Order{Number: c.number()}
	if o.Number == "" {
		in.at("identifier", "hospital.fhir", "none of "+SystemNumber)
	}
	o.Inquiry = in.inquiry(c.Patient, c.Insurance, c.Item, c.Extension, calendar.Date{})
	return o, in.err()
}

func (c Claim) number() string {
	for _, id := range c.Identifier {
		if id.System == SystemNumber {
			return strings.TrimSpace(id.Value)
		}
	}
	return ""
}

// isCorrection tells whether the claim takes the place of an earlier one.
func (c Claim) isCorrection() bool {
	for _, r := range c.Related {
		if r.Relationship.code(systemRelated) == "prior" {
			return true
		}
	}
	return false
}
