package donation

import "lianxin/backend/fault"

// Group is a blood group. The zero Group is one that is not known.
type Group struct {
	ABO string `json:"abo,omitempty" enum:"A,B,AB,O" doc:"ABO group"`
	RhD string `json:"rhd,omitempty" enum:"+,-" doc:"RhD factor"`
}

// groups by the codes that labels carry (ISBT 128, data structure 002: ABO and RhD
// without Rh, Kell and Mia3 phenotypes).
var groups = map[string]Group{
	"51": {"O", "+"}, "95": {"O", "-"}, "62": {"A", "+"}, "06": {"A", "-"},
	"73": {"B", "+"}, "17": {"B", "-"}, "84": {"AB", "+"}, "28": {"AB", "-"},
}

// ParseGroupCode reads the code of a label; fault "blood_group.code".
func ParseGroupCode(code string) (Group, error) {
	if g, ok := groups[code]; ok {
		return g, nil
	}
	return Group{}, fault.New(fault.Invalid, "blood_group.code")
}

// Code is the code of a label, "" when either half is not known.
func (g Group) Code() string {
	for code, known := range groups {
		if known == g {
			return code
		}
	}
	return ""
}

// String is O+, AB-, or less when less is known.
func (g Group) String() string { return g.ABO + g.RhD }
