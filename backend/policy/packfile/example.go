package packfile

// Examine ends the reading of a pack whose parts stand in fields of their own: it names
// those no document has, and runs the worked examples of a pack without a mistake.
func Examine(whole Cursor, missing map[string]bool, examples []Cursor, run func(example Cursor)) {
	missing["examples"] = len(examples) == 0
	for what, isMissing := range missing {
		if isMissing {
			whole.Fault("pack.missing_field", "no document has the field %q", what)
		}
	}
	if whole.Mistakes() > 0 {
		return
	}
	for _, e := range examples {
		run(e)
	}
}
