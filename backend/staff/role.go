package staff

import (
	"slices"

	"lianxin/backend/fault"
)

// Role is what somebody works as.
type Role string

const (
	Reception     Role = "reception"      // site reception
	DistrictClerk Role = "district_clerk" // district office 献血办
	Reviewer      Role = "reviewer"       // center, reviews claims
	Finance       Role = "finance"        // center, pays and settles
	Counsellor    Role = "counsellor"     // center, works the confidential call list
	Admin         Role = "admin"          // devices, staff, packs; sees no donor
)

// Roles are all roles, in the order they are offered.
var Roles = []Role{Reception, DistrictClerk, Reviewer, Finance, Counsellor, Admin}

// ParseRole reads a role; fault "staff.role_unknown".
func ParseRole(text string) (Role, error) {
	if r := Role(text); slices.Contains(Roles, r) {
		return r, nil
	}
	return "", fault.New(fault.Invalid, "staff.role_unknown")
}

// Permission is one thing somebody may do, noun.verb.
type Permission string

const (
	VisitRead        Permission = "visit.read"        // visits of the day, with what the donor answered
	VisitWrite       Permission = "visit.write"       // take a visit on, correct it
	DonorRead        Permission = "donor.read"        // find a donor
	StaffCallClear   Permission = "staff_call.clear"  // answer a call from a kiosk
	GiftHandOver     Permission = "gift.hand_over"    // look vouchers up and hand gifts over
	GiftReport       Permission = "gift.report"       // what gifts are asked for and what is there; numbers, nobody's name
	DeadLetterRead   Permission = "dead_letter.read"  // operations the center refused
	ClaimRead        Permission = "claim.read"        // claims of one's districts
	ClaimCapture     Permission = "claim.capture"     // take a claim and its documents
	ClaimReview      Permission = "claim.review"      // accept or refuse a claim
	PayoutApprove    Permission = "payout.approve"    // release money
	Settle           Permission = "settlement.write"  // settle with a district office
	CallWork         Permission = "call.work"         // the confidential call list
	DeviceManage     Permission = "device.manage"     // invite, approve, revoke devices
	StaffManage      Permission = "staff.manage"      // add, change, remove members
	SiteManage       Permission = "site.manage"       // sites, their hours and slots
	PackManage       Permission = "pack.manage"       // load rule and questionnaire packs
	HospitalManage   Permission = "hospital.manage"   // hospitals and their keys
	AuditRead        Permission = "audit.read"        // read and verify the audit log
	CorrectionAnswer Permission = "correction.answer" // what donors say is not right on file
	DonorMerge       Permission = "donor.merge"       // say of two donors whether they are one person
)

// granted is the whole of who may do what. Two separations are deliberate: who
// reviews a claim does not pay it, and an admin, who makes accounts, sees no donor.
var granted = map[Role][]Permission{
	Reception:     {VisitRead, VisitWrite, DonorRead, CorrectionAnswer, DonorMerge, StaffCallClear, GiftHandOver, GiftReport, DeadLetterRead},
	DistrictClerk: {DonorRead, ClaimRead, ClaimCapture, DeadLetterRead},
	Reviewer:      {DonorRead, ClaimRead, ClaimCapture, ClaimReview},
	Finance:       {ClaimRead, PayoutApprove, Settle, GiftReport},
	Counsellor:    {DonorRead, CallWork},
	Admin:         {DeviceManage, StaffManage, SiteManage, PackManage, HospitalManage, GiftReport, Settle, AuditRead, DeadLetterRead},
}

// Can tells whether a role includes a permission.
func (r Role) Can(p Permission) bool { return slices.Contains(granted[r], p) }

// Permissions lists what a role includes.
func (r Role) Permissions() []Permission { return slices.Clone(granted[r]) }
