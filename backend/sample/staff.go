package sample

import "lianxin/backend/staff"

// The made-up staff of a demo. Everybody knows how to log in as them, so they are added to
// demos only, and only when a desk is to be tried.
const (
	StaffPassword = "demo-desk-Wangfujing-7"
	StaffSecret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// Colleague is one of them.
type Colleague struct {
	Login string
	Name  string
	Role  staff.Role
	Scope staff.Scope
}

// Colleagues are those through whose hands a donor's day and a claim go; the first is the receptionist.
func Colleagues() []Colleague {
	of := func(district string) staff.Scope { return staff.Scope{Districts: []string{district}} }
	return []Colleague{
		{Login: "demo.reception", Name: "演示接待员", Role: staff.Reception},
		{Login: "demo.clerk", Name: "演示经办员", Role: staff.DistrictClerk, Scope: of(dongcheng)},
		{Login: "demo.clerk.chaoyang", Name: "演示朝阳经办员", Role: staff.DistrictClerk, Scope: of(chaoyang)},
		{Login: "demo.clerk.haidian", Name: "演示海淀经办员", Role: staff.DistrictClerk, Scope: of(haidian)},
		{Login: "demo.reviewer", Name: "演示审核员", Role: staff.Reviewer},
		{Login: "demo.second", Name: "演示复审员", Role: staff.Reviewer},
		{Login: "demo.finance", Name: "演示财务员", Role: staff.Finance},
		{Login: "demo.treasurer", Name: "演示财务复核员", Role: staff.Finance},
		{Login: "demo.counsellor", Name: "演示告知员", Role: staff.Counsellor},
		{Login: "demo.admin", Name: "演示管理员", Role: staff.Admin},
	}
}
