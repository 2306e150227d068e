package center

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
	"lianxin/backend/result"
)

// newHospital makes a hospital and a client of it.
func (b *bench) newHospital(id, district, address string) *kiosk {
	b.t.Helper()
	h := hospital.Hospital{ID: id, Name: lang.Text{ZH: "测试医院 " + id, EN: "Test hospital " + id}, District: district}
	if err := b.SaveHospital(b.t.Context(), h, "terminal"); err != nil {
		b.t.Fatal(err)
	}
	return b.newDevice(device.Hospital, id, address)
}

func personOf(p identity.Person) hospital.Person {
	return hospital.Person{Kind: p.Document.Kind, Number: p.Document.Text()}
}

// inquiryOf asks for a patient who used so many millilitres at 1.10 yuan each.
func (b *bench) inquiryOf(patient identity.Person, ml string, fen int64) hospital.Inquiry {
	q := hospital.Inquiry{Purpose: hospital.Discharge, Consent: hospital.Consent{Form: hospital.Written, On: b.Today()}, Patient: personOf(patient)}
	if ml != "" {
		q.Charges = []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: ml, On: b.Today(), AmountFen: fen}}
	}
	return q
}

// A hospital asks, is told what there is and by which clause and nothing of where it comes
// from; for what and by which consent it asked is in the log.
func TestAHospitalAsksWhatThereIs(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("902"), result.Markers{HIV: result.Reactive})
		client := b.newHospital("hospital-1", "110105", testURL)
		bearer := client.bearer()
		ask := func(what string, q hospital.Inquiry, code string) (out hospital.Coverage) {
			t.Helper()
			b.want(what, http.MethodPost, "/hospital/questions", bearer, q, &out, code)
			return out
		}
		q := b.inquiryOf(d.Person, "", 0)
		q.Purpose = hospital.Admission
		// 400 and 200 mL, five times.
		if out := ask("at admission", q, ""); out.LeftML != 3000 || out.CoveredML != 0 || len(out.Clauses) == 0 || out.Rules == "" {
			t.Errorf("%+v", out)
		}
		out := ask("at discharge", b.inquiryOf(d.Person, "400", 44_000), "")
		if out.CoveredML != 400 || out.WaivedFen != 44_000 || out.PatientFen != 0 || out.LeftML != 2600 {
			t.Errorf("%+v", out)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{d.ID, d.Person.Document.Number, d.Person.Name, d.Phone, "G1234", "donation_id", "qualified\"", "draws", "source"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%q is told in %s", secret, text)
			}
		}
		wantSaid(t, b, "hospital.ask", d.ID, `{"purpose":"discharge","consent":"written","consent_on":"2026-11-23"}`)

		child := b.inquiryOf(donorOf("904"), "400", 44_000)
		if out := ask("nobody who gave", child, ""); out.CoveredML != 0 || out.Charges[0].Short != relief.NobodyGave {
			t.Errorf("%+v", out)
		}
		wantSaid(t, b, "hospital.ask_nobody", "hospital-1", `{"purpose":"discharge","consent":"written","consent_on":"2026-11-23"}`)
		child.Donors = []hospital.Giver{{Person: personOf(d.Person), Relation: relief.Child}}
		if out := ask("their child", child, ""); out.CoveredML != 400 {
			t.Errorf("%+v", out)
		}
		child.Consent.On = b.Today().AddDays(-91)
		ask("a consent of another year", child, "hospital.consent")
		child.Consent.On = b.Today().AddDays(1)
		ask("a consent of tomorrow", child, "hospital.consent")
		child.Consent.On = b.Today()
		child.Patient.Number = "110105194912310021"
		ask("a wrong check digit", child, "hospital.documents")
		kiosk := b.newKiosk("site-1", testURL)
		b.want("a kiosk", http.MethodPost, "/hospital/questions", kiosk.bearer(), q, nil, "token.scope")
		b.want("a hospital asks as a kiosk", http.MethodGet, "/sync/changes", bearer, nil, nil, "token.scope")
	})
}

