package center

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/reception"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/visit"
)

// front is a desk of a site with a kiosk.
type front struct {
	*bench
	kiosk  *kiosk
	member person
	bearer string
	calls  int
}

func newFront(b *bench) *front {
	f := &front{bench: b, kiosk: b.newKiosk("site-1", b.serve()), member: b.hire("front.test", staff.Reception, staff.Scope{Districts: []string{"110105"}})}
	f.bearer = f.enter(f.member).AccessToken.AccessToken
	here := site.Site{ID: "site-1", Station: site.Stations()[0].ID, District: "110105", Name: lang.Text{ZH: "测试献血点", EN: "Test site"}, Phone: "010-00000000"}
	if err := b.SaveSite(b.t.Context(), here); err != nil {
		b.t.Fatal(err)
	}
	return f
}

// comes checks somebody in at the kiosk: every question left to staff but that one feels well.
func (f *front) comes(sequence string, number int) visit.Visit {
	f.t.Helper()
	v := f.kiosk.arrives(donorOf(sequence), number)
	f.pass(time.Second)
	return v
}

func (f *front) list() (out api.ReceptionList) {
	f.t.Helper()
	f.want("list", http.MethodGet, "/sites/site-1/reception", f.bearer, nil, &out, "")
	return out
}

func (f *front) call(in api.ReceptionCall, code string) (row api.ReceptionRow) {
	f.t.Helper()
	if in.CallID == "" {
		f.calls++
		in.CallID = fmt.Sprintf("call-%06d", f.calls)
	}
	in.Counter = "2"
	f.want("call", http.MethodPost, "/sites/site-1/calls", f.bearer, in, &row, code)
	return row
}

// interview saves what was found out: every question asked, and good measurements.
func (f *front) interview(id string, change func(*api.InterviewChange)) (out api.ReceptionVisit) {
	f.t.Helper()
	f.want("open", http.MethodGet, "/visits/"+id+"/reception", f.bearer, nil, &out, "")
	in := api.InterviewChange{Version: out.Version, Interview: reception.Interview{Measurements: policy.Measurements{Values: map[policy.Quantity]float64{
		policy.Weight: 70, policy.Systolic: 120, policy.Diastolic: 80, policy.Pulse: 70, policy.Hemoglobin: 140}}}}
	if len(out.Findings) > 0 || out.Unreadable {
		f.t.Errorf("findings of no question: %+v, unreadable %v", out.Findings, out.Unreadable)
	}
	for _, q := range out.Questions {
		if q.MustAsk {
			in.Comments = append(in.Comments, reception.Comment{LinkID: q.LinkID, Text: "asked in person"})
		}
	}
	change(&in)
	f.want("interview", http.MethodPut, "/visits/"+id+"/interview", f.bearer, in, &out, "")
	return out
}

func (f *front) end(id string, in api.VisitEnd, code string) (out api.ReceptionVisit) {
	f.t.Helper()
	f.want("end", http.MethodPost, "/visits/"+id+"/outcome", f.bearer, in, &out, code)
	return out
}

