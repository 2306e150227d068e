package questionnaire

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Reference points to another resource. http://hl7.org/fhir/R4/references.html
type Reference struct {
	Reference string `json:"reference,omitempty"`
	Type      string `json:"type,omitempty"`
	Display   string `json:"display,omitempty"`

	identified bool // names its target by identifier
}

func (r *reader) reference(place at) *Reference {
	r.only(place, " id extension reference type identifier display ")
	_, identified := r.object(place, "identifier")
	return &Reference{Reference: r.text(place, "reference"), Type: r.text(place, "type"),
		Display: r.text(place, "display"), identified: identified}
}

var (
	uuidPattern = regexp.MustCompile(`^urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	oidPattern  = regexp.MustCompile(`^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$`)
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9.\-]{1,64}$`)
)

// isURI tells whether text is a URI or a relative reference as RFC 3986 writes
// them. Letters of other scripts are let through: people type such addresses.
func isURI(text string) bool {
	if text == "" || strings.ContainsFunc(text, func(c rune) bool {
		return c <= ' ' || c == 0x7f || strings.ContainsRune("<>\"{}|\\^`", c)
	}) {
		return false
	}
	lower := strings.ToLower(text)
	if strings.HasPrefix(lower, "urn:uuid:") {
		return uuidPattern.MatchString(lower)
	}
	if strings.HasPrefix(lower, "urn:oid:") {
		return oidPattern.MatchString(lower)
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https", "ftp", "ws", "wss":
		return u.Host != ""
	case "urn", "mailto", "tel":
		return u.Opaque != ""
	}
	return true
}

// target splits a literal reference into the type and id it names, "" when the
// address does not say (http://hl7.org/fhir/R4/references.html#literal).
func (ref *Reference) target() (typeName, id string) {
	path := ref.Reference
	if u, err := url.Parse(path); err == nil && u.Scheme != "" {
		path = u.Path
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if i := slices.Index(parts, "_history"); i > 0 {
		parts = parts[:i]
	}
	if len(parts) < 2 {
		return "", ""
	}
	return parts[len(parts)-2], parts[len(parts)-1]
}

func (ref *Reference) isURN() bool { return strings.HasPrefix(ref.Reference, "urn:") }

// checkReference holds form, kind of resource and the form's restriction.
func (c *answerCheck) checkReference(ref *Reference) {
	switch {
	case ref.Reference == "":
		if !ref.identified && ref.Display == "" {
			c.add(invalidRefValue, "The reference names nothing")
		}
		return
	case strings.HasPrefix(ref.Reference, "#"):
		if !c.contained[ref.Reference[1:]] {
			c.add(invalidRefValue, "Nothing with that id is contained in the response")
		}
		return
	case !isURI(ref.Reference):
		c.add(invalidRefValue, "The reference is not an address")
		return
	case ref.isURN():
		c.checkRestriction(ref.Type)
		return
	}
	if u, err := url.Parse(ref.Reference); err == nil && u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		c.add(invalidRefValue, "The reference is not the address of a FHIR resource")
		return
	}
	typeName, id := ref.target()
	if !resourceTypes[typeName] || !idPattern.MatchString(id) {
		c.add(invalidRefResourceType, "The reference does not name a FHIR R4 resource")
	}
	c.checkRestriction(typeName)
}

func (c *answerCheck) checkRestriction(typeName string) {
	permitted := c.item.ext().values(extReferenceResource)
	if len(permitted) == 0 || typeName == "" {
		return
	}
	if !slices.ContainsFunc(permitted, func(v Value) bool { return v.Text == typeName }) {
		c.add(refRestriction, "The reference is to another kind of resource than the form permits")
	}
}

// resourceTypes are those of http://hl7.org/fhir/R4/resourcelist.html.
var resourceTypes = setOf(`Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse
AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam
CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage
CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric
DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide
InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication MedicationAdministration
MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement MedicinalProduct
MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure
Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport
TestScript ValueSet VerificationResult VisionPrescription`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