// wantSaid tells whether the log holds an entry that says this.
func wantSaid(t *testing.T, b *bench, action, object, after string) {
	t.Helper()
	for _, e := range b.entries() {
		if e.Action == action && e.Object.ID == object && e.After == after && e.Role == atHospital && e.Where.Site == "hospital-1" {
			return
		}
	}
	t.Errorf("the log has no %s of %s that says %s", action, object, after)
}

// stays is a hospital at work with the cases of one patient.
type stays struct {
	*bench
	t      *testing.T
	bearer string
}

func (s stays) do(what, path string, in any, code string) (v hospital.View) {
	s.t.Helper()
	s.want(what, http.MethodPost, "/hospital/cases"+path, s.bearer, in, &v, code)
	return v
}

// A stay is set aside, confirmed, corrected within the window and taken back; whatever is
// told twice is done once.
func TestAStayOfAHospital(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("902"), result.Markers{})
		client, other := b.newHospital("hospital-1", "110105", testURL), b.newHospital("hospital-2", "110106", testURL)
		s := stays{b, t, client.bearer()}
		order := hospital.Order{Number: "ZY-2026-001", Inquiry: b.inquiryOf(d.Person, "1000", 110_000), Expect: &hospital.Expected{CoveredML: 1000, WaivedFen: 110_000}}
		made := s.do("reserve", "", order, "")
		if made.State != relief.Reserved || made.CoveredML != 1000 || made.WaivedFen != 110_000 || made.Reference != "H110105-2026-00001" || made.ReservedUntil.IsZero() {
			t.Errorf("%+v", made)
		}
		if again := s.do("reserve again", "", order, ""); again.ID != made.ID || again.Version != 1 {
			t.Errorf("told twice it is %+v", again)
		}
		different := order
		different.Inquiry = b.inquiryOf(d.Person, "200", 22_000)
		s.do("another bill under the number", "", different, "hospital.number_used")
		different.Number, different.Expect = "ZY-2026-002", nil
		s.do("something else was shown", "", hospital.Order{Number: "ZY-2026-003", Inquiry: different.Inquiry, Expect: &hospital.Expected{CoveredML: 1, WaivedFen: 1}}, "relief.changed")
		second := s.do("another stay", "", different, "")
		s.do("release it", "/"+second.ID+"/release", nil, "")
		if v := s.do("release it again", "/"+second.ID+"/release", nil, ""); v.State != relief.Released || v.Version != 2 {
			t.Errorf("%+v", v)
		}
		s.do("confirm what was released", "/"+second.ID+"/confirm", nil, "hospital.over")

		confirmed := s.do("confirm", "/"+made.ID+"/confirm", nil, "")
		if confirmed.State != relief.Confirmed || confirmed.Version != 2 || !confirmed.CorrectUntil.Equal(b.clock().UTC().AddDate(0, 0, 30)) {
			t.Errorf("%+v", confirmed)
		}
		if again := s.do("confirm again", "/"+made.ID+"/confirm", nil, ""); again.Version != 2 {
			t.Errorf("%+v", again)
		}
		s.do("release what is confirmed", "/"+made.ID+"/release", nil, "hospital.confirmed")
		instead := b.inquiryOf(d.Person, "600", 66_000)
		correction := hospital.Correction{Version: 2, Reason: hospital.WrongBill, Instead: &instead}
		wrong := hospital.Correction{Version: 2, Reason: hospital.WrongBill, Instead: &hospital.Inquiry{}}
		*wrong.Instead = instead
		wrong.Instead.Charges = slices.Clone(instead.Charges)
		wrong.Instead.Charges[0].On = b.Today().AddDays(2)
		problem := b.refused(http.MethodPost, "/hospital/cases/"+made.ID+"/correct", s.bearer, wrong)
		if len(problem.Errors) != 1 || problem.Errors[0].Location != "body.instead.charges[0].on" {
			t.Errorf("a charge of the day after tomorrow: %+v", problem)
		}
		corrected := s.do("correct", "/"+made.ID+"/correct", correction, "")
		if corrected.State != relief.Confirmed || corrected.CoveredML != 600 || corrected.Version != 3 {
			t.Errorf("%+v", corrected)
		}
		if again := s.do("correct again", "/"+made.ID+"/correct", correction, ""); again.Version != 3 {
			t.Errorf("%+v", again)
		}
		s.do("correct an old version", "/"+made.ID+"/correct", hospital.Correction{Version: 2, Reason: hospital.NotUsed}, "hospital.changed")
		if v := s.do("find by number", "/find", api.HospitalNumber{Number: order.Number}, ""); v.ID != made.ID || v.CoveredML != 600 {
			t.Errorf("%+v", v)
		}
		if v := s.do("the first order again", "", order, ""); v.Version != 3 {
			t.Errorf("%+v", v)
		}
		s.wantDay(600, 66_000, "reserve 0, confirm 110000, correct -44000, reserve 0, release 0")

		// To another hospital the case is not there.
		b.want("another hospital looks", http.MethodGet, "/hospital/cases/"+made.ID, other.bearer(), nil, nil, "hospital.case_not_found")
		b.want("another hospital confirms", http.MethodPost, "/hospital/cases/"+made.ID+"/confirm", other.bearer(), nil, nil, "hospital.case_not_found")
		b.want("another hospital finds", http.MethodPost, "/hospital/cases/find", other.bearer(), api.HospitalNumber{Number: order.Number}, nil, "hospital.case_not_found")

		b.pass(31 * 24 * time.Hour)
		s.bearer = client.bearer()
		s.do("too late", "/"+made.ID+"/correct", hospital.Correction{Version: 3, Reason: hospital.NotUsed}, "hospital.window_over")
		if r, err := b.ReliefReport(t.Context()); err != nil || r.Check != nil || r.Used != 600 || r.Reserved != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if strings.Contains(b.log.String(), "ZY-2026") || strings.Contains(b.log.String(), d.Person.Document.Number) {
			t.Error("the log names a number")
		}
	})
}

