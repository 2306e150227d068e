package api

import (
	"encoding/json"
	"testing"
)

// TestEveryOperationStatesItsPermission keeps an operation from being added
// without somebody having said who may use it.
func TestEveryOperationStatesItsPermission(t *testing.T) {
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Permission  string `json:"x-permission"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		t.Fatal(err)
	}
	if parsed.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI version %q, want 3.1.0", parsed.OpenAPI)
	}
	known := map[Permission]bool{Public: true, DeviceSync: true, StationIntake: true, HospitalRelief: true, StaffSettlement: true, StaffSelf: true, StaffVisits: true, StaffReception: true, StaffDevices: true, StaffHelp: true, StaffVouchers: true, StaffCorrections: true, StaffMerges: true, StaffGifts: true, StaffCounsel: true, StaffClaims: true, StaffClaimCapture: true, StaffClaimReview: true, StaffPayouts: true, StaffPeople: true, StaffAudit: true, StaffSites: true, StaffPacks: true, StaffHospitals: true, DonorSelf: true, Local: true}
	operations := 0
	for path, methods := range parsed.Paths {
		for method, op := range methods {
			operations++
			if !known[Permission(op.Permission)] {
				t.Errorf("%s %s (%s) states permission %q", method, path, op.OperationID, op.Permission)
			}
		}
	}
	if operations < 30 {
		t.Errorf("only %d operations in the document", operations)
	}
}
