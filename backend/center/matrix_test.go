package center

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// role is somebody who calls, and what they are entitled to.
type role struct {
	name   string
	fixed  string     // a token that is not renewed
	device bool       // an active kiosk
	client bool       // a station's client
	ward   bool       // a hospital's client
	staff  staff.Role // "": not staff
	member person     // of staff
	login  login
	giver  *giver // a donor with a phone of their own
	here   bool   // the place "here" is within their limits
	there  bool   // and the place "there"
	kiosk  *kiosk // whose tokens are used, and whose key signs what is pushed
	refuse string // who is kept out whatever they ask; the code that says so
}

// sees tells whether a place is within somebody's limits.
func (r role) sees(place string) bool {
	return place == here && r.here || place == there && r.there
}

// entitled is the rule of each permission, apart from the program: a permission
// that is not here is in no rule anybody has written down.
var entitled = map[api.Permission]func(role) bool{
	api.Public:         func(role) bool { return true },
	api.DeviceSync:     func(r role) bool { return r.device },
	api.StationIntake:  func(r role) bool { return r.client },
	api.HospitalRelief: func(r role) bool { return r.ward },
	api.StaffSelf:      func(r role) bool { return r.staff != "" },
	api.StaffVisits:    func(r role) bool { return r.staff == staff.Reception },
	api.StaffReception: func(r role) bool { return r.staff == staff.Reception },
	api.StaffHelp:      func(r role) bool { return r.staff == staff.Reception },
	api.StaffVouchers:  func(r role) bool { return r.staff == staff.Reception },
	api.StaffGifts: func(r role) bool {
		return r.staff == staff.Reception || r.staff == staff.Finance || r.staff == staff.Admin
	},
	api.StaffDevices:     func(r role) bool { return r.staff == staff.Admin },
	api.StaffPeople:      func(r role) bool { return r.staff == staff.Admin },
	api.StaffSites:       func(r role) bool { return r.staff == staff.Admin },
	api.StaffPacks:       func(r role) bool { return r.staff == staff.Admin },
	api.StaffAudit:       func(r role) bool { return r.staff == staff.Admin },
	api.StaffSettlement:  func(r role) bool { return r.staff == staff.Finance || r.staff == staff.Admin },
	api.StaffHospitals:   func(r role) bool { return r.staff == staff.Admin },
	api.DonorSelf:        func(r role) bool { return r.giver != nil },
	api.Local:            func(role) bool { return false },
	api.StaffCorrections: func(r role) bool { return r.staff == staff.Reception },
	api.StaffMerges:      func(r role) bool { return r.staff == staff.Reception },
	api.StaffCounsel:     func(r role) bool { return r.staff == staff.Counsellor },
	api.StaffClaims: func(r role) bool {
		return r.staff == staff.DistrictClerk || r.staff == staff.Reviewer || r.staff == staff.Finance
	},
	api.StaffClaimCapture: func(r role) bool { return r.staff == staff.DistrictClerk || r.staff == staff.Reviewer },
	api.StaffClaimReview:  func(r role) bool { return r.staff == staff.Reviewer },
	api.StaffPayouts:      func(r role) bool { return r.staff == staff.Finance },
}

// secret is something only who may see a place is told.
type secret struct {
	place string // "": nobody is told
	kind  string // by which permissions it may be read; "" is what happens at a site
	field string
	donor string // key of who may be shown it at any kiosk, standing there
	text  string
}

func (s secret) what() string { return strings.TrimSpace(s.kind+" "+s.field) + " of " + s.place }

// named are the fields that name a thing and nobody; the audit log does.
var named = map[string]bool{"ID": true, "visit": true, "call": true, "correction": true, "case": true}

// reads says by which permissions the secrets of a kind may be read.
var reads = map[string][]api.Permission{
	"":              {api.DeviceSync, api.StaffVisits, api.StaffReception, api.StaffHelp, api.StaffCorrections},
	"in confidence": {api.StaffCounsel},
	"claim":         {api.StaffClaims, api.StaffClaimCapture, api.StaffClaimReview, api.StaffPayouts},
	"payout":        {api.StaffPayouts},
	"voucher":       {api.StaffVouchers},
	"donor":         {api.StaffCorrections, api.StaffMerges},
	"pair":          {api.StaffMerges},
	"stay":          {api.HospitalRelief},
}

