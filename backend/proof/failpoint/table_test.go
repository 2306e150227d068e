package failpoint

import "testing"

const root = "../../.."

// Every failpoint has its place, once, and the edited files are Go.
func TestEveryFailpointHasItsPlace(t *testing.T) {
	o, err := Overlay(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Files(); err != nil {
		t.Error(err)
	}
	if len(Points) < 40 {
		t.Errorf("only %d failpoints", len(Points))
	}
	seen := map[string]bool{}
	for _, p := range Points {
		if seen[p.Name] {
			t.Errorf("two failpoints are called %s", p.Name)
		}
		seen[p.Name] = true
	}
}
