package center

import (
	"encoding/json"
	"os"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// hospitalExamples are what hospitals ask, and what their relief comes to.
var hospitalExamples = map[string]asking{
	"ask-coverage": {ofNone, func(w *world, place string, _ role) example {
		return example{body: w.inquiryOf(w.patient(place), "100", 11_000)}
	}, ""},
	"reserve-relief": {ofNone, func(w *world, place string, _ role) example { return example{body: w.order(place)} }, ""},
	"find-hospital-case": {ofPlace, func(w *world, place string, _ role) example {
		number := "ZY-nobody"
		if place != nowhere {
			number = w.stay(place).Number
		}
		return example{body: api.HospitalNumber{Number: number}}
	}, ""},
	"get-hospital-case": stayIn(false, nil),
	"confirm-relief":    stayIn(false, nil),
	"release-relief":    stayIn(false, nil),
	"correct-relief":    stayIn(true, func(v hospital.View) any { return hospital.Correction{Version: v.Version, Reason: hospital.NotUsed} }),
	"read-hospital-day": {ofNone, func(w *world, _ string, _ role) example { return example{query: "day=" + w.Today().String()} }, ""},
	"read-hospital-day-file": {ofNone, func(w *world, _ string, _ role) example {
		return example{query: "format=csv&day=" + w.Today().String()}
	}, ""},
	"ask-coverage-fhir": {ofNone, func(w *world, place string, _ role) example { return example{body: w.fhir("eligibility", place)} }, ""},
	"submit-claim-fhir": {ofNone, func(w *world, place string, _ role) example { return example{body: w.fhir("preauthorization", place)} }, ""},

	"register-hospital": {ofNone, func(w *world, place string, _ role) example {
		return example{path: map[string]string{"id": strings.ToLower(w.next("hospital", place))}, body: api.HospitalChange{Name: lang.Text{ZH: "测试医院", EN: "Test hospital"}, District: districtOf[here]}}
	}, ""},
	"read-day-of-hospital":      dayOfHospital,
	"read-day-file-of-hospital": dayOfHospital,
	"list-settlements":          {ofNone, func(w *world, _ string, _ role) example { return example{query: "month=" + thisMonth(w)} }, ""},
	"lock-settlements":          {ofNone, func(*world, string, role) example { return example{body: api.SettlementLock{Month: "2026-10"}} }, ""},
	"read-settlement":           settlementIn,
	"read-settlement-workbook":  settlementIn,
	"read-settlement-paper":     settlementIn,
}

// An administrator looks after all hospitals, and sees no number that leads to a patient.
var dayOfHospital = asking{ofAll, func(w *world, place string, _ role) example {
	w.stay(place)
	return example{path: map[string]string{"id": "hospital-" + real(place)}, query: "day=" + w.Today().String()}
}, ""}

func thisMonth(w *world) string { return w.Today().String()[:len("2026-11")] }

var settlementIn = asking{ofPlace, func(w *world, place string, _ role) example {
	return example{path: map[string]string{"id": districtOf[real(place)] + "-" + thisMonth(w)}}
}, ""}

// patient is somebody in a hospital of a place who gave blood.
func (w *world) patient(place string) identity.Person {
	p := w.somebody()
	w.giver(p, place)
	return p
}

// order is another stay at a hospital of a place.
func (w *world) order(place string) hospital.Order {
	return hospital.Order{Number: w.next("ZY", place), Inquiry: w.inquiryOf(w.patient(place), "100", 11_000)}
}

// stay is one that is set aside for.
func (w *world) stay(place string) hospital.View {
	w.t.Helper()
	v, err := w.ReserveRelief(w.t.Context(), w.order(real(place)), api.Caller{DeviceID: w.wards[real(place)].id})
	if err != nil {
		w.t.Fatal(err)
	}
	w.keep("stay", "number", real(place), "", v.Number)
	w.keep("stay", "ID", real(place), "", v.ID)
	return v
}

func stayIn(isConfirmed bool, body func(hospital.View) any) asking {
	return asking{ofPlace, func(w *world, place string, _ role) example {
		v := w.stay(place)
		if isConfirmed {
			var err error
			if v, err = w.ConfirmRelief(w.t.Context(), v.ID, api.Caller{DeviceID: w.wards[real(place)].id}); err != nil {
				w.t.Fatal(err)
			}
		}
		e := example{path: map[string]string{"id": v.ID}}
		if body != nil {
			e.body = body(v)
		}
		return e
	}, ""}
}

// fhir is one of the examples of docs, of another patient.
func (w *world) fhir(name, place string) any {
	w.t.Helper()
	text, err := os.ReadFile("../hospital/fhir/testdata/" + name + ".json")
	if err != nil {
		w.t.Fatal(err)
	}
	of := strings.NewReplacer("110199199002280004", w.patient(place).Document.Number, "2026-11-23", w.Today().String(), "ZY-2026-0900", w.next("ZY", place))
	return json.RawMessage(of.Replace(string(text)))
}