// request is a good request for an operation, by somebody.
func (m *matrix) request(op apitest.Operation, place string, e example, by role) *http.Request {
	target := op.Path
	for _, p := range op.Parameters {
		if p.In != "path" {
			continue
		}
		id := e.path[p.Name]
		if place == nowhere && len(p.Schema.Enum) == 0 || id == "" {
			id = nowhere
		}
		target = strings.Replace(target, "{"+p.Name+"}", id, 1)
	}
	if e.query != "" {
		target += "?" + e.query
	}
	var body []byte
	if e.body != nil {
		var err error
		if body, err = json.Marshal(e.body); err != nil {
			m.t.Fatal(err)
		}
	}
	out := httptest.NewRequest(op.Method, target, bytes.NewReader(body))
	out.Header.Set("Content-Type", "application/json")
	for name, value := range e.header {
		out.Header.Set(name, value)
	}
	if bearer := m.bearer(by); bearer != "" {
		out.Header.Set("Authorization", "Bearer "+bearer)
	}
	if e.sign != nil {
		out.Header.Set(api.BatchSignatureHeader, token.SignBatch(e.sign.key, token.Batch{Device: e.sign.id, Seq: first(body), Body: body}))
	}
	return out
}

// bearer is a token of somebody that is still good, if they have one.
func (m *matrix) bearer(by role) string {
	held := m.tokens[by.name]
	switch {
	case by.fixed != "" || by.kiosk == nil && by.giver == nil && by.staff == "" && by.refuse != "token.revoked":
		return by.fixed
	case held.text != "" && m.clock().Sub(held.at) < 5*time.Minute:
		return held.text
	}
	switch {
	case by.refuse == "token.revoked":
		held.text = m.revoked()
	case by.kiosk != nil:
		held.text = by.kiosk.bearer()
	case by.giver != nil:
		held.text = m.logsIn(by.giver).AccessToken.AccessToken
	default:
		l := m.loginOf(by)
		access, code := m.exchange(l.SessionID, l.key)
		if code != "" {
			m.t.Fatalf("%s: %s", by.name, code)
		}
		held.text = access.AccessToken
	}
	held.at = m.clock()
	m.tokens[by.name] = held
	return held.text
}

// loginOf is the login of a member of staff, another one when it is about to end.
func (m *matrix) loginOf(by role) login {
	l, ok := m.logins[by.name]
	if !ok {
		l = by.login
	}
	if m.clock().Add(time.Hour).After(l.EndsAt) {
		l = m.enter(by.member)
	}
	m.logins[by.name] = l
	return l
}

// places are where the things are that an operation is asked for.
func (m *matrix) places(op apitest.Operation) []string {
	a, has := examples[op.ID]
	switch {
	case op.Permission == api.Local:
		return []string{""}
	case !has && (op.Body != nil || strings.Contains(op.Path, "{")):
		if neverDone[op.ID] == "" {
			m.t.Errorf("%s names or takes something: add how it is asked to the tables of example_test.go", op.ID)
		}
		return nil
	case !has:
		return []string{""}
	}
	switch a.span {
	case ofPlace:
		return []string{here, there, nowhere}
	case ofDonor:
		return []string{here, there, elsewhere, nowhere}
	case ofNone, intoPlace:
		return []string{here, there}
	case ofCenter:
		return []string{here}
	}
	return []string{here, there, nowhere}
}

// isTheirs tells whether what is asked for may be had by somebody the operation is for.
func isTheirs(s span, place string, by role) bool {
	switch s {
	case ofPlace, intoPlace:
		return by.sees(place)
	case ofCenter:
		return by.here && by.there
	}
	return place != elsewhere && place != nowhere
}

// exampleFor is one made anew where the answer will change something, and else the one
// that was made before.
func (m *matrix) exampleFor(op apitest.Operation, place string, by role) example {
	a, has := examples[op.ID]
	if !has {
		return example{}
	}
	key := op.ID + " " + place
	if op.Permission == api.DonorSelf && by.giver != nil { // each has their own
		key += " " + by.name
	}
	isDone := isEntitled(op, by) && isTheirs(a.span, place, by)
	e, kept := m.kept[key]
	if !kept || isDone && op.Method != http.MethodGet {
		e = a.make(m.world, place, by)
		if !isDone || op.Method == http.MethodGet {
			m.kept[key] = e
		}
	}
	return e
}

func isEntitled(op apitest.Operation, by role) bool {
	may := entitled[op.Permission]
	return may != nil && may(by) && (by.refuse == "" || op.Permission == api.Public)
}

// check asks as somebody and holds the answer against the rule.
func (m *matrix) check(op apitest.Operation, place string, by role) (code, body string) {
	m.bearer(by) // whose login is about to end comes in again first: codes in the request are good for a moment
	e := m.exampleFor(op, place, by)
	answer := httptest.NewRecorder()
	if op.Permission != api.Local {
		m.pass(2 * time.Second) // so that no limit on how often one may ask is met; logins last ten hours
	}
	m.handler.ServeHTTP(answer, m.request(op, place, e, by))
	status, body := answer.Code, answer.Body.String()
	var problem api.Problem
	if status >= http.StatusBadRequest {
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
			m.t.Errorf("%s, %s by %s: %v in %s", op.ID, place, by.name, err, body)
		}
	}
	if why := m.breach(op, place, by, status, problem.Code); why != "" {
		m.t.Errorf("%s, %s by %s answered %d %s: %s: %.300s", op.ID, place, by.name, status, problem.Code, why, body)
	}
	if status < http.StatusMultipleChoices && isEntitled(op, by) {
		m.done[op.ID]++
	}
	m.keptSecret(op, e, by, body)
	return problem.Code, body
}

