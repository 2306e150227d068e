package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/correction"
	"lianxin/backend/counsel"
	"lianxin/backend/desk"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/printer"
	"lianxin/backend/reception"
	"lianxin/backend/relief"
)

// office is the desk of the lobby's day, where one after the other works.
type office struct {
	*lobby
	chosen
	desk *desk.Desk
	// identifying are values of people only an office has met.
	identifying []string
	cut         atomic.Bool // the line to the center
}

// RoundTrip implements http.RoundTripper.
func (o *office) RoundTrip(r *http.Request) (*http.Response, error) {
	if o.cut.Load() {
		return nil, errors.New("the line is down")
	}
	return o.overheard.RoundTrip(r)
}

func newOffice(l *lobby) *office {
	l.t.Helper()
	o := &office{lobby: l, chosen: chosen{l.t.TempDir(), l.t.TempDir(), l.t.TempDir()}}
	if _, err := l.center.AddDemoMembers(l.t.Context(), "terminal"); err != nil {
		l.t.Fatal(err)
	}
	o.desk = desk.Open(desk.Config{Center: l.url, Data: l.dir + "/desk", Version: "test", Demo: true, Log: l.logger(), Client: &http.Client{Transport: o},
		Scanner: o.scanner, Statements: o.statements, SaveAs: o.saveAs, Printer: printer.NewFolder(l.dir + "/desk-prints"), Paper: "a5"})
	l.t.Cleanup(o.closes)
	if err := os.MkdirAll(l.dir+"/desk", 0o700); err != nil {
		l.t.Fatal(err)
	}
	return o
}

func (o *office) closes() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := o.desk.Close(ctx); err != nil {
		o.t.Error(err)
	}
}

// asks calls the desk as its page does. What it refuses is kept with the other refusals.
func (o *office) asks(method, path string, in, out any) string {
	o.t.Helper()
	return o.call(o.watch(o.desk.Handler(), io.Discard), method, path, "", in, out)
}

// must is asks for what has to work.
func (o *office) must(method, path string, in, out any) {
	o.t.Helper()
	if code := o.asks(method, path, in, out); code != "" {
		o.t.Fatalf("%s %s: %s", method, path, code)
	}
}

