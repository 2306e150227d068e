package center

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/claim"
	"lianxin/backend/correction"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/hospital"
	"lianxin/backend/outbox"
	"lianxin/backend/payout"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
)

// matrix is a center with two sites in two districts, people at each, and
// somebody of every role.
type matrix struct {
	*bench
	roles   []role
	objects map[string][]object // by the operation whose path names them
	secrets map[string][]string // what only who may see the place may read
	ids     map[string]bool     // those of them that name a thing and nobody; the audit log does
	read    map[string]bool     // the secrets somebody entitled has read
}

// object is a thing an operation's path can name.
type object struct {
	name  string
	id    string
	place string // "here", "there", "both" for who sees both, or "" for nowhere: it does not exist for anybody
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{bench: newBench(t), secrets: map[string][]string{}, ids: map[string]bool{}, read: map[string]bool{}}
	address := m.serve()
	here, there, revoked := m.newKiosk("here", address), m.newKiosk("there", address), m.newKiosk("here", address)
	visits := map[string]string{"here": m.people(here, "here", "0"), "there": m.people(there, "there", "1")}
	calls := []object{{"a call here", m.calls(here, "here"), "here"}, {"a call there", m.calls(there, "there"), "there"}}
	cases := []object{{"a case here", m.inConfidence("here", "0"), "here"}, {"a case there", m.inConfidence("there", "1"), "there"}}
	hired := map[string][]object{} // before the codes of devices, which hiring outlasts
	for _, id := range []string{"change-member", "draft-member-reset", "reset-member", "disable-member", "enable-member"} {
		hired[id] = []object{{"somebody", m.hire(strings.ReplaceAll(id, "-", "."), staff.Finance, staff.Scope{}).ID, "anywhere"}}
	}
	m.addRoles(here, there, revoked)
	m.addClients(address)
	m.objects = map[string][]object{
		"get-visit":             {{"a visit here", visits["here"], "here"}, {"a visit there", visits["there"], "there"}, {"no visit", "nowhere", ""}},
		"list-visits":           {{"the visits here", "here", "here"}, {"the visits there", "there", "there"}, {"no site", "nowhere", ""}},
		"acknowledge-call":      calls,
		"clear-call":            calls,
		"answer-correction":     {{"a request here", m.asks(here, "here", "0"), "here"}, {"a request there", m.asks(there, "there", "1"), "there"}},
		"get-enrolment":         {{"an enrolment here", here.id, ""}, {"an enrolment there", there.id, ""}},
		"get-site":              {{"a site", "there", "anywhere"}},
		"preview-site":          {{"a site", "there", "anywhere"}},
		"change-site":           {{"a site", "there", "anywhere"}},
		"get-device":            {{"a device", there.id, "anywhere"}},
		"rename-device":         {{"a device", m.newKiosk("there", address).id, "anywhere"}},
		"revoke-device":         {{"a device", m.newKiosk("there", address).id, "anywhere"}},
		"refuse-enrolment":      {{"an enrolment", m.invited("there"), "anywhere"}},
		"take-batch":            {{"the station here", "station-here", "here"}, {"the station there", "station-there", "there"}},
		"approve-enrolment":     {{"an enrolment", m.invited("there"), "anywhere"}},
		"get-counsel-case":      cases,
		"assign-counsel-case":   cases,
		"try-counsel-case":      cases,
		"escalate-counsel-case": cases,
		"give-up-counsel-case":  cases,
	}
	m.addPayouts()
	m.addClaims()
	m.addStays(address)
	for _, id := range []string{"read-settlement", "read-settlement-workbook", "read-settlement-paper"} {
		m.objects[id] = []object{{"a statement here", "110105-2026-11", "here"}, {"a statement there", "110106-2026-11", "there"}}
	}
	maps.Copy(m.objects, hired)
	for _, id := range []string{"list-reception", "call-number", "register-visit"} {
		m.objects[id] = m.objects["list-visits"]
	}
	for _, id := range []string{"open-reception-visit", "judge-measurements", "save-interview", "end-visit", "undo-reception"} {
		m.objects[id] = m.objects["get-visit"]
	}
	m.objects["list-called-numbers"] = []object{{"a waiting room", "there", "anywhere"}}
	m.objects["read-slip"] = []object{{"a slip of no deferral", "nowhere", ""}}
	// Last, for enrolling a kiosk writes its site as well.
	for id, district := range map[string]string{"here": "110105", "there": "110106"} {
		if err := m.SaveSite(t.Context(), site.Site{ID: id, Station: site.StationID("station-" + id), District: district}); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// people puts a donor, a booking and a visit at a kiosk's site and notes what is
// nobody else's business. It returns the visit.
func (m *matrix) people(k *kiosk, place, digit string) string {
	came, booked, known := donorOf(digit+"02"), donorOf(digit+"04"), donorOf(digit+"06")
	v := k.visitOf(came, 1, "")
	v.Screening.Answers = json.RawMessage(`{"told":"answer-` + place + `"}`)
	if got := k.fates(k.made(outbox.VisitCheckedIn, v)); got != "applied" {
		m.t.Fatal(got)
	}
	booking := m.books(booked, place)
	d := donor.Donor{ID: m.config.NewID(), StationID: "station-" + place, SiteID: place, Key: screening.Key(m.gateKey(), known.Document),
		Card: "card-" + place, Person: known, Phone: "1990000000" + digit}
	if err := m.SaveDonor(m.t.Context(), d, nil, nil); err != nil {
		m.t.Fatal(err)
	}
	m.secrets[place] = []string{came.Name, came.Document.Number, booked.Name, booked.Document.Number, booking.Code,
		known.Name, known.Document.Number, d.Card, "answer-" + place, v.ID}
	m.ids[v.ID] = true
	m.secrets["nobody"] = append(m.secrets["nobody"], d.Phone)
	return v.ID
}

// calls raises a call for help at a kiosk.
func (m *matrix) calls(k *kiosk, place string) string {
	call := staffcall.Call{ID: "call-" + place, SiteID: place, DeviceID: k.id, RaisedAt: m.clock()}
	if got := k.fates(k.made(outbox.StaffCallRaised, call)); got != "applied" {
		m.t.Fatal(got)
	}
	m.secrets[place], m.ids[call.ID] = append(m.secrets[place], call.ID), true
	return call.ID
}

// asks lets the known donor of a place say at its kiosk that donations are missing.
func (m *matrix) asks(k *kiosk, place, digit string) string {
	r := correction.Request{ID: "request-" + place, DonorKey: screening.Key(m.gateKey(), donorOf(digit+"06").Document), Subject: correction.Missing,
		SiteID: place, DeviceID: k.id, At: m.clock()}
	// One is answered by the matrix; the other stays in the list.
	waits := r
	waits.ID, waits.About = "waiting-"+place, m.Today().AddDays(-30)
	if got := k.fates(k.made(outbox.CorrectionAsked, r), k.made(outbox.CorrectionAsked, waits)); got != "applied, applied" {
		m.t.Fatal(got)
	}
	m.secrets[place], m.ids[waits.ID] = append(m.secrets[place], waits.ID), true
	return r.ID
}

// inConfidence puts somebody on the list of who is told of a result in confidence.
func (m *matrix) inConfidence(place, digit string) string {
	p := donorOf(digit + "08")
	d := donor.Donor{ID: m.config.NewID(), StationID: "station-" + place, Key: screening.Key(m.gateKey(), p.Document), Person: p, Phone: "1990000001" + digit}
	given := donor.Donation{ID: m.config.NewID(), DonorID: d.ID, SiteID: place, DIN: donation.DIN("Z90002600000" + digit), Product: donation.WholeBlood, VolumeML: 400, On: m.Today().AddMonths(-9)}
	if err := m.SaveDonor(m.t.Context(), d, []donor.Donation{given}, nil); err != nil {
		m.t.Fatal(err)
	}
	if err := m.SaveResults(m.t.Context(), result.Result{DonationID: given.ID, ReportedOn: given.On, Markers: result.Markers{HCV: result.Reactive}}); err != nil {
		m.t.Fatal(err)
	}
	known, err := m.store.CasesOf(m.t.Context(), []string{given.ID})
	if err != nil {
		m.t.Fatal(err)
	}
	listed := known[given.ID][0].ID
	m.secrets[place+", in confidence"], m.ids[listed] = []string{p.Name, d.Phone, listed}, true
	return listed
}

// attachedPage is the attachment of every claim of the matrix.
const attachedPage = "page"

// addClaims files a claim in each place for every operation that names one. Both are of
// the same invoice, so that comparing them would tell one office what the other knows.
func (m *matrix) addClaims() {
	for _, op := range apitest.Read(m.t).Operations {
		if !strings.HasPrefix(op.Path, "/claims/{id}") {
			continue
		}
		m.objects[op.ID] = []object{{"a claim here", m.claim("here-"+op.ID, "here", "0"), "here"}, {"a claim there", m.claim("there-"+op.ID, "there", "1"), "there"}}
	}
}

// claim files a claim of a place, with a page, and hands it in.
func (m *matrix) claim(id, place, digit string) string {
	district := map[string]string{"here": "110105", "there": "110106"}[place]
	clerk := api.Caller{StaffID: "clerk-" + place, Role: string(staff.DistrictClerk)}
	content := claimContent(digit)
	opened, err := m.CreateClaim(m.t.Context(), api.ClaimNew{ID: id, District: district, Content: content}, clerk)
	for _, kind := range opened.Documents {
		page := string(kind)
		if kind == claim.Invoice {
			page = attachedPage
		}
		if err == nil {
			opened, err = m.AttachToClaim(m.t.Context(), id, page, api.ClaimHanded{Kind: kind, Content: photograph(digit)}, clerk)
		}
	}
	if err == nil {
		_, err = m.StepClaim(m.t.Context(), id, claim.Submit, claim.Capture, api.ClaimAct{Version: opened.Version}, clerk)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.secrets[place+", claims"] = []string{content.Donor.Name, content.Donor.Number, content.Patient.Name, content.Patient.Number, content.Payee.Account}
	return id
}

// addPayouts pays a claim of each place in a batch of its own, and takes a statement in.
func (m *matrix) addPayouts() {
	batches, payments := map[string]string{}, map[string]string{}
	for place, digit := range map[string]string{"here": "0", "there": "1"} {
		m.gave(donorOf(digit+"12"), result.Markers{})
		id := m.claim("paid-"+place, place, digit)
		district := map[string]string{"here": "110105", "there": "110106"}[place]
		m.approve(id)
		finance := api.Caller{StaffID: "finance-1", Role: string(staff.Finance), Districts: []string{district}}
		batch, err := m.MakeBatch(m.t.Context(), api.BatchNew{ID: "batch-" + place, Method: payout.BankFile, Format: "bank-csv"}, finance)
		if err == nil {
			_, err = m.SendBatch(m.t.Context(), batch.ID, batch.Version, finance)
		}
		if err != nil {
			m.t.Fatal(err)
		}
		batches[place], payments[place] = batch.ID, batch.Listed[0].ID
	}
	statement := "交易日期,流水号,支出,收入,附言\n2026-11-20,S-1,1.00,,无关\n"
	taken, err := m.TakeStatement(m.t.Context(), api.StatementNew{ID: "statement-1", Format: "bank-csv", Content: []byte(statement)}, api.Caller{StaffID: "finance-1"})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, op := range apitest.Read(m.t).Operations {
		switch {
		case strings.HasPrefix(op.Path, "/payouts/batches/{id}"):
			m.objects[op.ID] = []object{{"a batch here", batches["here"], "here"}, {"a batch there", batches["there"], "there"}}
		case strings.HasPrefix(op.Path, "/payouts/payments/{id}"):
			m.objects[op.ID] = []object{{"a payment here", payments["here"], "here"}, {"a payment there", payments["there"], "there"}}
		case strings.HasPrefix(op.Path, "/payouts/statements/{id}"):
			m.objects[op.ID] = []object{{"a statement", taken.ID, "both"}}
		}
	}
}

// approve takes a claim that was handed in as far as finance releases it.
func (m *matrix) approve(id string) {
	m.t.Helper()
	reviewer, finance := api.Caller{StaffID: "reviewer-1", Role: string(staff.Reviewer)}, api.Caller{StaffID: "finance-1", Role: string(staff.Finance)}
	c, err := m.OpenClaim(m.t.Context(), id, reviewer)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, next := range []struct {
		step claim.Step
		duty claim.Duty
		by   api.Caller
	}{{claim.Take, claim.Review, reviewer}, {claim.Approve, claim.Review, reviewer}, {claim.Release, claim.Pay, finance}} {
		act := api.ClaimAct{Version: c.Version}
		if next.step == claim.Approve {
			act.AmountFen = c.ClaimableFen
		}
		if c, err = m.StepClaim(m.t.Context(), id, next.step, next.duty, act, next.by); err != nil {
			m.t.Fatal(err)
		}
	}
}

// addStays opens a stay in a hospital of each place for every operation that names one.
func (m *matrix) addStays(address string) {
	for place, digit := range map[string]string{"here": "0", "there": "1"} {
		id := "hospital-" + place
		client := m.newHospital(id, map[string]string{"here": "110105", "there": "110106"}[place], address)
		m.roles = append(m.roles, role{name: "the client of " + id, bearer: client.bearer(), ward: true, here: place == "here", there: place == "there"})
		patient := m.gave(donorOf(digit+"32"), result.Markers{}).Person
		m.secrets["nobody"] = append(m.secrets["nobody"], patient.Name, patient.Document.Number)
		for _, op := range apitest.Read(m.t).Operations {
			if !strings.HasPrefix(op.Path, "/hospital/cases/{id}") {
				continue
			}
			order := hospital.Order{Number: "ZY-" + place + "-" + op.ID, Inquiry: m.inquiryOf(patient, "100", 11_000)}
			stay, err := m.ReserveRelief(m.t.Context(), order, api.Caller{DeviceID: client.id})
			if err != nil {
				m.t.Fatal(err)
			}
			m.objects[op.ID] = append(m.objects[op.ID], object{"a stay " + place, stay.ID, place})
			m.secrets[place+", stays"] = append(m.secrets[place+", stays"], order.Number)
		}
	}
}

// addClients brings in a client of each station.
func (m *matrix) addClients(address string) {
	for _, place := range []string{"here", "there"} {
		client := m.newDevice(device.Station, place, address)
		m.roles = append(m.roles, role{name: "the client of the station " + place, bearer: client.bearer(), client: true, here: place == "here", there: place == "there"})
	}
}

func (m *matrix) invited(siteID string) string {
	m.t.Helper()
	e, _, err := m.Invite(m.t.Context(), "一层大厅 9号机", "kiosk", siteID, "terminal", time.Minute)
	if err != nil {
		m.t.Fatal(err)
	}
	return e.ID
}

// addRoles brings everybody in. Tokens are fetched last: they are short-lived, and
// the codes of the phones need the clock to go on.
func (m *matrix) addRoles(here, there, revoked *kiosk) {
	type member struct {
		role
		login
	}
	var members []member
	for _, as := range staff.Roles {
		for _, limit := range []struct {
			name        string
			scope       staff.Scope
			here, there bool
		}{
			{"here", staff.Scope{Districts: []string{"110105"}}, true, false},
			{"there", staff.Scope{Stations: []string{"station-there"}}, false, true},
			{"nowhere", staff.Scope{Districts: []string{"119999"}}, false, false},
			{"everywhere", staff.Scope{}, true, true},
		} {
			if as == staff.Admin && limit.name != "everywhere" {
				continue // there is no such administrator
			}
			who := role{name: string(as) + " of " + limit.name, staff: as, here: limit.here, there: limit.there}
			members = append(members, member{who, m.enter(m.hire(fmt.Sprintf("%.4s.%s", as, limit.name), as, limit.scope))})
		}
	}
	out := revoked.bearer()
	if err := m.Revoke(m.t.Context(), revoked.id, api.Caller{StaffID: "terminal"}); err != nil {
		m.t.Fatal(err)
	}
	m.roles = []role{
		{name: "nobody", refuse: "token.missing"},
		{name: "a forged token", bearer: altered(here.bearer()), refuse: "token.signature"},
		{name: "a revoked device", bearer: out, device: true, kiosk: revoked, refuse: "token.revoked"},
		{name: "a device here", bearer: here.bearer(), device: true, kiosk: here, here: true},
		{name: "a device there", bearer: there.bearer(), device: true, kiosk: there, there: true},
	}
	for _, one := range members {
		access, code := m.exchange(one.SessionID, one.key)
		if code != "" {
			m.t.Fatal(code)
		}
		one.bearer = access.AccessToken
		m.roles = append(m.roles, one.role)
	}
}
