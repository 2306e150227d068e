package fhir

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/hospital"
)

// anyCase is a desk that takes everything, as the center would what it can read.
type anyCase struct{}

func (anyCase) Reserve(context.Context, hospital.Order) (v hospital.View, err error) { return v, err }
func (anyCase) Find(_ context.Context, number string) (hospital.View, error) {
	return hospital.View{Number: number}, nil
}
func (anyCase) Confirm(context.Context, string) (v hospital.View, err error) { return v, err }
func (anyCase) Release(context.Context, string) (v hospital.View, err error) { return v, err }
func (anyCase) Correct(context.Context, string, hospital.Correction) (v hospital.View, err error) {
	return v, err
}

// FuzzResources reads any document as a hospital's question and as its claim: either is
// refused with a code, or gives charges that have an ID each, and an answer that is JSON.
func FuzzResources(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.json")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text []byte) {
		told := func(answer any, err error) {
			if fault.CodeOf(err) == "internal" {
				t.Fatalf("an error without a code: %v", err)
			}
			if _, err := json.Marshal(answer); err != nil {
				t.Fatal(err)
			}
		}
		var asked CoverageEligibilityRequest
		if json.Unmarshal(text, &asked) == nil {
			inquiry, err := asked.Inquiry()
			told(asked.Respond(hospital.Coverage{}, now), err)
			if _, err := hospital.Bill("item", inquiry.Charges, inquiry.InsuranceFen); fault.CodeOf(err) == "internal" {
				t.Fatalf("a bill without a code: %v", err)
			}
		}
		var c Claim
		if json.Unmarshal(text, &c) == nil {
			v, err := Submit(t.Context(), c, anyCase{})
			told(c.Respond(v, now), err)
		}
	})
}
