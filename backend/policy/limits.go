package policy

// Bounds of a pack. They are far above what the built-in pack needs and keep a
// damaged or hostile pack from costing more than a moment to refuse.
const (
	MaxPackBytes       = 512 << 10 // all documents of one pack
	MaxFiles           = 32        // files or documents of one pack
	MaxRules           = 500
	MaxExamples        = 20  // per rule
	MaxTextRunes       = 400 // one text in one language
	MaxExpressionBytes = 1500
	MaxFaults          = 100 // reported at once

	maxExpressionNodes = 120
	maxYAMLDepth       = 16 // nesting in flow style; block style pays by indentation
	maxListItems       = 64
	maxPeriod          = 1200 // in its own unit; a hundred years of months
)
