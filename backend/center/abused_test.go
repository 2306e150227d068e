package center

import (
	"maps"
	"slices"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/staff"
)

// abused is a world with somebody of every kind who may use what is abused. Requests are
// drawn around good ones, which are the matrix's (example_test.go).
type abused struct {
	*world
	maker  apitest.Maker
	tally  *apitest.Tally
	people map[api.Permission]person
	access map[string]string // bearers by permission, or by kiosk
	good   map[string]*around
	others *apitest.Heard // what is written by other loggers than the center's
	own    map[any]bool   // what must stay: the world's devices, without which no good request can be made
}

// around is the good request others are drawn around, and for how long already.
type around struct {
	apitest.Good
	by    role
	since int
	done  bool // what was done cannot be done again
}

// worker is who may use what needs a permission; a new permission is one more line.
var worker = map[api.Permission]staff.Role{
	api.StaffSelf: staff.Finance, api.StaffVisits: staff.Reception, api.StaffReception: staff.Reception, api.StaffHelp: staff.Reception,
	api.StaffGifts: staff.Reception, api.StaffVouchers: staff.Reception, api.StaffCorrections: staff.Reception, api.StaffMerges: staff.Reception, api.StaffCounsel: staff.Counsellor,
	api.StaffDevices: staff.Admin, api.StaffPeople: staff.Admin, api.StaffSites: staff.Admin, api.StaffAudit: staff.Admin,
	api.StaffClaims: staff.Finance, api.StaffClaimCapture: staff.DistrictClerk, api.StaffClaimReview: staff.Reviewer,
	api.StaffPayouts: staff.Finance, api.StaffSettlement: staff.Finance, api.StaffPacks: staff.Admin, api.StaffHospitals: staff.Admin,
}

func newAbused(t testing.TB, b *bench) *abused {
	a := &abused{world: newWorld(t, b), tally: &apitest.Tally{}, people: map[api.Permission]person{}, access: map[string]string{}, good: map[string]*around{}, others: &apitest.Heard{}, own: map[any]bool{}}
	for _, place := range []string{here, there} {
		for _, k := range []*kiosk{a.kiosks[place], a.clients[place], a.wards[place]} {
			a.own[k.id] = true
		}
	}
	for need := range worker {
		a.hires(need)
	}
	content, patient := claimContent("3"), donorOf("934")
	a.maker = apitest.Maker{
		// The beginnings of names and numbers of everybody in this world are among them.
		Personal: []string{"测试子", "11019919", "13800138000", "测试丙丁𠮷", "secret-answer", "E12345678", content.Payee.Account, patient.Name, "6200000000"},
		Known: map[string][]any{
			"day": {b.Today().String(), "2026-11-22"}, "cursor": {"", b.cursor(a.kiosks[here])}, "wait": {0}, "protocol": {1}, "seq": {1, 2},
			"password": {goodPassword}, "grant_type": {api.AssertionGrant}, "public_key": {newKey(t).Public().Bytes()}, "kind": a.kinds(), "content": {photograph("3")},
			"document_number": {patient.Document.Number}, "text": {patient.Name}, "district": {"110105", "110106"}, "station": {string(stationOf[here]), "miyun"},
			"name": {patient.Name}, "din": {"G1234"}, "month": {"2026-10", "2026-11"}, "quantity": {"100", "1.5"}, "on": {a.Today().String()}, "language": {"en", "zh-CN"},
		},
	}
	return a
}

// kinds are all operations of kiosks the center does something with, and two it does not.
func (c *Center) kinds() []any {
	all := []any{"visit.unheard_of", ""}
	for _, kind := range slices.Sorted(maps.Keys(c.appliers())) {
		all = append(all, string(kind))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.preparers())) {
		all = append(all, string(kind))
	}
	return all
}

// hires finds somebody for a permission.
func (a *abused) hires(need api.Permission) {
	a.people[need] = a.hire(a.next("w", here), worker[need], staff.Scope{})
	delete(a.access, string(need))
}

// cursor is one that exists.
func (b *bench) cursor(k *kiosk) string {
	out, err := b.Pull(b.t.Context(), k.id, "", 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return out.Cursor
}
