package packfile

// Certainty says how sure the source of a value is.
type Certainty string

const (
	Verified         Certainty = "verified"          // read in a public source
	GeneralKnowledge Certainty = "general-knowledge" // to be confirmed by the center; say so where it is shown
	Sample           Certainty = "sample"            // made up to show what is possible
)
