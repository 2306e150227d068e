package center

import (
	"context"
	"encoding/json"

	"lianxin/backend/api"
	"lianxin/backend/correction"
	"lianxin/backend/counsel"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
	"lianxin/backend/reception"
	"lianxin/backend/result"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
	"lianxin/backend/visit"
)

var goodMeasurements = policy.Measurements{Values: map[policy.Quantity]float64{
	policy.Weight: 70, policy.Systolic: 120, policy.Diastolic: 80, policy.Pulse: 70, policy.Hemoglobin: 140}}

var visitExamples = map[string]asking{
	"get-site":            {ofAll, atSite(nil), ""},
	"list-called-numbers": {ofAll, atSite(nil), ""},
	"list-visits": {ofPlace, func(w *world, place string, by role) example {
		e := atSite(nil)(w, place, by)
		e.query = "day=" + w.Today().String()
		return e
	}, ""},
	"list-reception": {ofPlace, atSite(nil), ""},
	"call-number": {ofPlace, atSite(func(w *world, place string) any {
		return api.ReceptionCall{CallID: w.next("call", place), Counter: "2", VisitID: w.arrives(place).ID}
	}), ""},
	"register-visit": {ofPlace, atSite(func(w *world, _ string) any {
		p := w.somebody()
		return api.Registration{Kind: p.Document.Kind, Number: p.Document.Number, Name: p.Name, Product: donation.WholeBlood, VolumeML: 200, Language: lang.Chinese}
	}), ""},
	"get-visit": {ofPlace, func(w *world, place string, by role) example {
		if id := w.visits[real(place)]; id != "" {
			return example{path: map[string]string{"id": id}}
		}
		return ofVisit(false, nil)(w, place, by)
	}, ""},
	"open-reception-visit": {ofPlace, ofVisit(false, nil), ""},
	"judge-measurements": {ofPlace, ofVisit(false, func(api.ReceptionVisit) any {
		return api.Measured{Measurements: goodMeasurements, Product: donation.WholeBlood, VolumeML: 400}
	}), ""},
	"save-interview": {ofPlace, ofVisit(true, func(v api.ReceptionVisit) any {
		in := api.InterviewChange{Version: v.Version, Interview: reception.Interview{Measurements: goodMeasurements}}
		for _, q := range v.Questions {
			if q.MustAsk {
				in.Comments = append(in.Comments, reception.Comment{LinkID: q.LinkID, Text: "asked in person"})
			}
		}
		return in
	}), ""},
	"end-visit":      {ofPlace, ofVisit(true, func(v api.ReceptionVisit) any { return api.VisitEnd{Version: v.Version, State: reception.Left} }), ""},
	"undo-reception": {ofPlace, ofVisit(true, func(v api.ReceptionVisit) any { return api.ReceptionUndo{Version: v.Version, Reason: "wrong person"} }), ""},
	"read-slip": {ofPlace, func(w *world, place string, _ role) example {
		v := w.called(real(place))
		in := api.VisitEnd{Version: v.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Until: w.Today().AddDays(30)}
		if _, err := w.EndVisit(w.t.Context(), v.ID, in, w.desk()); err != nil {
			w.t.Fatal(err)
		}
		return example{path: map[string]string{"id": v.ID}, query: "layout=a5&language=en"}
	}, ""},
}

// atSite asks about a place by its name.
func atSite(body func(w *world, place string) any) func(*world, string, role) example {
	return func(w *world, place string, _ role) example {
		e := example{path: map[string]string{"id": real(place)}}
		if body != nil {
			e.body = body(w, real(place))
		}
		return e
	}
}

// ofVisit asks about somebody who has checked in, and was called where that has to be.
func ofVisit(isCalled bool, body func(api.ReceptionVisit) any) func(*world, string, role) example {
	return func(w *world, place string, _ role) example {
		var v api.ReceptionVisit
		if isCalled {
			v = w.called(real(place))
		} else {
			v.ID = w.arrives(real(place)).ID
		}
		e := example{path: map[string]string{"id": v.ID}}
		if body != nil {
			e.body = body(v)
		}
		return e
	}
}

// arrives checks somebody in at the kiosk of a place.
func (w *world) arrives(place string) visit.Visit {
	w.t.Helper()
	w.tickets[place]++
	return w.kiosks[place].arrives(w.somebody(), w.tickets[place]%900+1)
}

// arrives checks somebody in: every question left to staff but that one feels well.
func (k *kiosk) arrives(p identity.Person, number int) visit.Visit {
	k.t.Helper()
	v := k.visitOf(p, number, "")
	definition, err := k.packs.Questionnaire(k.Today())
	if err != nil {
		k.t.Fatal(err)
	}
	form := questionnaire.NewForm(definition)
	// What a kiosk fills in by itself, and one answer that stands out.
	for linkID, answer := range map[string]any{"donor-sex": questionnaire.CodeValue(string(v.Person.Sex)), "donor-product": questionnaire.CodeValue(string(v.Product)), "well-today": false} {
		if err := form.Answer(linkID, answer); err != nil {
			k.t.Fatal(err)
		}
	}
	for missing := form.Complete(); len(missing) > 0; missing = form.Complete() {
		if err := form.Skip(missing[0]); err != nil {
			k.t.Fatal(err)
		}
	}
	v.Screening.Questionnaire = definition.Canonical()
	if v.Screening.Answers, err = json.Marshal(form.Response(k.clock())); err != nil {
		k.t.Fatal(err)
	}
	k.tells(outbox.VisitCheckedIn, v)
	return v
}

