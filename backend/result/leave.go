package result

import (
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

// Leave is the leave to open values behind a verdict. There are two ways to get one,
// both here, and the zero value is none. Who opens values for somebody to read writes
// it down first.
type Leave struct{ why string }

// LeaveForCalls is for a member of staff who works the confidential calls, at the
// center. Fault "result.no_leave" for everybody else.
func LeaveForCalls(m staff.Member) (Leave, error) {
	if !m.Active || !m.Role.Can(staff.CallWork) {
		return Leave{}, fault.New(fault.Forbidden, "result.no_leave")
	}
	return Leave{"calls"}, nil
}

// LeaveToKeep is for the program itself: values are moved, sealed, to where what a
// correction replaces is kept, and to decide how somebody must be told. Nobody reads them.
func LeaveToKeep() Leave { return Leave{"keep"} }

// Check fails with "result.no_leave" for none.
func (l Leave) Check() error {
	if l.why == "" {
		return fault.New(fault.Forbidden, "result.no_leave")
	}
	return nil
}