// A day at a desk: called in the order people came, asked, measured, and on to give.
func TestADayAtReception(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		f := newFront(b)
		f.call(api.ReceptionCall{}, "reception.nobody_waits")
		first, second := f.comes("902", 1), f.comes("904", 2)
		row := f.call(api.ReceptionCall{CallID: "the-same-call"}, "")
		if row.ID != first.ID || row.State != reception.Called || row.Ticket != first.Ticket {
			t.Fatalf("%+v", row)
		}
		if again := f.call(api.ReceptionCall{CallID: "the-same-call"}, ""); again.ID != first.ID || again.Version != row.Version {
			t.Errorf("a call asked for again is another: %+v", again)
		}
		f.end(first.ID, api.VisitEnd{Version: row.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 400}, "reception.unasked")
		bad := f.interview(first.ID, func(in *api.InterviewChange) { in.Measurements.Values[policy.Hemoglobin] = 100 })
		f.end(first.ID, api.VisitEnd{Version: bad.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 400}, "reception.out_of_limits")
		good := f.interview(first.ID, func(in *api.InterviewChange) { delete(in.Measurements.Values, policy.Pulse) })
		f.end(first.ID, api.VisitEnd{Version: good.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 400}, "reception.unmeasured")
		good = f.interview(first.ID, func(*api.InterviewChange) {})
		f.end(first.ID, api.VisitEnd{Version: good.Version - 1, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 400}, "reception.changed_meanwhile")
		f.end(first.ID, api.VisitEnd{Version: good.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 250}, "reception.amount")
		out := f.end(first.ID, api.VisitEnd{Version: good.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 300}, "")
		if out.State != reception.Proceeds || out.Outcome == nil || out.Outcome.VolumeML != 300 {
			t.Errorf("%+v", out)
		}
		if again := f.end(first.ID, api.VisitEnd{Version: good.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 300}, ""); again.Version != out.Version {
			t.Errorf("an end asked for again is another: %+v", again)
		}
		if row := f.call(api.ReceptionCall{}, ""); row.ID != second.ID {
			t.Errorf("then %s is called", row.Ticket)
		}
		if rows := f.list().Rows; len(rows) != 2 || rows[0].State != reception.Proceeds || rows[1].State != reception.Called || rows[0].ChangedBy != "测试员" {
			t.Errorf("%+v", rows)
		}
		var room api.CalledNumbers
		b.want("the waiting room", http.MethodGet, "/sites/site-1/called", "", nil, &room, "")
		if len(room.Numbers) != 2 || room.Numbers[0].Ticket != second.Ticket || room.Numbers[0].Counter != "2" || room.Waiting != 0 {
			t.Errorf("%+v", room)
		}
		for _, action := range []string{"reception.call", "reception.interview", "reception.proceeds", "visit.read"} {
			b.wantEntry(f.member.ID, "reception", action, first.ID, "site-1")
		}
		for _, e := range b.entries() {
			if e.Action == "reception.proceeds" && (!strings.Contains(e.Before, `"interviewed"`) || !strings.Contains(e.After, `"volume_ml":300`)) {
				t.Errorf("%s → %s", e.Before, e.After)
			}
		}
	})
}

// Desks that call in the same moment call different people, and everybody once.
func TestTwoDesksNeverCallTheSame(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		f := newFront(b)
		const people, desks = 12, 4
		for n := range people {
			f.comes(fmt.Sprintf("%03d", 902+2*n), n+1)
		}
		var mu sync.Mutex
		called := map[string]int{}
		var wait sync.WaitGroup
		for desk := range desks {
			wait.Go(func() {
				for n := range people {
					body := fmt.Sprintf(`{"call_id":"desk-%d-call-%d","counter":"%d"}`, desk, n, desk)
					for range 2 { // each call is asked for twice, as after a lost answer
						request := httptest.NewRequest(http.MethodPost, "/sites/site-1/calls", strings.NewReader(body))
						request.Header.Set("Content-Type", "application/json")
						request.Header.Set("Authorization", "Bearer "+f.bearer)
						answer := httptest.NewRecorder()
						b.handler.ServeHTTP(answer, request)
						var row api.ReceptionRow
						if err := json.Unmarshal(answer.Body.Bytes(), &row); err != nil {
							t.Error(err)
						}
						mu.Lock()
						if answer.Code == http.StatusOK {
							called[row.ID]++
						} else if answer.Code != http.StatusConflict {
							t.Errorf("%d %s", answer.Code, answer.Body)
						}
						mu.Unlock()
					}
				}
			})
		}
		wait.Wait()
		if len(called) != people {
			t.Errorf("%d of %d people were called", len(called), people)
		}
		for id, times := range called {
			if times != 2 {
				t.Errorf("%s was called %d times", id, times)
			}
		}
		var room api.CalledNumbers
		b.want("the waiting room", http.MethodGet, "/sites/site-1/called", "", nil, &room, "")
		if room.Numbers[0].Call != people {
			t.Errorf("the last call is number %d", room.Numbers[0].Call)
		}
	})
}

