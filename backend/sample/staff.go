package sample

// The made-up receptionist of a demo. Everybody knows how to log in as them, so they are
// added to demos only, and only when a desk is to be tried.
const (
	StaffLogin    = "demo.reception"
	StaffName     = "演示接待员"
	StaffPassword = "demo-desk-Wangfujing-7"
	StaffSecret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)
