package fhir

import (
	"time"

	"lianxin/backend/hospital"
	"lianxin/backend/relief"
)

// Benefit is one thing somebody is entitled to.
type Benefit struct {
	Type               Concept `json:"type" doc:"Of urn:lianxin:benefit: left-ml, covered-ml, waived"`
	AllowedUnsignedInt *int64  `json:"allowedUnsignedInt,omitempty" doc:"mL"`
	AllowedString      string  `json:"allowedString,omitempty" doc:"unlimited"`
	AllowedMoney       *Money  `json:"allowedMoney,omitempty"`
}

// EligibleItem is what of the whole, or of one item, is covered.
type EligibleItem struct {
	Name     string    `json:"name,omitempty" doc:"Sequence of the item; none for the whole"`
	Excluded bool      `json:"excluded,omitempty" doc:"Nothing of it is covered"`
	Benefit  []Benefit `json:"benefit"`
	// AuthorizationSupporting is why not all of an item is covered.
	AuthorizationSupporting []Concept `json:"authorizationSupporting,omitempty" doc:"Why not all of it is covered, of urn:lianxin:short"`
}

// EligibleInsurance is the one insurance there is: blood donated.
type EligibleInsurance struct {
	Coverage Reference      `json:"coverage"`
	Inforce  bool           `json:"inforce"`
	Item     []EligibleItem `json:"item"`
}

// CoverageEligibilityResponse answers a question. It names nobody.
type CoverageEligibilityResponse struct {
	ResourceType string              `json:"resourceType" enum:"CoverageEligibilityResponse"`
	Status       string              `json:"status" enum:"active"`
	Purpose      []string            `json:"purpose"`
	Patient      Reference           `json:"patient"`
	Created      string              `json:"created"`
	Request      Reference           `json:"request"`
	Outcome      string              `json:"outcome" enum:"complete"`
	Disposition  string              `json:"disposition" doc:"Clauses it rests on"`
	Insurer      Reference           `json:"insurer"`
	Insurance    []EligibleInsurance `json:"insurance"`
}

// ContentType is FHIR's.
func (CoverageEligibilityResponse) ContentType(string) string { return "application/fhir+json" }

// Adjudication is one result of an item.
type Adjudication struct {
	Category Concept  `json:"category" doc:"Of urn:lianxin:benefit: covered-ml, waived"`
	Reason   *Concept `json:"reason,omitempty" doc:"Why not all of it is covered, of urn:lianxin:short"`
	Amount   *Money   `json:"amount,omitempty"`
	Value    *float64 `json:"value,omitempty" doc:"mL"`
}

// Adjudicated is what became of one item.
type Adjudicated struct {
	ItemSequence int            `json:"itemSequence"`
	Adjudication []Adjudication `json:"adjudication"`
}

// Total is a sum of the claim.
type Total struct {
	Category Concept `json:"category" doc:"benefit, of HL7's adjudication"`
	Amount   Money   `json:"amount"`
}

// Period is until when what was set aside is there.
type Period struct {
	End string `json:"end"`
}

// ClaimResponse says how a case stands. It names nobody.
type ClaimResponse struct {
	ResourceType  string        `json:"resourceType" enum:"ClaimResponse"`
	ID            string        `json:"id"`
	Extension     Extensions    `json:"extension" doc:"urn:lianxin:state, urn:lianxin:version, urn:lianxin:correct-until"`
	Identifier    []Identifier  `json:"identifier" doc:"urn:lianxin:hospital-case and urn:lianxin:hospital-reference"`
	Status        string        `json:"status" enum:"active,cancelled"`
	Type          Concept       `json:"type"`
	Use           string        `json:"use" enum:"preauthorization,claim"`
	Patient       Reference     `json:"patient"`
	Created       string        `json:"created"`
	Insurer       Reference     `json:"insurer"`
	Outcome       string        `json:"outcome" enum:"complete"`
	Disposition   string        `json:"disposition" doc:"Clauses it rests on"`
	PreAuthRef    string        `json:"preAuthRef,omitempty"`
	PreAuthPeriod *Period       `json:"preAuthPeriod,omitempty"`
	Item          []Adjudicated `json:"item,omitempty"`
	Total         []Total       `json:"total"`
}

