package center

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// role is somebody who calls, and what they are entitled to.
type role struct {
	name   string
	bearer string
	device bool       // an active kiosk
	client bool       // a station's client
	ward   bool       // a hospital's client
	staff  staff.Role // "": not staff
	here   bool       // the place "here" is within their limits
	there  bool       // and the place "there"
	kiosk  *kiosk     // signs what it pushes
	refuse string     // who is kept out whatever they ask; the code that says so
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
	api.StaffAudit:       func(r role) bool { return r.staff == staff.Admin },
	api.StaffSites:       func(r role) bool { return r.staff == staff.Admin },
	api.Local:            func(role) bool { return false },
	api.StaffCorrections: func(r role) bool { return r.staff == staff.Reception },
	api.StaffCounsel:     func(r role) bool { return r.staff == staff.Counsellor },
	api.StaffClaims: func(r role) bool {
		return r.staff == staff.DistrictClerk || r.staff == staff.Reviewer || r.staff == staff.Finance
	},
	api.StaffClaimCapture: func(r role) bool { return r.staff == staff.DistrictClerk || r.staff == staff.Reviewer },
	api.StaffClaimReview:  func(r role) bool { return r.staff == staff.Reviewer },
	api.StaffPayouts:      func(r role) bool { return r.staff == staff.Finance },
	api.StaffSettlement:   func(r role) bool { return r.staff == staff.Finance || r.staff == staff.Admin },
}

// reads says by which permissions the secrets of a place may be read; those of a kind are
// kept under "PLACE, KIND".
var reads = map[string][]api.Permission{
	"":              {api.DeviceSync, api.StaffVisits, api.StaffReception, api.StaffHelp, api.StaffCorrections},
	"in confidence": {api.StaffCounsel},
	"claims":        {api.StaffClaims, api.StaffClaimCapture, api.StaffClaimReview, api.StaffPayouts},
	"stays":         {api.HospitalRelief},
}

// request is a well-formed request for an operation on an object.
func (m *matrix) request(op apitest.Operation, id string, by role) *http.Request {
	target := strings.NewReplacer("{id}", id, "{link_id}", id, "{station}", id, "{attachment_id}", attachedPage, "{kind}", "acceptance").Replace(op.Path)
	for _, p := range op.Parameters {
		if p.Name == "day" {
			target += "?day=" + m.Today().String()
		} else if p.Name == "month" {
			target += "?month=" + m.Today().String()[:len("2026-11")]
		}
	}
	var body []byte
	if op.Body != nil {
		drawn := rapid.Custom(func(t *rapid.T) any { return apitest.Maker{}.Value(t, op.Body, "", 0) }).Example(1)
		var err error
		if body, err = json.Marshal(drawn); err != nil {
			m.t.Fatal(err)
		}
	}
	if op.ID == "push-operations" {
		body = []byte(`{"protocol":1,"version":"test","sent_at":"2026-11-23T04:00:00Z","pending":0,"dead":0,"operations":[]}`)
	}
	out := httptest.NewRequest(op.Method, target, strings.NewReader(string(body)))
	out.Header.Set("Content-Type", "application/json")
	if by.bearer != "" {
		out.Header.Set("Authorization", "Bearer "+by.bearer)
	}
	if by.kiosk != nil {
		out.Header.Set(api.BatchSignatureHeader, token.SignBatch(by.kiosk.key, token.Batch{Device: by.kiosk.id, Body: body}))
	}
	return out
}

// places are the objects an operation is asked for.
func (m *matrix) places(op apitest.Operation) []object {
	if !strings.Contains(op.Path, "{") {
		return []object{{}}
	}
	found := m.objects[op.ID]
	if len(found) == 0 && op.Permission != api.Local {
		m.t.Errorf("%s names an object, and nobody has said whose it may be", op.ID)
	}
	return append(found, object{name: "what was never there", id: "nowhere"})
}

