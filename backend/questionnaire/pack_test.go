package questionnaire

import "testing"

// The form this product ships is sound, and a form made of it opens.
func TestShippedPack(t *testing.T) {
	q, err := Parse(readFile(t, "packs/donor-health.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range CheckDefinition(q, nil) {
		t.Errorf("%s %s %s %s", i.Severity, i.Expression, i.Detail, i.sentence())
	}
}
