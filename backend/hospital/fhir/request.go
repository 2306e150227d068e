package fhir

import "lianxin/backend/calendar"

// Contained is a Coverage or a Patient within a request.
type Contained struct {
	_            struct{}     `json:"-" additionalProperties:"true"`
	ResourceType string       `json:"resourceType" enum:"Coverage,Patient,Organization"`
	ID           string       `json:"id" minLength:"1" maxLength:"64"`
	Identifier   []Identifier `json:"identifier,omitempty" maxItems:"20"`
	Status       string       `json:"status,omitempty" maxLength:"20"`
	Subscriber   *Reference   `json:"subscriber,omitempty" doc:"Coverage: who gave blood"`
	Beneficiary  *Reference   `json:"beneficiary,omitempty" doc:"Coverage: the patient"`
	Relationship *Concept     `json:"relationship,omitempty" doc:"Coverage: what the patient is to the donor, of urn:lianxin:relation"`
	Payor        []Reference  `json:"payor,omitempty" maxItems:"5"`
}

// Insurance names a Coverage of a request.
type Insurance struct {
	_        struct{}  `json:"-" additionalProperties:"true"`
	Sequence int       `json:"sequence,omitempty" minimum:"1" doc:"Claims"`
	Focal    bool      `json:"focal,omitempty"`
	Coverage Reference `json:"coverage"`
}

// Item is a charge.
type Item struct {
	_                struct{}      `json:"-" additionalProperties:"true"`
	Sequence         int           `json:"sequence,omitempty" minimum:"1" doc:"Claims; else the place in the list"`
	Category         *Concept      `json:"category,omitempty" doc:"Of urn:lianxin:fee; blood when it is not there"`
	ProductOrService *Concept      `json:"productOrService,omitempty" doc:"Of urn:lianxin:component"`
	ServicedDate     calendar.Date `json:"servicedDate,omitzero" doc:"Day the blood was used; else that of the request"`
	Quantity         *Quantity     `json:"quantity,omitempty"`
	UnitPrice        *Money        `json:"unitPrice,omitempty"`
	Net              *Money        `json:"net,omitempty" doc:"Charged for the whole line; else unitPrice times quantity"`
	Extension        Extensions    `json:"extension,omitempty" maxItems:"10"`
}

// CoverageEligibilityRequest asks what a patient is entitled to.
type CoverageEligibilityRequest struct {
	_            struct{}      `json:"-" additionalProperties:"true"`
	ResourceType string        `json:"resourceType" enum:"CoverageEligibilityRequest"`
	ID           string        `json:"id,omitempty" maxLength:"64"`
	Contained    []Contained   `json:"contained,omitempty" maxItems:"60"`
	Extension    Extensions    `json:"extension,omitempty" maxItems:"20" doc:"urn:lianxin:purpose and urn:lianxin:consent are needed"`
	Status       string        `json:"status" enum:"active"`
	Purpose      []string      `json:"purpose" minItems:"1" maxItems:"4" enum:"auth-requirements,benefits,discovery,validation"`
	Patient      Reference     `json:"patient"`
	ServicedDate calendar.Date `json:"servicedDate,omitzero"`
	Created      string        `json:"created" minLength:"4" maxLength:"40"`
	Insurer      Reference     `json:"insurer"`
	Insurance    []Insurance   `json:"insurance,omitempty" maxItems:"19"`
	Item         []Item        `json:"item,omitempty" maxItems:"500"`
}

// Related names the claim that is corrected.
type Related struct {
	_            struct{} `json:"-" additionalProperties:"true"`
	Relationship *Concept `json:"relationship,omitempty" doc:"prior, of HL7's ex-relatedclaimrelationship: this claim takes the place of the earlier one"`
}

// Claim sets aside (use preauthorization), confirms (use claim), corrects (related prior)
// or gives back (status cancelled).
type Claim struct {
	_            struct{}     `json:"-" additionalProperties:"true"`
	ResourceType string       `json:"resourceType" enum:"Claim"`
	ID           string       `json:"id,omitempty" maxLength:"64"`
	Contained    []Contained  `json:"contained,omitempty" maxItems:"60"`
	Extension    Extensions   `json:"extension,omitempty" maxItems:"20" doc:"urn:lianxin:purpose and urn:lianxin:consent; of a correction urn:lianxin:version and urn:lianxin:reason"`
	Identifier   []Identifier `json:"identifier" minItems:"1" maxItems:"10" doc:"One of urn:lianxin:hospital-number"`
	Status       string       `json:"status" enum:"active,cancelled"`
	Type         Concept      `json:"type"`
	Use          string       `json:"use" enum:"preauthorization,claim"`
	Patient      Reference    `json:"patient"`
	Created      string       `json:"created" minLength:"4" maxLength:"40"`
	Provider     Reference    `json:"provider"`
	Priority     Concept      `json:"priority"`
	Related      []Related    `json:"related,omitempty" maxItems:"5"`
	Insurance    []Insurance  `json:"insurance" minItems:"1" maxItems:"20" doc:"Of a patient who gave themself, one whose Coverage has the patient as subscriber"`
	Item         []Item       `json:"item,omitempty" maxItems:"500"`
}
