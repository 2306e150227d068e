package hospital

import (
	"regexp"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Hospital is one that gives relief at discharge.
type Hospital struct {
	ID       string    `json:"id"`
	Name     lang.Text `json:"name"`
	District string    `json:"district"` // GB/T 2260: the office the center settles its relief with
}

var (
	idPattern       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	numberPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$`)
	districtPattern = regexp.MustCompile(`^[0-9]{6}$`)
)

// maxID is how long the ID of a hospital is at most.
const maxID = 40

// Check returns fault "hospital.malformed" with the wrong places.
func (h Hospital) Check() error {
	f := fault.New(fault.Invalid, "hospital.malformed")
	if !idPattern.MatchString(h.ID) || len(h.ID) > maxID {
		f.At("id", "hospital.malformed", "small letters, digits and single hyphens, 40 at most")
	}
	if h.Name.ZH == "" || h.Name.EN == "" {
		f.At("name", "hospital.malformed", "a name in both languages")
	}
	if !districtPattern.MatchString(h.District) {
		f.At("district", "hospital.malformed", "six digits of GB/T 2260")
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}