// breach says which rule an answer breaks, or "".
func (m *matrix) breach(op apitest.Operation, place string, by role, status int, code string) string {
	may, known := entitled[op.Permission]
	a := examples[op.ID]
	switch {
	case !known:
		return "nobody has said who may use it: add its permission to the table entitled"
	case op.Permission == api.Local:
		return unless(status == http.StatusNotFound || status == http.StatusMethodNotAllowed, "a window's operation answers over the network")
	case op.Permission != api.Public && by.refuse != "" && (may(by) || code != "token.scope"):
		return unless(status == http.StatusUnauthorized && code == by.refuse, "should be kept out with "+by.refuse)
	case !may(by):
		return unless(status == http.StatusForbidden && code == "token.scope", "should be kept out")
	case place != "" && !isTheirs(a.span, place, by):
		isRefused := status == http.StatusNotFound && code != "request.not_found"
		if a.refusal != "" && (place != nowhere || status != http.StatusNotFound) {
			isRefused = code == a.refusal
		}
		return unless(isRefused, "is not theirs to see")
	}
	return unless(status < http.StatusMultipleChoices || neverDone[op.ID] != "", "is theirs to do")
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// mayRead tells whether an answer to somebody may hold a secret.
func (s secret) mayRead(op apitest.Operation, e example, by role) bool {
	if !isEntitled(op, by) || s.place == "" {
		return false
	}
	if s.kind == "own" {
		return s.mayReadOwn(op.Permission, by)
	}
	if op.Permission == api.StaffAudit && named[s.field] {
		return true // it names things and nobody
	}
	if op.Permission == api.StaffSettlement && s.field == "ID" {
		return by.sees(s.place) // what was advanced is listed by what it was for
	}
	if s.donor != "" && s.donor == e.donor && op.Permission == api.DeviceSync {
		return true
	}
	return by.sees(s.place) && slices.Contains(reads[s.kind], op.Permission)
}

// keptSecret looks for what belongs to somebody in an answer to who may not see it.
func (m *matrix) keptSecret(op apitest.Operation, e example, by role, body string) {
	for _, s := range m.secrets {
		switch found := strings.Contains(body, s.text); {
		case found && s.mayRead(op, e, by):
			m.read[s.what()] = true
		case found:
			m.t.Errorf("%s tells %s %s, %q", op.ID, by.name, s.what(), s.text)
		}
	}
}

// Every operation of the document, asked by everybody for what is theirs and what is not:
// who may gets it done, and nobody else is told anything.
func TestEveryOperationByEverybody(t *testing.T) {
	m := newMatrix(t)
	operations := apitest.Read(t).Operations
	// Logging out ends the login everything else is asked with.
	slices.SortStableFunc(operations, func(a, b apitest.Operation) int { return ends(a) - ends(b) })
	asked := 0
	for _, op := range operations {
		for _, by := range m.roles {
			refusals := map[string]string{}
			for _, place := range m.places(op) {
				code, body := m.check(op, place, by)
				if asked++; code != "" && isEntitled(op, by) {
					refusals[ofRequest.ReplaceAllString(body, "")] = place
				}
			}
			// What is another's must not be told apart from what is not there.
			if len(refusals) > 1 && toldApart[op.ID] == "" {
				t.Errorf("%s tells %s apart: %v", op.ID, by.name, refusals)
			}
		}
		if why := neverDone[op.ID]; op.Permission != api.Local && (m.done[op.ID] == 0) == (why == "") {
			t.Errorf("%s got done %d times; neverDone says %q", op.ID, m.done[op.ID], why)
		}
	}
	t.Logf("%d operations, %d roles, %d calls, %d secrets", len(operations), len(m.roles), asked, len(m.secrets))
	// A look for what nobody can read would find nothing, whatever leaks.
	for _, s := range m.secrets {
		if s.place != "" && !m.read[s.what()] {
			t.Errorf("nobody reads %s, %q", s.what(), s.text)
		}
	}
}

// ofRequest is what differs with every request.
var ofRequest = regexp.MustCompile(`"request_id":"[^"]*"`)

func ends(op apitest.Operation) int {
	return slices.Index([]string{"log-out-donor", "log-out"}, op.ID)
}