// check asks as somebody and holds the answer against the rule.
func (m *matrix) check(op apitest.Operation, o object, by role) (status int, body string) {
	answer := httptest.NewRecorder()
	m.handler.ServeHTTP(answer, m.request(op, o.id, by))
	status, body = answer.Code, answer.Body.String()
	var problem api.Problem
	if status >= http.StatusBadRequest {
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
			m.t.Errorf("%s, %s by %s: %v in %s", op.ID, o.name, by.name, err, body)
		}
	}
	if why := m.breach(op, o, by, status, problem.Code); why != "" {
		m.t.Errorf("%s, %s by %s answered %d %s: %s", op.ID, o.name, by.name, status, problem.Code, why)
	}
	m.keptSecret(op, by, body)
	return status, body
}

// breach says which rule an answer breaks, or "".
func (m *matrix) breach(op apitest.Operation, o object, by role, status int, code string) string {
	may, known := entitled[op.Permission]
	admitted := !strings.HasPrefix(code, "token.") && status != http.StatusForbidden
	missing := strings.Contains(op.Path, "{") && (o.place == "" || o.place == "here" && !by.here || o.place == "there" && !by.there || o.place == "both" && !(by.here && by.there))
	switch {
	case !known:
		return "nobody has said who may use it"
	case op.Permission == api.Local:
		return unless(status == http.StatusNotFound || status == http.StatusMethodNotAllowed, "a window's operation answers over the network")
	case op.Permission != api.Public && by.refuse != "" && (may(by) || code != "token.scope"):
		return unless(status == http.StatusUnauthorized && code == by.refuse, "should be kept out with "+by.refuse)
	case !may(by):
		return unless(status == http.StatusForbidden && code == "token.scope", "should be kept out")
	case op.Permission != api.Public && !admitted:
		return "should be let in"
	case missing:
		return unless(status == http.StatusNotFound || status == http.StatusUnprocessableEntity && op.Body != nil, "is not theirs to see")
	case o.place != "" && op.Body == nil:
		// Somebody before them may have done it already.
		return unless(status < http.StatusMultipleChoices || status == http.StatusConflict, "is theirs")
	}
	return ""
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// keptSecret looks for what belongs to a place in an answer to somebody who may not see it.
func (m *matrix) keptSecret(op apitest.Operation, by role, body string) {
	for place, secrets := range m.secrets {
		at, kind, _ := strings.Cut(place, ", ")
		within := at == "here" && by.here || at == "there" && by.there
		may := within && slices.Contains(reads[kind], op.Permission) && entitled[op.Permission](by)
		for _, secret := range secrets {
			switch found := strings.Contains(body, secret); {
			case found && op.Permission == api.StaffAudit && by.staff == staff.Admin && m.ids[secret]:
			case found && may:
				m.read[secret] = true
			case found:
				m.t.Errorf("%s tells %s %q of %s", op.ID, by.name, secret, place)
			}
		}
	}
}

// Every operation of the document, asked by everybody for what is theirs and what
// is not, answers by the permission it states and nothing else.
func TestEveryOperationByEverybody(t *testing.T) {
	m := newMatrix(t)
	operations := apitest.Read(t).Operations
	// Logging out ends the login everything else is asked with.
	slices.SortStableFunc(operations, func(a, b apitest.Operation) int { return ends(a) - ends(b) })
	asked := 0
	for _, op := range operations {
		for _, by := range m.roles {
			refusals := map[string]string{}
			for _, o := range m.places(op) {
				status, body := m.check(op, o, by)
				if asked++; status == http.StatusNotFound {
					refusals[ofRequest.ReplaceAllString(body, "")] = o.name
				}
			}
			// What is another's must not be told apart from what is not there.
			if len(refusals) > 1 {
				t.Errorf("%s tells %s apart: %v", op.ID, by.name, refusals)
			}
		}
	}
	t.Logf("%d operations, %d roles, %d calls", len(operations), len(m.roles), asked)
	// A look for what nobody can read would find nothing, whatever leaks.
	for _, place := range []string{"here", "there", "here, in confidence", "there, in confidence", "here, claims", "there, claims", "here, stays", "there, stays"} {
		for _, secret := range m.secrets[place] {
			if !m.read[secret] {
				t.Errorf("nobody reads %q of %s", secret, place)
			}
		}
	}
}

// ofRequest is what differs with every request.
var ofRequest = regexp.MustCompile(`"request_id":"[^"]*"`)

func ends(op apitest.Operation) int {
	if op.ID == "log-out" {
		return 1
	}
	return 0
}