// A deferral made at a desk is on the list of every kiosk with the same commit, on the
// donor's paper by its date, and gone when it is taken back.
func TestADeferralReachesTheKiosks(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		f := newFront(b)
		v := f.comes("902", 1)
		row := f.call(api.ReceptionCall{}, "")
		_, cursor := f.kiosk.pull("")
		until := f.Today().AddDays(30)
		f.end(v.ID, api.VisitEnd{Version: row.Version, State: reception.Deferred, RuleID: "no-such-rule", Until: until}, "reception.rule_unknown")
		f.end(v.ID, api.VisitEnd{Version: row.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Until: f.Today()}, "reception.until")
		f.end(v.ID, api.VisitEnd{Version: row.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Permanent: true}, "reception.until")
		out := f.end(v.ID, api.VisitEnd{Version: row.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Until: until}, "")
		if out.Outcome == nil || !out.Outcome.HasSlip || out.Outcome.Until != until || len(out.Allowed) != 0 {
			t.Fatalf("%+v", out)
		}
		changes, cursor := f.kiosk.pull(cursor)
		var entry screening.Entry
		if err := json.Unmarshal(dataOf(changes, "gate"), &entry); err != nil || entry.Key != v.DonorKey || len(entry.Holds) == 0 || entry.Holds[0].Until != until {
			t.Fatalf("the kiosks hear %+v, %v", entry, err)
		}
		if entry.Holds[0].RuleID != policy.NeutralRule {
			t.Errorf("the list says why: %s", entry.Holds[0].RuleID)
		}
		for _, language := range []string{"zh-CN", "en"} {
			request := httptest.NewRequest(http.MethodGet, "/visits/"+v.ID+"/slip?layout=a5&language="+language, nil)
			request.Header.Set("Authorization", "Bearer "+f.bearer)
			answer := httptest.NewRecorder()
			b.handler.ServeHTTP(answer, request)
			if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), "%PDF-") {
				t.Errorf("the slip: %d %.80s", answer.Code, answer.Body)
			}
		}
		f.want("undo without a reason", http.MethodPost, "/visits/"+v.ID+"/undo", f.bearer, api.ReceptionUndo{Version: out.Version, Reason: " "}, nil, "reception.reason_missing")
		f.want("undo", http.MethodPost, "/visits/"+v.ID+"/undo", f.bearer, api.ReceptionUndo{Version: out.Version, Reason: "wrong person"}, &out, "")
		if out.State != reception.Called || len(out.Undone) != 1 || len(out.Allowed) == 0 {
			t.Errorf("%+v", out)
		}
		changes, _ = f.kiosk.pull(cursor)
		if of(changes, "gate") != "-"+v.DonorKey {
			t.Errorf("the kiosks are not told that it is gone: %s", of(changes, "gate"))
		}
		b.wantEntry(f.member.ID, "reception", "reception.deferred", v.ID, "site-1")
		b.wantEntry(f.member.ID, "reception", "reception.undo", v.ID, "site-1")
	})
}

