package center

import (
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
)

// The ID of a hospital is chosen by whoever registers it, and the audit log names it: a
// number somebody may have is refused as a wrong place, not as a fault of the center.
func TestAHospitalIsNotNamedByAPersonsNumber(t *testing.T) {
	b := newBench(t)
	of := hospital.Hospital{Name: lang.Text{ZH: "测试医院", EN: "Test hospital"}, District: "110105"}
	for _, id := range []string{"13800138000", "ward-13800138000"} {
		of.ID = id
		got := fault.From(b.SaveHospital(t.Context(), of, "terminal"))
		if got.Code != "hospital.malformed" || len(got.Places) != 1 || got.Places[0].Location != "id" {
			t.Errorf("%s: %v", id, got)
		}
		if _, err := b.store.Hospital(t.Context(), id); fault.From(err).Kind != fault.NotFound {
			t.Errorf("%s was kept: %v", id, err)
		}
	}
	if of.ID = "hospital-110105"; b.SaveHospital(t.Context(), of, "terminal") != nil {
		t.Error("a good one is refused")
	}
}