// call asks a handler and returns the code of a refusal.
func (l *lobby) call(handler http.Handler, method, path, bearer string, in, out any) string {
	l.t.Helper()
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			l.t.Fatal(err)
		}
	}
	request := httptest.NewRequest(method, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	var problem api.Problem
	if answer.Code >= http.StatusBadRequest {
		out = &problem
	}
	if out != nil && answer.Body.Len() > 0 {
		if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
			l.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return problem.Code
}

// sits logs a made-up member of staff in.
func (o *office) sits(login string) {
	o.t.Helper()
	o.must("POST", "/desk/logout", nil, nil)
	o.must("POST", "/desk/demo-login", map[string]string{"login": login}, nil)
}

// said are texts of canary n that somebody types at a desk.
func (c canary) said(n int) map[string]string {
	return map[string]string{"account": fmt.Sprintf("62170077%011d", 41_000_000+n*7919), "note": fmt.Sprintf("补交鵙%d单", 7000+n), "comment": fmt.Sprintf("口述鸊%d药", 7000+n),
		"certificate": fmt.Sprintf("CERT-鹳-%d", 7000+n), "stay": fmt.Sprintf("ZY-77%07d", n*7919), "remark": fmt.Sprintf("家住鹨%d号", 7000+n)}
}

// day is what staff, a counsellor and a hospital do with canaries, of whom some have given and
// others were never here. It returns what was said of them.
func (o *office) day(b *bench, known []canary) (personal []string) {
	o.t.Helper()
	at := len(known) + 101 // the second of them is a man
	patient, walksIn, asks, second, third := newCanary(at), newCanary(at+1), newCanary(at+2), newCanary(at+3), newCanary(at+4)
	o.claims(known[0], patient, at)
	o.receives(walksIn, at+1)
	o.unknown(b, asks)
	o.tells()
	o.isAsked(known[1], at+2)
	o.pays(known[3], second, at+3)
	o.onPhone(known[1], third, at+4)
	o.administers(known[2])
	for i, c := range []canary{patient, walksIn, asks, second, third} {
		personal = append(personal, c.identifying()...)
		o.identifying = append(o.identifying, c.identifying()...)
		for _, text := range c.said(at + i) {
			personal = append(personal, text)
		}
	}
	return personal
}

// captures writes a claim of a canary down without a line, and sends it when the line is back.
func (o *office) captures(c, patient canary, n int) (view api.ClaimOpened) {
	o.t.Helper()
	said, id := c.said(n), fmt.Sprintf("canary-claim-%d", n)
	o.sits("demo.clerk")
	o.must("GET", "/desk/claims/words", nil, nil)
	o.cut.Store(true)
	var kept api.KeptClaimOpened
	o.must("PUT", "/desk/claims/"+id, api.KeptContent{District: "110101", Content: o.content(c, patient, said)}, &kept)
	o.scans(len(kept.Documents), c)
	o.must("POST", "/desk/claims/"+id+"/pages", api.PagesAdded{From: "scanner"}, &kept)
	if len(kept.Missing)+len(kept.Failed) > 0 || kept.Pages == 0 {
		o.t.Fatalf("the claim of a canary: missing %v, failed %v, %d pages", kept.Missing, kept.Failed, kept.Pages)
	}
	o.must("POST", "/desk/claims/"+id+"/send", map[string]bool{"submit": true}, &kept)
	if kept.State != "waiting" {
		o.t.Fatalf("without a line it is %s", kept.State)
	}
	o.keptSealed(c)
	o.cut.Store(false)
	o.must("POST", "/desk/claims/"+id+"/send", map[string]bool{"submit": true}, &kept)
	if o.must("GET", "/claims/"+id, nil, &view); view.Status != claim.Submitted || view.Content.Payee.Account != said["account"] {
		o.t.Fatalf("the claim of a canary is %s", view.Status)
	}
	o.must("POST", "/desk/claims/"+id+"/papers", api.DeskPaper{Kind: "acceptance", Language: "zh-CN"}, nil)
	return view
}

// claims has a reviewer send a claim of a canary back with a note.
func (o *office) claims(c, patient canary, n int) {
	o.t.Helper()
	view, said := o.captures(c, patient, n), c.said(n)
	id := view.ID
	o.sits("demo.reviewer")
	o.must("POST", "/claims/search", api.ClaimSearch{Text: c.person.Document.Number, Limit: 10}, nil)
	o.must("POST", "/claims/"+id+"/take", api.ClaimAct{Version: view.Version}, &view)
	o.asks("POST", "/claims/"+id+"/return", api.ClaimAct{Version: view.Version + 7, Note: said["note"]}, nil) // refused: it is another by now
	o.must("POST", "/claims/"+id+"/return", api.ClaimAct{Version: view.Version, Note: said["note"]}, &view)
}

// keptSealed looks at what lies at the desk while nothing of it was sent.
func (o *office) keptSealed(c canary) {
	o.t.Helper()
	if files := folder(o.t, o.dir+"/desk/kept", c.all()); files == 0 {
		o.t.Error("nothing lies at the desk")
	}
}

func (o *office) content(c, patient canary, said map[string]string) claim.Content {
	insurance, today := int64(1000), o.center.Today()
	party := func(c canary) claim.Party {
		return claim.Party{Name: c.person.Name, Kind: c.person.Document.Kind, Number: c.person.Document.Text(), Phone: c.phone}
	}
	strokes := signature() // a canary's own is a line on one spot
	return claim.Content{Channel: claim.OnSite, Relation: relief.Child, Donor: claim.Donor{Party: party(c), Certificate: said["certificate"]}, Patient: party(patient),
		Hospital:   claim.Hospital{Name: "测试医院", Admitted: today.AddDays(-20), Left: today.AddDays(-10)},
		Lines:      []claim.Line{{Invoice: "INV-" + said["account"], Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: today.AddDays(-15)}},
		Insurance:  &insurance,
		Payee:      claim.Payee{Kind: claim.BankAccount, Holder: c.person.Name, Account: said["account"], Bank: "测试银行"},
		Commitment: claim.Commitment{Way: claim.SignedHere, On: today, Strokes: strokes}, Remark: said["remark"]}
}

// receives registers a canary without a kiosk, writes down what came out in the interview,
// defers, prints the slip, and hands a gift out.
func (o *office) receives(c canary, n int) {
	o.t.Helper()
	o.sits("demo.reception")
	var row api.ReceptionRow
	o.must("POST", "/sites/"+testSite+"/registrations", api.Registration{Kind: c.person.Document.Kind, Number: c.person.Document.Number, Name: c.person.Name,
		Product: donation.WholeBlood, VolumeML: 200, Language: lang.Chinese}, &row)
	o.must("POST", "/sites/"+testSite+"/calls", api.ReceptionCall{CallID: "call-canary-1", Counter: "1", VisitID: row.ID}, nil)
	var open api.ReceptionVisit
	o.must("GET", "/visits/"+row.ID+"/reception", nil, &open)
	in := api.InterviewChange{Version: open.Version, Interview: reception.Interview{OnPaper: true, Comments: []reception.Comment{{Text: c.said(n)["comment"]}},
		Measurements: policy.Measurements{Values: map[policy.Quantity]float64{policy.Weight: 61, policy.Systolic: 120, policy.Diastolic: 80, policy.Pulse: 70, policy.Hemoglobin: 101}}}}
	o.must("PUT", "/visits/"+row.ID+"/interview", in, &open)
	if len(open.Interview.Comments) != 1 {
		o.t.Errorf("the comment went nowhere: %+v", open.Interview)
	}
	in.Version += 9
	o.asks("PUT", "/visits/"+row.ID+"/interview", in, nil) // refused
	end := api.VisitEnd{Version: open.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Until: o.center.Today().AddDays(30)}
	o.must("POST", "/visits/"+row.ID+"/outcome", end, nil)
	o.must("POST", "/desk/slip", api.DeskSlip{VisitID: row.ID, Language: lang.Chinese}, nil)
	o.must("POST", "/vouchers/hand-over", api.HandOver{Text: o.vouchers[0], SiteID: testSite}, nil)
	o.asks("POST", "/vouchers/hand-over", api.HandOver{Text: o.vouchers[0] + "?", SiteID: testSite}, nil) // refused
}

// unknown has somebody nobody has on file say at a kiosk that donations are missing, and
// reception answer.
func (o *office) unknown(b *bench, c canary) {
	o.t.Helper()
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "account"}, nil)
	if _, err := b.node.checkin.IdentifyCard(o.t.Context(), c.person); err != nil {
		o.t.Fatal(err)
	}
	b.node.checkin.Wait()
	b.must("POST", "/kiosk/session/corrections", map[string]any{"subject": correction.Missing, "about": o.center.Today().AddDays(-700)}, nil)
	b.must("DELETE", "/kiosk/session", nil, nil)
	b.until("the request has arrived", func(s api.KioskState) bool { return s.Pending == 0 })
	var all []api.Correction
	o.must("GET", "/corrections", nil, &all)
	if len(all) == 0 {
		o.t.Fatal("nobody asked for a correction")
	}
	o.must("POST", "/corrections/"+all[0].ID+"/answer", map[string]string{"state": string(correction.BringProof)}, nil)
}

// tells has a counsellor look after somebody who is to be told in confidence.
func (o *office) tells() {
	o.t.Helper()
	if err := o.center.Upkeep(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	o.sits("demo.counsellor")
	var list api.CounselList
	if o.must("GET", "/counsel-cases", nil, &list); len(list.Cases) == 0 {
		o.t.Fatal("nobody is to be told")
	}
	id := list.Cases[0].ID
	var opened api.CounselOpened
	o.must("POST", "/counsel-cases/"+id+"/assign", map[string]string{}, nil)
	if o.must("GET", "/counsel-cases/"+id, nil, &opened); opened.Name == "" {
		o.t.Errorf("the counsellor is not told whom to call")
	}
	o.must("POST", "/counsel-cases/"+id+"/tries", api.CounselTry{Way: counsel.Phone, Outcome: counsel.NoAnswer}, nil)
}
