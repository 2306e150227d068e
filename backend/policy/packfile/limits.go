package packfile

// Bounds of a pack. They are far above what the built-in packs need and keep a
// damaged or hostile pack from costing more than a moment to refuse.
const (
	MaxBytes           = 256 << 10 // all documents of one pack; the largest built-in one has 100 KB
	MaxFiles           = 32        // files or documents of one pack
	MaxRules           = 500
	MaxExamples        = 20  // per rule
	MaxListItems       = 64  // of a list inside a rule
	MaxTextRunes       = 400 // one text in one language
	MaxExpressionBytes = 1500
	MaxFaults          = 100 // reported at once

	maxTokens          = 50_000 // of a file; the YAML parser takes their square, the largest built-in pack has 13,000
	maxDetailBytes     = 300    // of one report
	maxExpressionNodes = 120
	maxYAMLDepth       = 16   // nesting in flow style; block style pays by indentation
	maxPeriod          = 1200 // in its own unit; a hundred years of months
)
