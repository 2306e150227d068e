package center

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/counsel"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/result"
	"lianxin/backend/staff"
)

// counsellor is a counsellor's bearer.
func (b *bench) counsellor(login string, scope staff.Scope) (person, string) {
	b.t.Helper()
	p := b.hire(login, staff.Counsellor, scope)
	in := b.enter(p)
	access, code := b.exchange(in.SessionID, in.key)
	if code != "" {
		b.t.Fatal(code)
	}
	return p, access.AccessToken
}

func (b *bench) cases(bearer, query string) []api.CounselCase {
	b.t.Helper()
	var list api.CounselList
	b.want("list", http.MethodGet, "/counsel-cases"+query, bearer, nil, &list, "")
	return list.Cases
}

// failing is a record that did not pass.
func failing(m result.Markers) func(*intake.Record) {
	return func(r *intake.Record) { r.Result.Qualified, r.Result.Markers = false, m }
}

// Whoever did not pass is on the list, and is told by whom and in the way that is right.
func TestADonorIsToldInConfidence(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.newKiosk("site-1", b.serve())
		b.takes(b.reported(1, donorOf("001")), b.reported(2, donorOf("002"), failing(result.Markers{HIV: result.Undetermined})),
			b.reported(3, donorOf("003"), failing(result.Markers{ALT: 99})))
		_, bearer := b.counsellor("wang", staff.Scope{})
		all := b.cases(bearer, "")
		if len(all) != 2 || all[0].Status != counsel.Open || all[0].NameMasked == "" || strings.Contains(fmt.Sprint(all), "测试甲乙") {
			t.Fatalf("%+v", all)
		}
		ways := map[counsel.Way]string{}
		for _, one := range all {
			var shown api.CounselOpened
			b.want("read", http.MethodGet, "/counsel-cases/"+one.ID, bearer, nil, &shown, "")
			ways[shown.Way] = one.ID
			if shown.Name == "" || !strings.HasPrefix(shown.Phone, "010-5550-") {
				t.Errorf("%+v", shown)
			}
		}
		hiv, alt := ways[counsel.FaceToFace], ways[counsel.Phone]
		if hiv == "" || alt == "" {
			t.Fatalf("ways %v", ways)
		}
		try := func(id string, way counsel.Way, what counsel.Outcome, code string) {
			t.Helper()
			b.want(string(what), http.MethodPost, "/counsel-cases/"+id+"/tries", bearer, api.CounselTry{Way: way, Outcome: what}, nil, code)
		}
		try(alt, counsel.Phone, counsel.NoAnswer, "counsel.not_yours")
		for _, id := range []string{hiv, alt} {
			b.want("take", http.MethodPost, "/counsel-cases/"+id+"/assign", bearer, map[string]string{}, nil, "")
		}
		try(hiv, counsel.Phone, counsel.Told, "counsel.face_to_face")
		try(hiv, counsel.Phone, counsel.WillCome, "")
		try(hiv, counsel.FaceToFace, counsel.Told, "")
		try(hiv, counsel.FaceToFace, counsel.Told, "counsel.closed")
		b.want("give up", http.MethodPost, "/counsel-cases/"+alt+"/give-up", bearer, nil, nil, "counsel.too_few_tries")
		for range counsel.BuiltIn().Limits.TriesBeforeGivingUp {
			try(alt, counsel.Phone, counsel.NoAnswer, "")
		}
		if open := b.cases(bearer, ""); len(open) != 1 || !open[0].Escalated || open[0].Late != counsel.NotTold {
			t.Errorf("after many tries %+v", open)
		}
		b.want("give up", http.MethodPost, "/counsel-cases/"+alt+"/give-up", bearer, nil, nil, "")
		if closed := b.cases(bearer, "?closed=true"); len(closed) != 2 {
			t.Errorf("closed %+v", closed)
		}
	})
}

// What is corrected changes the list: nobody is called for nothing, and who was told
// wrongly is called again.
func TestCorrectionsChangeTheList(t *testing.T) {
	b := newBench(t)
	_, bearer := b.counsellor("wang", staff.Scope{})
	good, bad := b.reported(1, donorOf("001")), b.reported(1, donorOf("001"), failing(result.Markers{Syphilis: result.Reactive}))
	states := func(query string) string {
		var all []string
		for _, one := range b.cases(bearer, query) {
			all = append(all, string(one.Status)+" "+string(one.Reason)+" "+string(one.Ending))
		}
		return strings.Join(all, ", ")
	}
	for _, step := range []struct {
		r            intake.Record
		open, closed string
	}{
		{bad, "open not_qualified ", ""}, {good, "", "closed not_qualified withdrawn"}, {bad, "open not_qualified ", ""},
	} {
		b.takes(step.r)
		if open, closed := states(""), states("?closed=true"); open != step.open || closed != step.closed {
			t.Errorf("open %q, closed %q, want %+v", open, closed, step)
		}
	}
	id := b.cases(bearer, "")[0].ID
	b.want("take", http.MethodPost, "/counsel-cases/"+id+"/assign", bearer, map[string]string{}, nil, "")
	b.want("tell", http.MethodPost, "/counsel-cases/"+id+"/tries", bearer, api.CounselTry{Way: counsel.Phone, Outcome: counsel.Told}, nil, "")
	b.takes(good)
	if got := states(""); got != "open corrected " {
		t.Errorf("told, then corrected: %q", got)
	}
}

