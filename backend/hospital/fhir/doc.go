// Package fhir says direct relief in FHIR R4 (https://hl7.org/fhir/R4): a question is a
// CoverageEligibilityRequest, a case a Claim. It is the same service as the JSON API, in
// other words; docs/hospitals.md has every element that is read and written.
//
// A donor is the subscriber of a Coverage whose beneficiary is the patient; the patient's
// own donations count by themselves. What else stands in a resource is read over.
package fhir

// Systems of codes and identifiers, and extensions, that are ours.
const (
	SystemDocument  = "urn:lianxin:document:" // and the kind of document
	SystemNumber    = "urn:lianxin:hospital-number"
	SystemCase      = "urn:lianxin:hospital-case"
	SystemReference = "urn:lianxin:hospital-reference"
	SystemComponent = "urn:lianxin:component"
	SystemFee       = "urn:lianxin:fee"
	SystemRelation  = "urn:lianxin:relation"
	SystemBenefit   = "urn:lianxin:benefit"
	SystemShort     = "urn:lianxin:short"
	SystemFault     = "urn:lianxin:fault"

	ExtensionPurpose   = "urn:lianxin:purpose"        // valueCode
	ExtensionConsent   = "urn:lianxin:consent"        // form valueCode, on valueDate
	ExtensionInsurance = "urn:lianxin:insurance-paid" // valueMoney, of an item or of the whole
	ExtensionVersion   = "urn:lianxin:version"        // valueInteger
	ExtensionReason    = "urn:lianxin:reason"         // valueCode, of a correction
	ExtensionState     = "urn:lianxin:state"          // valueCode
	ExtensionUntil     = "urn:lianxin:correct-until"  // valueDateTime
)

// HL7's own, as far as they are needed.
const (
	systemRelated = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
	systemSum     = "http://terminology.hl7.org/CodeSystem/adjudication"
)