// ContentType is FHIR's.
func (ClaimResponse) ContentType(string) string { return "application/fhir+json" }

var insurer = Reference{Type: "Organization", Display: "连心 Lianxin"}

// Respond answers a question.
func (r CoverageEligibilityRequest) Respond(c hospital.Coverage, now time.Time) CoverageEligibilityResponse {
	left := Benefit{Type: concept(SystemBenefit, "left-ml"), AllowedUnsignedInt: &c.LeftML}
	if c.Unlimited {
		left = Benefit{Type: concept(SystemBenefit, "left-ml"), AllowedString: "unlimited"}
	}
	items := []EligibleItem{{Benefit: append([]Benefit{left}, benefits(c.CoveredML, c.WaivedFen)...)}}
	for _, l := range c.Charges {
		item := EligibleItem{Name: l.ID, Excluded: l.CoveredML == 0 && l.WaivedFen == 0, Benefit: benefits(l.CoveredML, l.WaivedFen)}
		if l.Short != relief.NotShort {
			item.AuthorizationSupporting = []Concept{concept(SystemShort, string(l.Short))}
		}
		items = append(items, item)
	}
	return CoverageEligibilityResponse{ResourceType: "CoverageEligibilityResponse", Status: "active", Purpose: r.Purpose, Patient: Reference{Type: "Patient"},
		Created: now.UTC().Format(time.RFC3339), Request: Reference{Type: "CoverageEligibilityRequest", Display: "this request"}, Outcome: "complete",
		Disposition: clauses(c), Insurer: insurer, Insurance: []EligibleInsurance{{Coverage: Reference{Type: "Coverage", Display: "献血 Blood donated"}, Inforce: c.Unlimited || c.LeftML+c.CoveredML > 0, Item: items}}}
}

func benefits(ml, fen int64) []Benefit {
	return []Benefit{{Type: concept(SystemBenefit, "covered-ml"), AllowedUnsignedInt: &ml}, {Type: concept(SystemBenefit, "waived"), AllowedMoney: yuan(fen)}}
}

func clauses(c hospital.Coverage) string {
	text := c.Rules
	for _, one := range c.Clauses {
		text += "; " + one.Clause
	}
	return text
}

// Respond says how a case stands after a claim.
func (c Claim) Respond(v hospital.View, now time.Time) ClaimResponse {
	out := ClaimResponse{ResourceType: "ClaimResponse", ID: v.ID, Status: "active", Type: c.Type, Use: c.Use, Patient: Reference{Type: "Patient"},
		Identifier: []Identifier{{System: SystemCase, Value: v.ID}, {System: SystemReference, Value: v.Reference}},
		Extension:  Extensions{{URL: ExtensionState, ValueCode: string(v.State)}, {URL: ExtensionVersion, ValueInteger: v.Version}},
		Created:    now.UTC().Format(time.RFC3339), Insurer: insurer, Outcome: "complete", Disposition: clauses(v.Coverage),
		Total: []Total{{concept(systemSum, "benefit"), *yuan(v.WaivedFen)}}}
	switch v.State {
	case relief.Reserved:
		out.PreAuthRef, out.PreAuthPeriod = v.Reference, &Period{End: v.ReservedUntil.UTC().Format(time.RFC3339)}
	case relief.Confirmed:
		out.Extension = append(out.Extension, Extension{URL: ExtensionUntil, ValueDateTime: v.CorrectUntil.UTC().Format(time.RFC3339)})
	default:
		out.Status = "cancelled"
		return out
	}
	for i, l := range v.Coverage.Charges {
		out.Item = append(out.Item, adjudicated(i, c.Item, l))
	}
	return out
}

func adjudicated(i int, items []Item, l hospital.Covered) Adjudicated {
	ml := float64(l.CoveredML)
	covered := Adjudication{Category: concept(SystemBenefit, "covered-ml"), Value: &ml}
	if l.Short != relief.NotShort {
		why := concept(SystemShort, string(l.Short))
		covered.Reason = &why
	}
	sequence := i + 1
	if i < len(items) && items[i].Sequence > 0 {
		sequence = items[i].Sequence
	}
	return Adjudicated{ItemSequence: sequence, Adjudication: []Adjudication{covered, {Category: concept(SystemBenefit, "waived"), Amount: yuan(l.WaivedFen)}}}
}