// wantDay holds what was done today against what the hospital knows, in every form.
func (s stays) wantDay(ml, fen int64, acts string) {
	s.t.Helper()
	var day hospital.Day
	query := "?day=" + calendar.Of(s.clock()).String()
	s.want("reconcile", http.MethodGet, "/hospital/days"+query, s.bearer, nil, &day, "")
	var done []string
	for _, l := range day.Lines {
		n, err := json.Marshal(l.GrewFen)
		if err != nil {
			s.t.Fatal(err)
		}
		done = append(done, string(l.Act)+" "+string(n))
	}
	if got := strings.Join(done, ", "); day.ConfirmedML != ml || day.ConfirmedFen != fen || got != acts {
		s.t.Errorf("%d mL, %d fen: %s", day.ConfirmedML, day.ConfirmedFen, got)
	}
	for format, want := range map[string]string{"ndjson": `"grew_fen":110000`, "csv": "\r\n"} {
		request := httptest.NewRequest(http.MethodGet, "/hospital/days/file"+query+"&format="+format, nil)
		request.Header.Set("Authorization", "Bearer "+s.bearer)
		answer := httptest.NewRecorder()
		s.handler.ServeHTTP(answer, request)
		lines := strings.Count(strings.TrimSpace(answer.Body.String()), "\n") + 1
		if answer.Code != http.StatusOK || format == "ndjson" && (lines != len(day.Lines) || !strings.Contains(answer.Body.String(), want)) || format == "csv" && lines != len(day.Lines)+1 {
			s.t.Errorf("%s: %d %s", format, answer.Code, answer.Body)
		}
	}
}