// tells makes an operation and has it applied.
func (k *kiosk) tells(kind outbox.Kind, payload any) {
	k.t.Helper()
	if got := k.fates(k.made(kind, payload)); got != "applied" {
		k.t.Fatalf("%s: %s", kind, got)
	}
}

// desk is a reception without limits.
func (w *world) desk() api.Caller {
	return api.Caller{StaffID: w.member.ID, Role: string(staff.Reception)}
}

// called is somebody a desk has called.
func (w *world) called(place string) api.ReceptionVisit {
	w.t.Helper()
	v := w.arrives(place)
	_, err := w.CallNumber(w.t.Context(), place, api.ReceptionCall{CallID: w.next("call", place), Counter: "2", VisitID: v.ID}, w.desk())
	if err != nil {
		w.t.Fatal(err)
	}
	open, err := w.ReceptionVisit(w.t.Context(), v.ID, "", w.desk())
	if err != nil {
		w.t.Fatal(err)
	}
	return open
}

// careExamples are calls for staff, requests for a correction, and results told in confidence.
var careExamples = map[string]asking{
	"acknowledge-call": {ofPlace, ofCall, ""},
	"clear-call":       {ofPlace, ofCall, ""},
	"answer-correction": {ofPlace, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		k := w.kiosks[real(place)]
		r := correction.Request{ID: w.next("request", place), DonorKey: d.Key, DonationID: given.ID, Subject: correction.Amount, SiteID: k.site, DeviceID: k.id, At: w.clock()}
		k.tells(outbox.CorrectionAsked, r)
		return example{path: map[string]string{"id": r.ID}, body: map[string]string{"state": string(correction.Unchanged)}}
	}, ""},
	"get-counsel-case":      {ofPlace, ofCase(0, nil), ""},
	"assign-counsel-case":   {ofPlace, ofCase(0, map[string]string{}), ""},
	"escalate-counsel-case": {ofPlace, ofCase(0, nil), ""},
	"try-counsel-case":      {ofPlace, ofCase(1, api.CounselTry{Way: counsel.Phone, Outcome: counsel.NoAnswer}), ""},
	"give-up-counsel-case":  {ofPlace, ofCase(2, nil), ""},
}

func ofCall(w *world, place string, _ role) example {
	k := w.kiosks[real(place)]
	call := staffcall.Call{ID: w.next("raised", place), SiteID: k.site, DeviceID: k.id, RaisedAt: w.clock()}
	k.tells(outbox.StaffCallRaised, call)
	return example{path: map[string]string{"id": call.ID}}
}

// ofCase asks about a case that nobody has, that the caller has, or that the caller has
// tried in vain often enough.
func ofCase(stage int, body any) func(*world, string, role) example {
	return func(w *world, place string, by role) example {
		id := w.inConfidence(real(place))
		if by.staff == staff.Counsellor && by.sees(place) && stage > 0 {
			w.looksAfter(id, by, stage)
		}
		return example{path: map[string]string{"id": id}, body: body}
	}
}

// inConfidence puts somebody on the list of who is told of a result in confidence.
func (w *world) inConfidence(place string) string {
	d, given := w.tested(w.somebody(), place, result.Result{Markers: result.Markers{ALT: hiddenALT}})
	id := w.caseOf(given.ID)
	w.keep("in confidence", "case", place, "", id)
	w.keep("in confidence", "name", place, "", d.Person.Name)
	return id
}

func (b *bench) caseOf(donationID string) string {
	b.t.Helper()
	known, err := b.store.CasesOf(b.t.Context(), []string{donationID})
	if err != nil || len(known[donationID]) != 1 {
		b.t.Fatalf("%+v, %v", known, err)
	}
	return known[donationID][0].ID
}

func (w *world) looksAfter(id string, by role, stage int) {
	w.t.Helper()
	ctx, as := context.WithoutCancel(w.t.Context()), caller(by.member.ID)
	_, err := w.AssignCase(ctx, id, by.member.ID, as)
	if stage > 1 {
		for range counsel.BuiltIn().Limits.TriesBeforeGivingUp {
			if err == nil {
				_, err = w.TryCase(ctx, id, api.CounselTry{Way: counsel.Phone, Outcome: counsel.NoAnswer}, as)
			}
		}
		if err == nil {
			_, err = w.EscalateCase(ctx, id, as)
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// mergeExamples are pairs of donors of two places, who may be one person.
var mergeExamples = map[string]asking{
	"get-merge":    {ofCenter, ofPair(nil), ""},
	"decide-merge": {ofCenter, ofPair(map[string]string{"decision": "one_person", "seen": "open"}), ""},
	"undo-merge": {ofCenter, func(w *world, place string, by role) example {
		e := ofPair(map[string]string{"reason": "two people came"})(w, place, by)
		if err := w.merge(e.path["id"]); err != nil {
			w.t.Fatal(err)
		}
		return e
	}, ""},
}

func ofPair(body any) func(*world, string, role) example {
	return func(w *world, _ string, _ role) example {
		one, _ := w.giver(w.somebody(), here)
		other, _ := w.giver(w.somebody(), there)
		w.keep("pair", "name", here, "", one.Person.Name)
		w.keep("pair", "name", there, "", other.Person.Name)
		id := w.next("pair", here)
		w.suspects(id, one, other)
		return example{path: map[string]string{"id": id}, body: body}
	}
}