// The list, its entries in the audit log, its log lines and its figures say neither
// who nor what.
func TestTheListKeepsItsSecrets(t *testing.T) {
	b := newBench(t)
	b.takes(b.reported(2, donorOf("002"), failing(result.Markers{HIV: result.Reactive, ALT: 4711471})))
	p, bearer := b.counsellor("wang", staff.Scope{})
	d := b.found(donorOf("002"))
	id := b.cases(bearer, "")[0].ID
	var shown api.CounselOpened
	b.want("read", http.MethodGet, "/counsel-cases/"+id, bearer, nil, &shown, "")
	b.pass(counsel.BuiltIn().Limits.EscalateAfter + time.Hour)
	if err := b.Upkeep(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantEntry(p.ID, "counsellor", "counsel.read", id, "site-1")
	b.wantEntry("system", "system", "counsel.escalate", id, "site-1")
	figures := httptest.NewRecorder()
	b.Metrics().ServeHTTP(figures, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{`lianxin_counsel_cases_open{site="site-1",status="open"} 1`, `lianxin_counsel_cases_late{limit="not_told",site="site-1"} 1`} {
		if !strings.Contains(figures.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	log := b.log.String() + figures.Body.String()
	for _, e := range b.entries() {
		if strings.HasPrefix(e.Action, "counsel.") {
			log += fmt.Sprintf("%+v", e)
		}
	}
	for _, secret := range []string{"reactive", "4711471", "4.711471e", d.Person.Name, d.Phone, d.ID, b.history(d.ID)[0].ID, "face_to_face"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is told", secret)
		}
	}
}

// Values are opened for a counsellor at the center's machine, and for nobody else.
func TestWhoOpensValues(t *testing.T) {
	b := newBench(t)
	b.takes(b.reported(2, donorOf("002"), failing(result.Markers{HIV: result.Reactive})))
	donation := b.history(b.found(donorOf("002")).ID)[0].ID
	if _, err := b.store.Markers(t.Context(), result.Leave{}, donation); fault.CodeOf(err) != "result.no_leave" {
		t.Errorf("without a leave: %v", err)
	}
	for _, role := range staff.Roles {
		p := b.hire("who."+string(role[:4]), role, staff.Scope{})
		m, by, err := b.CounsellorAtMachine(t.Context(), staff.Attempt{Login: p.Login, Password: goodPassword, Code: b.code(p.secret)})
		if role != staff.Counsellor {
			if fault.CodeOf(err) != "counsel.not_counsellor" {
				t.Errorf("%s: %v", role, err)
			}
			if _, err := result.LeaveForCalls(p.Member); fault.CodeOf(err) != "result.no_leave" {
				t.Errorf("%s has leave: %v", role, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		list, err := b.CounselCases(t.Context(), api.CounselQuery{}, by)
		if err != nil || len(list.Cases) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		values, err := b.CaseMarkers(t.Context(), list.Cases[0].ID, m, by)
		if err != nil || values.HIV != result.Reactive {
			t.Errorf("%v", err)
		}
		b.wantEntry(m.ID, "counsellor", "counsel.values", list.Cases[0].ID, "site-1")
		if _, err := b.CaseMarkers(t.Context(), list.Cases[0].ID, m, api.Caller{StaffID: m.ID, Sites: []string{"site-9"}}); fault.CodeOf(err) != "counsel.not_found" {
			t.Errorf("of another site: %v", err)
		}
	}
}

// Whoever did not pass before there was a list is put on it, once.
func TestTheListIsFilledFromBefore(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("902"), result.Markers{HBV: result.Reactive})
		id := b.history(d.ID)[0].ID
		known, err := b.store.CasesOf(t.Context(), []string{id})
		if err != nil || len(known) != 0 { // results that were saved beneath the center, as an older program did
			t.Fatalf("%v, %v", known, err)
		}
		for range 2 {
			if err := b.Upkeep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		_, bearer := b.counsellor("wang", staff.Scope{})
		if all := b.cases(bearer, ""); len(all) != 1 || all[0].Status != counsel.Open {
			t.Errorf("%+v", all)
		}
	})
}