// What a hospital took is not there for a claim, and what lapses is there for the next.
func TestAHospitalAndAnOfficeShareOneBook(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("512"), result.Markers{}) // the donor of claim 5, whose child used red cells
		client := b.newHospital("hospital-1", "110105", testURL)
		o := newOffices(b, east)[0]
		s := stays{b, t, client.bearer()}
		child := b.inquiryOf(donorOf("514"), "600", 66_000)
		child.Donors = []hospital.Giver{{Person: personOf(d.Person), Relation: relief.Child}}
		held := s.do("reserve all of the family's", "", hospital.Order{Number: "ZY-1", Inquiry: child}, "")
		if held.CoveredML != 600 {
			t.Fatalf("%+v", held)
		}
		o.files("claim-1", "110105", "5")
		c := o.shows("claim-1")
		if c.Assessment.Totals.CoveredML != 0 {
			t.Errorf("a claim is shown %d mL", c.Assessment.Totals.CoveredML)
		}
		s.do("release", "/"+held.ID+"/release", nil, "")
		c = o.do("look again", http.MethodGet, "/claim-1", o.clerk, nil)
		if c.Assessment.Totals.CoveredML == 0 {
			t.Error("nothing is there for the claim")
		}
		o.do("submit", http.MethodPost, "/claim-1/submit", o.clerk, api.ClaimAct{Version: c.Version})
		left := 600 - c.Assessment.Totals.CoveredML
		if v := s.do("what is left", "", hospital.Order{Number: "ZY-2", Inquiry: child}, ""); v.CoveredML != left {
			t.Errorf("%d mL, want %d", v.CoveredML, left)
		}
		s.do("nothing is left", "", hospital.Order{Number: "ZY-3", Inquiry: child}, "relief.nothing_left")
		b.pass(61 * 24 * time.Hour)
		s.bearer = client.bearer()
		child.Consent.On = b.Today()
		if v := s.do("what lapsed is there", "", hospital.Order{Number: "ZY-4", Inquiry: child}, ""); v.CoveredML != left {
			t.Errorf("%+v", v)
		}
		if v := s.do("and is told as such", "/find", api.HospitalNumber{Number: "ZY-2"}, ""); v.State != relief.Lapsed {
			t.Errorf("%+v", v)
		}
	})
}

