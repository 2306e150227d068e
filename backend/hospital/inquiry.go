package hospital

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Purpose is what a hospital asks for. It is recorded with every question.
type Purpose string

const (
	Admission Purpose = "admission" // to tell a patient what they may count on
	Treatment Purpose = "treatment" // while blood is used
	Discharge Purpose = "discharge" // to ask for less
)

// Purposes are all of them.
func Purposes() []Purpose { return []Purpose{Admission, Treatment, Discharge} }

// Valid tells whether p is one of Purposes.
func (p Purpose) Valid() bool { return slices.Contains(Purposes(), p) }

// ConsentForm is how somebody agreed.
type ConsentForm string

const (
	Written    ConsentForm = "written"
	Electronic ConsentForm = "electronic"
	Guardian   ConsentForm = "guardian" // somebody else signed for the patient
)

// Valid tells whether it is one of those above.
func (f ConsentForm) Valid() bool { return f == Written || f == Electronic || f == Guardian }

// Consent is that the patient, and every donor who is named, agreed to being asked about.
// The hospital keeps the paper.
type Consent struct {
	Form ConsentForm   `json:"form" enum:"written,electronic,guardian"`
	On   calendar.Date `json:"on" doc:"Day it was given"`
}

// Person is somebody by their document.
type Person struct {
	Kind   identity.Kind `json:"kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport"`
	Number string        `json:"number" minLength:"1" maxLength:"60" doc:"As printed; a passport with its country before it, UTO:L898902C3"`
}

// Giver is somebody else than the patient who gave blood.
type Giver struct {
	Person
	Relation relief.Relation `json:"relation" enum:"spouse,parent,child,grandparent,grandchild,sibling,spouse_parent,child_spouse" doc:"What the patient is to the donor"`
}

// Charge is one line of a hospital's bill. Money is in fen.
type Charge struct {
	ID           string           `json:"id" minLength:"1" maxLength:"40" doc:"Unique in the bill"`
	Component    relief.Component `json:"component" enum:"whole_blood,leukoreduced_blood,red_cells,washed_red_cells,manual_platelets,apheresis_platelets,frozen_plasma,cryoprecipitate,apheresis_leukocytes"`
	Fee          relief.Fee       `json:"fee" enum:"blood,nucleic_acid_tests,cross_matching,leukoreduction,irradiation,transfusion,other"`
	Quantity     string           `json:"quantity" pattern:"^[0-9]{1,4}(\\.[0-9]{1,2})?$" maxLength:"7" doc:"Of the component's unit: mL, U or doses"`
	On           calendar.Date    `json:"on" doc:"Day the blood was used"`
	AmountFen    int64            `json:"amount_fen" minimum:"0" maximum:"100000000"`
	InsuranceFen int64            `json:"insurance_fen,omitempty" minimum:"0" maximum:"100000000" doc:"What insurance paid of this line"`
}

// Inquiry is what a hospital asks, or what a case is about.
type Inquiry struct {
	Purpose      Purpose  `json:"purpose" enum:"admission,treatment,discharge"`
	Consent      Consent  `json:"consent"`
	Patient      Person   `json:"patient" doc:"Their own donations count by themselves"`
	Donors       []Giver  `json:"donors,omitempty" maxItems:"19" doc:"Relatives who gave"`
	Charges      []Charge `json:"charges,omitempty" maxItems:"500" doc:"The bill for blood. Without it a question is answered with what is left"`
	InsuranceFen int64    `json:"insurance_fen,omitempty" minimum:"0" maximum:"50000000000" doc:"What insurance paid of all charges together, beside what they say"`
}

// Bill is what the hospital charged. Fault "relief.bill" with the wrong places, which
// begin with at.
func Bill(at string, charges []Charge, insuranceFen int64) (relief.Bill, error) {
	b, f := relief.Bill{InsuranceFen: insuranceFen, IsNone: len(charges) == 0}, fault.New(fault.Invalid, "relief.bill")
	for i, c := range charges {
		quantity, err := relief.ParseQuantity(c.Quantity)
		if err != nil {
			f.At(fmt.Sprintf("%s[%d].quantity", at, i), "relief.quantity", "")
		}
		b.Lines = append(b.Lines, relief.Line{ID: c.ID, Component: c.Component, Fee: c.Fee, Quantity: quantity, On: c.On, AmountFen: c.AmountFen, InsuranceFen: c.InsuranceFen})
	}
	if len(f.Places) > 0 {
		return b, f
	}
	return b, nil
}

// asSent names the places of a bill as a hospital sent it: its lines are charges there.
func asSent(err error) error {
	f := fault.From(err)
	for i, p := range f.Places {
		f.Places[i].Location = "body." + strings.Replace(p.Location, "lines", "charges", 1)
	}
	return f
}

// named is somebody an inquiry is about.
type named struct {
	document identity.Document
	relation relief.Relation
}

// people reads the documents of an inquiry, the patient's first. Somebody who is named
// twice counts once. Fault "hospital.documents" with the wrong places.
func (q Inquiry) people(today calendar.Date) ([]named, error) {
	f := fault.New(fault.Invalid, "hospital.documents")
	var all []named
	seen := map[string]bool{}
	add := func(at string, p Person, relation relief.Relation) {
		document, err := identity.ParseOn(p.Kind, p.Number, today)
		if err != nil {
			f.At(at, fault.CodeOf(err), "")
			return
		}
		if !seen[document.Key()] {
			seen[document.Key()] = true
			all = append(all, named{document, relation})
		}
	}
	add("body.patient.number", q.Patient, relief.Self)
	for i, d := range q.Donors {
		add(fmt.Sprintf("body.donors[%d].number", i), d.Person, d.Relation)
	}
	if len(f.Places) > 0 {
		return nil, f
	}
	return all, nil
}

// check holds consent against the rules; fault "hospital.consent".
func (q Inquiry) check(today calendar.Date, h Handling) error {
	if q.Consent.On.IsZero() || q.Consent.On.After(today) || q.Consent.On.DaysUntil(today) > h.ConsentDays {
		return fault.New(fault.Invalid, "hospital.consent").With("days", h.ConsentDays).At("body.consent.on", "hospital.consent", "")
	}
	return nil
}

// digest tells whether two inquiries say the same, whatever for. It is kept sealed.
func (q Inquiry) digest() (string, error) {
	q.Purpose = ""
	text, err := json.Marshal(q)
	if err != nil {
		return "", fmt.Errorf("write an inquiry: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
