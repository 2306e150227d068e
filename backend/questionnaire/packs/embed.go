// Package packs holds the questionnaires that come with the program, as FHIR R4
// JSON. LINKIDS.md explains every question to those who write rules against it.
package packs

import (
	_ "embed"
	"slices"
)

//go:embed donor-health.json
var donorHealth []byte

// Pack is one questionnaire file.
type Pack struct {
	Name string // file name, for messages
	JSON []byte // FHIR R4 Questionnaire
}

// DonorHealth returns the questionnaire a donor answers on the day of donation.
func DonorHealth() []byte { return slices.Clone(donorHealth) }

// All returns every questionnaire.
func All() []Pack {
	return []Pack{{Name: "donor-health.json", JSON: DonorHealth()}}
}