// Millilitres enough for the same blood twice are no reason to pay for it twice: what a
// hospital waived no office pays back, and what an office pays back no hospital waives.
func TestABillIsPaidOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		for _, digit := range []string{"3", "5"} {
			b.gave(donorOf(digit+"12"), result.Markers{})
		}
		client := b.newHospital("hospital-1", "110105", testURL)
		o := newOffices(b, everywhere)[0]
		s := stays{b, t, client.bearer()}
		stay := func(digit, number, quantity string) hospital.Order {
			content := claimContent(digit)
			q := b.inquiryOf(donorOf(digit+"14"), "", 0)
			q.Donors = []hospital.Giver{{Person: personOf(donorOf(digit + "12")), Relation: relief.Child}}
			q.Charges = []hospital.Charge{{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: quantity, On: content.Lines[0].On, AmountFen: 21_000}}
			return hospital.Order{Number: number, Inquiry: q}
		}
		// Waived first: the draft says so, and it is not submitted until the case is taken back.
		half := claimContent("5")
		half.Lines[0].Quantity, half.Lines[0].AmountFen = "1", 21_000
		waived := s.do("reserve", "", stay("5", "ZY-1", "1.0"), "")
		waived = s.do("confirm", "/"+waived.ID+"/confirm", nil, "")
		o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: "claim-1", District: "110105", Content: half})
		c := o.shows("claim-1")
		if waived.WaivedFen == 0 || len(c.Missing) != 1 || c.Missing[0].Location != "lines[0]" || c.Missing[0].Code != "claim.waived" || c.Assessment.Totals.CoveredML == 0 {
			t.Fatalf("%d waived, missing %+v, %d mL left", waived.WaivedFen, c.Missing, c.Assessment.Totals.CoveredML)
		}
		o.want("submit", http.MethodPost, "/claims/claim-1/submit", o.clerk, api.ClaimAct{Version: c.Version}, nil, "claim.incomplete")
		s.do("take back", "/"+waived.ID+"/correct", hospital.Correction{Version: waived.Version, Reason: hospital.NotUsed}, "")
		o.do("submit", http.MethodPost, "/claim-1/submit", o.clerk, api.ClaimAct{Version: c.Version})
		s.do("waive what is being paid back", "", stay("5", "ZY-2", "1.0"), "hospital.reimbursed")
		other := s.do("other blood", "", stay("5", "ZY-3", "0.5"), "")
		if other.WaivedFen == 0 {
			t.Errorf("%+v", other)
		}
		// Of that day, and another quantity: whoever reviews looks, and may approve.
		c = o.do("take", http.MethodPost, "/claim-1/take", o.reviewer, api.ClaimAct{Version: o.version("claim-1")})
		if w := c.Waived; len(w) != 1 || w[0].Same || w[0].Case != other.Reference || w[0].Charge.Quantity != "0.5" || len(c.Missing) != 0 || !slices.Contains(c.Steps, claim.Approve) {
			t.Errorf("%+v, missing %+v, %v", w, c.Missing, c.Steps)
		}
		if r, err := b.ReliefReport(t.Context()); err != nil || r.Check != nil {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// A hospital that confirms when its time is over may come after a claim, and one that names
// another donor waits for no claim. Each is found out by who comes second.
func TestWhoComesSecondIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.gave(donorOf("512"), result.Markers{})
		b.gave(donorOf("513"), result.Markers{})
		b.newHospital("hospital-1", "110105", testURL)
		his, content := hospital.Client{ID: "his", HospitalID: "hospital-1"}, claimContent("5")
		content.Lines[0].Quantity, content.Lines[0].AmountFen = "1", 21_000
		stay := func(number, donor string) hospital.Order {
			q := b.inquiryOf(donorOf("514"), "", 0)
			q.Donors = []hospital.Giver{{Person: personOf(donorOf(donor)), Relation: relief.Child}}
			q.Charges = []hospital.Charge{{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "1.0", On: content.Lines[0].On, AmountFen: 21_000}}
			return hospital.Order{Number: number, Inquiry: q}
		}
		held, err := b.direct().Reserve(t.Context(), stay("ZY-1", "512"), his)
		if err != nil {
			t.Fatal(err)
		}
		b.pass(61 * 24 * time.Hour)
		o := newOffices(b, everywhere)[0]
		o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: "claim-1", District: "110105", Content: content})
		c := o.shows("claim-1")
		// By the rules beneath the API: as it is when more than one look gives back have lapsed.
		if _, err := b.claims.Do(t.Context(), "claim-1", claim.Act{Step: claim.Submit, By: "clerk", Duty: claim.Capture, Version: c.Version}); err != nil {
			t.Fatalf("%v, missing %+v", err, c.Missing)
		}
		if _, err := b.direct().Confirm(t.Context(), held.ID, his); fault.CodeOf(err) != "hospital.reimbursed" {
			t.Errorf("confirmed late: %v", err)
		}
		if r, err := b.store.Reservation(t.Context(), held.Reservation); err != nil || r.State != relief.Reserved {
			t.Errorf("refused, and yet it is %s, %v", r.State, err)
		}

		blind := b.direct()
		blind.Claims = func(context.Context, claim.Content) ([]claim.Claim, error) { return nil, nil } // submitted in the same moment
		waived, err := blind.Reserve(t.Context(), stay("ZY-2", "513"), his)
		if err != nil {
			t.Fatal(err)
		}
		c = o.do("look", http.MethodGet, "/claim-1", o.reviewer, nil)
		if len(c.Missing) != 1 || c.Missing[0].Location != "lines[0]" || c.Missing[0].Code != "claim.waived" {
			t.Errorf("the reviewer is shown %+v", c.Missing)
		}
		c = o.do("take", http.MethodPost, "/claim-1/take", o.reviewer, api.ClaimAct{Version: c.Version})
		if w := c.Waived; len(w) != 1 || w[0].Line != 0 || !w[0].Same || w[0].Case != waived.Reference || w[0].Hospital.ZH == "" || w[0].WaivedFen != waived.WaivedFen || w[0].Charge.On != content.Lines[0].On {
			t.Errorf("which case it is: %+v", w)
		}
		if slices.Contains(c.Steps, claim.Approve) || !slices.Contains(c.Steps, claim.Return) || !slices.Contains(c.Steps, claim.Reject) {
			t.Errorf("with a waived line the reviewer is offered %v", c.Steps)
		}
		yes := api.ClaimAct{Version: c.Version, AmountFen: c.Assessment.Totals.PayableFen}
		o.want("approve", http.MethodPost, "/claims/claim-1/approve", o.reviewer, yes, nil, "claim.waived")
		if _, err := b.direct().Release(t.Context(), waived.ID, his); err != nil {
			t.Fatal(err)
		}
		if c = o.do("approve", http.MethodPost, "/claim-1/approve", o.reviewer, yes); c.Status != claim.Approved || len(c.Missing) != 0 || len(c.Waived) != 0 {
			t.Errorf("%s, missing %+v, waived %+v", c.Status, c.Missing, c.Waived)
		}
	})
}