// Somebody who cannot use a kiosk is checked in by hand: the gate is the same, answers
// and consent are on paper, and nobody is checked in twice.
func TestRegisteringByHand(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		f := newFront(b)
		person := donorOf("902")
		in := api.Registration{Kind: person.Document.Kind, Number: person.Document.Number, Name: person.Name, Product: donation.WholeBlood, VolumeML: 200, Language: "zh-CN"}
		var row api.ReceptionRow
		f.want("register", http.MethodPost, "/sites/site-1/registrations", f.bearer, in, &row, "")
		if row.Ticket != "001" || row.State != reception.Waiting {
			t.Fatalf("%+v", row)
		}
		f.want("twice", http.MethodPost, "/sites/site-1/registrations", f.bearer, in, nil, "visit.already_checked_in")
		wrong := in
		wrong.Number = "11010519491231002A"
		f.want("a wrong number", http.MethodPost, "/sites/site-1/registrations", f.bearer, wrong, nil, "identity.characters")
		passport := api.Registration{Kind: "passport", Country: "UTO", Number: "L898902C3", Name: "TEST PERSON", Product: donation.WholeBlood, VolumeML: 200, Language: "en"}
		f.want("without a birth date", http.MethodPost, "/sites/site-1/registrations", f.bearer, passport, nil, "identity.incomplete")
		passport.BirthDate, passport.Sex = calendar.MustParse("2010-01-01"), "female"
		var child api.ReceptionRow
		f.want("a child", http.MethodPost, "/sites/site-1/registrations", f.bearer, passport, &child, "")
		if child.State != reception.Deferred || child.Ticket != "" {
			t.Errorf("%+v", child)
		}
		called := f.call(api.ReceptionCall{}, "")
		open := f.interview(called.ID, func(*api.InterviewChange) {})
		if open.Source != visit.Typed || len(open.Questions) != 0 {
			t.Errorf("%+v", open)
		}
		f.end(called.ID, api.VisitEnd{Version: open.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 200}, "reception.unasked")
		open = f.interview(called.ID, func(in *api.InterviewChange) { in.OnPaper = true })
		f.end(called.ID, api.VisitEnd{Version: open.Version, State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 200}, "")
		b.wantEntry(f.member.ID, "reception", "reception.register", called.ID, "site-1")
	})
}

// Nothing a desk is told says what somebody chose about the use of their blood: two
// people who differ in nothing else look the same in every answer.
func TestReceptionNeverSeesASelfExclusion(t *testing.T) {
	b := newBench(t)
	f := newFront(b)
	v := f.comes("902", 1) // chose that it must not be used
	row := f.call(api.ReceptionCall{}, "")
	f.interview(v.ID, func(*api.InterviewChange) {})
	f.end(v.ID, api.VisitEnd{Version: row.Version + 1, State: reception.Deferred, RuleID: "hemoglobin-male", Until: f.Today().AddDays(3)}, "")
	for _, path := range []string{"/sites/site-1/reception", "/sites/site-1/called", "/visits/" + v.ID + "/reception", "/visits/" + v.ID, "/sites/site-1/visits?day=" + f.Today().String()} {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer "+f.bearer)
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, request)
		text := strings.ToLower(answer.Body.String())
		if answer.Code != http.StatusOK || strings.Contains(text, "discard") || strings.Contains(text, `"exclusion":"u`) {
			t.Errorf("%s answers %d and tells of a self-exclusion", path, answer.Code)
		}
	}
	for _, e := range b.entries() {
		if strings.Contains(strings.ToLower(e.Before+e.After), "discard") {
			t.Errorf("the audit log tells: %+v", e)
		}
	}
}

// Who waits for news of the list has it as soon as a kiosk has pushed: the push itself
// wakes them. Looking anew would take longer than the question is open.
func TestTheListIsLive(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.lookEvery = time.Hour
		f := newFront(b)
		seen := f.list().Seen
		came, heard := make(chan time.Time, 1), make(chan api.ReceptionList, 1)
		go func() {
			request := httptest.NewRequest(http.MethodGet, "/sites/site-1/reception?wait=20&seen="+seen, nil)
			request.Header.Set("Authorization", "Bearer "+f.bearer)
			answer := httptest.NewRecorder()
			b.handler.ServeHTTP(answer, request)
			var list api.ReceptionList
			if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil {
				t.Error(err)
			}
			heard <- list
		}()
		f.comes("902", 1)
		came <- time.Now()
		list := <-heard
		if len(list.Rows) != 1 || list.Seen == seen {
			t.Errorf("%+v", list)
		}
		t.Logf("the list came %s after the push was answered", time.Since(<-came).Round(time.Millisecond))
	})
}
