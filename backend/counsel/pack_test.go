package counsel

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// The pack's own examples run when it is loaded; a pack whose examples do not come out
// as they say is refused, and says where.
func TestAPackIsRefused(t *testing.T) {
	text, err := packFiles.ReadFile("packs/counsel/counsel.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := LoadBytes("counsel.yaml", text); err != nil || p.Limits != BuiltIn().Limits || p.Limits.EscalateAfterTries != 3 {
		t.Fatalf("the one of this program: %+v, %v", p, err)
	}
	for wrong, code := range map[[2]string]string{
		{"assign_within: 1 day", "assign_within: 2 days"}:           "pack.example_failed",
		{"escalate_after_tries: 3", "escalate_after_tries: 4"}:      "pack.example_failed",
		{"tries_before_giving_up: 5", "tries_before_giving_up: 6"}:  "pack.example_failed",
		{"try_within: 2 days", "try_within: 2 months"}:              "pack.not_period",
		{"tries_before_giving_up: 5", "tries_before_giving_up: 0"}:  "pack.not_number",
		{"escalate_after: 7 days ", "escalate_afterwards: 7 days "}: "pack.unknown_field",
		{"certainty: general-knowledge", "certainty: hearsay"}:      "pack.unknown_word",
		{"examples:", "others:"}:                                    "pack.unknown_field",
		{", may_give_up: false}", "}"}:                              "pack.missing_field",
	} {
		_, err := LoadBytes("counsel.yaml", []byte(strings.Replace(string(text), wrong[0], wrong[1], 1)))
		f := fault.From(err)
		is := func(p fault.Place) bool { return p.Code == code && strings.HasPrefix(p.Location, "counsel.yaml:") }
		if err == nil || !slices.ContainsFunc(f.Places, is) {
			t.Errorf("%s: %v %+v, want %s", wrong[1], err, f.Places, code)
		}
	}
}