// The list of hospitals says when each was heard last, not when it was let in.
func TestAHospitalWasHeard(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		client := b.newHospital("hospital-1", "110105", testURL)
		heard := func() time.Time {
			t.Helper()
			list, err := b.HospitalRegister(t.Context(), api.Caller{})
			if err != nil || len(list.Hospitals) != 1 || len(list.Hospitals[0].Keys) != 1 {
				t.Fatalf("%+v, %v", list, err)
			}
			return list.Hospitals[0].Keys[0].LastSeen
		}
		letIn := heard()
		b.pass(49 * time.Hour)
		bearer := client.bearer()
		for range 3 {
			b.want("ask", http.MethodPost, "/hospital/questions", bearer, b.inquiryOf(donorOf("904"), "", 0), nil, "")
		}
		if at := heard(); b.clock().Sub(at) > time.Second || at.After(b.clock()) || !at.After(letIn.Add(48*time.Hour)) {
			t.Errorf("heard at %s, now it is %s; let in at %s", at, b.clock(), letIn)
		}
	})
}

// Who is on file twice, with two documents, and was found to be one person, is nobody's
// relative by the other one: their family has no share in what they use themselves.
func TestNobodyIsTheirOwnRelative(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		one, other := b.twice()
		bearer := b.newHospital("hospital-1", "110105", testURL).bearer()
		left := func(what string, relatives ...hospital.Giver) int64 {
			t.Helper()
			q, out := b.inquiryOf(one.Person, "", 0), hospital.Coverage{}
			q.Donors = relatives
			b.want(what, http.MethodPost, "/hospital/questions", bearer, q, &out, "")
			return out.LeftML
		}
		if err := b.merge("pair"); err != nil {
			t.Fatal(err)
		}
		alone := left("alone")
		if both := left("and the other document", hospital.Giver{Person: personOf(other.Person), Relation: relief.Spouse}); alone == 0 || both != alone {
			t.Errorf("%d mL are left, and %d with their own other document", alone, both)
		}
		o, out := newOffices(b, east)[0], api.ReliefAnswer{}
		in := api.ReliefQuestion{Lines: []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: "5000", On: b.Today(), AmountFen: 550_000}}}
		for i, p := range []identity.Person{other.Person, one.Person} { // the relative first
			in.Donors = append(in.Donors, api.ReliefDonor{Kind: p.Document.Kind, Number: p.Document.Text(), Relation: []relief.Relation{relief.Spouse, relief.Self}[i]})
		}
		b.want("staff ask", http.MethodPost, "/relief/assessments", o.clerk, in, &out, "")
		if out.Assessment.Totals.CoveredML != alone || len(out.Donors) != 2 {
			t.Errorf("staff are told %d mL of %d documents", out.Assessment.Totals.CoveredML, len(out.Donors))
		}
	})
}
