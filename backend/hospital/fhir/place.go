package fhir

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"lianxin/backend/fault"
)

// Named says the places of a fault of the service in FHIRPath, as somebody sent them.
func (r CoverageEligibilityRequest) Named(err error) error {
	return named(read(r.ResourceType, r.Contained), r.Patient, r.Insurance, err)
}

// Named says the places of a fault of the service in FHIRPath, as somebody sent them.
func (c Claim) Named(err error) error {
	return named(read(c.ResourceType, c.Contained), c.Patient, c.Insurance, err)
}

func named(r *reading, patient Reference, insurance []Insurance, err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || len(f.Places) == 0 {
		return err
	}
	out := *f
	out.Places = slices.Clone(f.Places)
	for i := range out.Places {
		out.Places[i].Location = r.path(out.Places[i].Location, patient, insurance)
	}
	return &out
}

// listed is an entry of a list of the service, and what of it.
var listed = regexp.MustCompile(`^body\.(charges|donors)\[(\d+)\](?:\.(\w+))?$`)

// elements are where what the service asks for stands in a resource, and elementsOfItem in
// one of its items.
var (
	elements = map[string]string{"body.patient.number": "patient", "body.consent.on": "extension('" + ExtensionConsent + "')", "body.number": "identifier",
		"body.charges": "item", "body.insurance_fen": "extension('" + ExtensionInsurance + "')"}
	elementsOfItem = map[string]string{"id": ".sequence", "component": ".productOrService", "fee": ".category", "quantity": ".quantity", "on": ".servicedDate",
		"amount_fen": ".net", "insurance_fen": ".extension('" + ExtensionInsurance + "')"}
)

// path is a place of the service in FHIRPath. What is no place of the service stays.
func (r *reading) path(location string, patient Reference, insurance []Insurance) string {
	if element, ok := elements[location]; ok {
		return r.resource + "." + element
	}
	parts := listed.FindStringSubmatch(location)
	if parts == nil {
		return location
	}
	n, _ := strconv.Atoi(parts[2]) // digits
	if parts[1] == "charges" {
		return fmt.Sprintf("%s.item[%d]%s", r.resource, n, elementsOfItem[parts[3]])
	}
	for i, who := range r.subscribers(insurance) { // donors are the subscribers but the patient
		if who == r.person("patient", &patient) {
			continue
		}
		if n == 0 {
			return fmt.Sprintf("%s.insurance[%d].coverage.resolve().subscriber", r.resource, i)
		}
		n--
	}
	return r.resource + ".insurance"
}
