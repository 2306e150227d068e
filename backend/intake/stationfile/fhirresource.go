package stationfile

// What is read of FHIR R4 resources (https://hl7.org/fhir/R4); everything else in
// them is read over. The resource types' own Go models refuse a whole Bundle for
// one value they do not know, and a row has to be refused for its own faults only.

type fhirEntry struct {
	FullURL  string       `json:"fullUrl"`
	Resource fhirResource `json:"resource"`
}

type fhirResource struct {
	Type       string           `json:"resourceType"`
	ID         string           `json:"id"`
	Status     string           `json:"status"`
	Identifier []fhirIdentifier `json:"identifier"`

	// Patient
	Name []struct {
		Text   string   `json:"text"`
		Family string   `json:"family"`
		Given  []string `json:"given"`
		Use    string   `json:"use"`
	} `json:"name"`
	Gender    string `json:"gender"`
	BirthDate string `json:"birthDate"`
	Telecom   []struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"telecom"`

	// Procedure
	Code        fhirConcept   `json:"code"` // Observation too
	Subject     fhirReference `json:"subject"`
	PerformedAt string        `json:"performedDateTime"`
	Performed   struct {
		Start string `json:"start"`
	} `json:"performedPeriod"`
	Location     fhirReference `json:"location"`
	Complication []fhirConcept `json:"complication"`

	// DiagnosticReport
	Issued         string          `json:"issued"`
	Conclusion     string          `json:"conclusion"`
	ConclusionCode []fhirConcept   `json:"conclusionCode"`
	Result         []fhirReference `json:"result"`

	// Observation
	PartOf   []fhirReference `json:"partOf"`
	Quantity *struct {
		Value *float64 `json:"value"`
	} `json:"valueQuantity"`
	Concept *fhirConcept `json:"valueCodeableConcept"`
	Text    string       `json:"valueString"`
}

type fhirIdentifier struct {
	Use    string `json:"use"`
	System string `json:"system"`
	Value  string `json:"value"`
}

type fhirReference struct {
	Reference  string         `json:"reference"`
	Identifier fhirIdentifier `json:"identifier"`
}

type fhirConcept struct {
	Coding []struct {
		System string `json:"system"`
		Code   string `json:"code"`
	} `json:"coding"`
	Text string `json:"text"`
}

// code is the first code of a system, "" for none.
func (c fhirConcept) code(system string) string {
	for _, coding := range c.Coding {
		if coding.System == system {
			return coding.Code
		}
	}
	return ""
}

// word is the code of a system, or the text where there is none.
func (c fhirConcept) word(system string) string {
	if code := c.code(system); code != "" {
		return code
	}
	return c.Text
}

// identified is the value of an identifier of a system, "" for none.
func (r fhirResource) identified(system string) string {
	for _, id := range r.Identifier {
		if id.System == system {
			return id.Value
		}
	}
	return ""
}
