package donation

import (
	"testing"

	"lianxin/backend/fault"
)

func TestGroupCodes(t *testing.T) {
	for code, want := range map[string]string{"51": "O+", "95": "O-", "62": "A+", "06": "A-", "73": "B+", "17": "B-", "84": "AB+", "28": "AB-"} {
		g, err := ParseGroupCode(code)
		if err != nil || g.String() != want || g.Code() != code {
			t.Errorf("%s: %v written %s, %v; want %s", code, g, g.Code(), err, want)
		}
	}
	for _, code := range []string{"", "6", "00", "O+"} {
		if _, err := ParseGroupCode(code); fault.CodeOf(err) != "blood_group.code" {
			t.Errorf("%q: %v", code, err)
		}
	}
	for _, g := range []Group{{}, {ABO: "A"}, {RhD: "+"}, {ABO: "C", RhD: "+"}} {
		if g.Code() != "" {
			t.Errorf("%v has the code %s", g, g.Code())
		}
	}
}
