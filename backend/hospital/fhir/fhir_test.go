package fhir

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	models "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/relief"
)

func example(t *testing.T, name string, into any) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
	return text
}

// strictly reads what others made of R4's own definitions: an element that is not in them,
// or a code of a required set that is not, is an error.
func strictly(t *testing.T, text []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Errorf("%T: %v in %s", into, err, text)
	}
}

// bare takes away what the models leave out: resourceType, and contained resources, which
// are read strictly by themselves.
func bare(t *testing.T, text []byte) []byte {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	var contained []json.RawMessage
	if text := members["contained"]; text != nil {
		if err := json.Unmarshal(text, &contained); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range contained {
		var into any = &models.Coverage{}
		if strings.Contains(string(one), `"Patient"`) {
			into = &models.Patient{}
		}
		strictly(t, bare(t, one), into)
	}
	delete(members, "resourceType")
	delete(members, "contained")
	out, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestExamplesAreR4(t *testing.T) {
	strictly(t, bare(t, example(t, "eligibility", &CoverageEligibilityRequest{})), &models.CoverageEligibilityRequest{})
	for _, name := range []string{"preauthorization", "claim", "correction", "cancelled"} {
		strictly(t, bare(t, example(t, name, &Claim{})), &models.Claim{})
	}
}

func TestAnswersAreR4(t *testing.T) {
	covered := hospital.Coverage{Rules: "relief-beijing 2009.1", LeftML: 1600, CoveredML: 400, WaivedFen: 44_000, Clauses: []hospital.Clause{{Clause: "第一条"}},
		Charges: []hospital.Covered{{ID: "1", NeededML: 600, CoveredML: 400, WaivedFen: 44_000, Short: relief.UsedUp}}}
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	var asked CoverageEligibilityRequest
	example(t, "eligibility", &asked)
	answer, err := json.Marshal(asked.Respond(covered, now))
	if err != nil {
		t.Fatal(err)
	}
	strictly(t, bare(t, answer), &models.CoverageEligibilityResponse{})
	var claim Claim
	example(t, "claim", &claim)
	for _, state := range relief.States() {
		v := hospital.View{ID: "case-1", Number: "ZY", Reference: "H110105-2026-00001", State: state, Version: 2, WaivedFen: 44_000, ReservedUntil: now, CorrectUntil: now, Coverage: covered}
		if answer, err = json.Marshal(claim.Respond(v, now)); err != nil {
			t.Fatal(err)
		}
		strictly(t, bare(t, answer), &models.ClaimResponse{})
		if strings.Contains(string(answer), "110199199002280004") || strings.Contains(string(answer), `"ZY"`) {
			t.Errorf("%s names somebody: %s", state, answer)
		}
	}
}

// What is wrong is named by FHIRPath, all of it, and never by its value.
func TestWrongResourcesAreNamedByPlace(t *testing.T) {
	var c Claim
	example(t, "claim", &c)
	spouse := Contained{ResourceType: "Coverage", ID: "spouse", Subscriber: &Reference{Identifier: &Identifier{System: SystemDocument + "resident_id", Value: "secret"}}}
	c.Contained = append(c.Contained, spouse)
	c.Insurance = append(c.Insurance, Insurance{Coverage: Reference{Reference: "#spouse"}}, Insurance{Coverage: Reference{Reference: "#nowhere"}})
	c.Identifier, c.Extension = nil, nil
	c.Item[0].Net.Value = 440.001
	_, err := c.Order()
	var places []string
	for _, p := range fault.From(err).Places {
		places = append(places, p.Location)
		if strings.Contains(p.Detail, "secret") {
			t.Errorf("%+v repeats a value", p)
		}
	}
	want := []string{"Claim.identifier", "Claim.item[0].net", "Claim.insurance[1].coverage.resolve().relationship", "Claim.insurance[2].coverage",
		"Claim.extension('urn:lianxin:purpose')", "Claim.extension('urn:lianxin:consent')"}
	if got := strings.Join(places, " "); fault.CodeOf(err) != "hospital.fhir" || got != strings.Join(want, " ") {
		t.Errorf("%v: %s", err, got)
	}
}

// What the service refuses is named by FHIRPath as well, and a donor by the coverage that
// names them, wherever the patient's own stands.
func TestPlacesOfTheServiceAreFHIRPath(t *testing.T) {
	var c Claim
	example(t, "claim", &c)
	c.Contained = append(c.Contained, Contained{ResourceType: "Coverage", ID: "son", Relationship: &Concept{Coding: []Coding{{System: SystemRelation, Code: "parent"}}},
		Subscriber: &Reference{Identifier: &Identifier{System: SystemDocument + "resident_id", Value: "1"}}})
	c.Insurance = append([]Insurance{{Coverage: Reference{Reference: "#own"}}}, Insurance{Coverage: Reference{Reference: "#son"}})
	f := fault.New(fault.Invalid, "relief.bill")
	for _, at := range []string{"body.consent.on", "body.patient.number", "body.donors[0].number", "body.charges[0].on", "body.charges[0].insurance_fen", "body.insurance_fen", "body.number", "Claim.identifier"} {
		f.At(at, "x", "")
	}
	var places []string
	for _, p := range fault.From(c.Named(f)).Places {
		places = append(places, p.Location)
	}
	want := []string{"Claim.extension('urn:lianxin:consent')", "Claim.patient", "Claim.insurance[1].coverage.resolve().subscriber", "Claim.item[0].servicedDate",
		"Claim.item[0].extension('urn:lianxin:insurance-paid')", "Claim.extension('urn:lianxin:insurance-paid')", "Claim.identifier", "Claim.identifier"}
	if !slices.Equal(places, want) || f.Places[0].Location != "body.consent.on" {
		t.Errorf("%v", places)
	}
	if err := c.Named(context.Canceled); err != context.Canceled {
		t.Errorf("what is no fault is %v", err)
	}
}
