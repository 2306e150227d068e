package intake

import (
	"fmt"
	"strconv"
)

// Message is one record as a station's client sends it, a line of an NDJSON file
// or a row of a batch. Everything is text or a number as a column would hold it;
// Checker says what is wrong.
type Message struct {
	ID       string          `json:"id,omitempty" maxLength:"200" example:"MY-2026-000123" doc:"The station's own name of the record; sent again under the same name it is the same record"`
	Donor    DonorMessage    `json:"donor,omitzero"`
	Donation DonationMessage `json:"donation,omitzero"`
	Result   ResultMessage   `json:"result,omitzero" doc:"Absent until the laboratory has reported"`
}

// DonorMessage is who gave.
type DonorMessage struct {
	Document        DocumentMessage `json:"document,omitzero"`
	EarlierDocument DocumentMessage `json:"earlier_document,omitzero" doc:"A document the same person had before"`
	Name            string          `json:"name,omitempty" maxLength:"800"`
	LatinName       string          `json:"latin_name,omitempty" maxLength:"800"`
	Born            string          `json:"born,omitempty" maxLength:"80" example:"1990-02-28" doc:"Needed when the document number does not tell it"`
	Sex             string          `json:"sex,omitempty" maxLength:"80" example:"female"`
	Phone           string          `json:"phone,omitempty" maxLength:"80"`
}

// DocumentMessage is an identity document.
type DocumentMessage struct {
	Kind    string `json:"kind,omitempty" maxLength:"80" example:"resident_id" doc:"Absent: what the number looks like"`
	Number  string `json:"number,omitempty" maxLength:"80"`
	Country string `json:"country,omitempty" maxLength:"80" doc:"Passports only, ISO 3166-1 alpha-3"`
}

// DonationMessage is what was given.
type DonationMessage struct {
	DIN      string `json:"din,omitempty" maxLength:"80" example:"=G12341765432170" doc:"ISBT 128, with or without its check"`
	Product  string `json:"product,omitempty" maxLength:"80" example:"whole_blood"`
	VolumeML *int   `json:"volume_ml,omitempty" doc:"Whole blood: 200, 300 or 400 mL; apheresis: platelets and plasma together"`
	Units    *int   `json:"units,omitempty" doc:"Apheresis: 1 or 2"`
	On       string `json:"on,omitempty" maxLength:"80" example:"2026-11-20"`
	Site     string `json:"site,omitempty" maxLength:"200" doc:"A site of the station"`
	Reaction bool   `json:"reaction,omitempty" doc:"The donor had an adverse reaction"`
}

// ResultMessage is what the laboratory reported.
type ResultMessage struct {
	Verdict    string         `json:"verdict,omitempty" maxLength:"80" example:"qualified" doc:"qualified or not_qualified"`
	ABO        string         `json:"abo,omitempty" maxLength:"80"`
	RhD        string         `json:"rhd,omitempty" maxLength:"80"`
	ReportedOn string         `json:"reported_on,omitempty" maxLength:"80"`
	Markers    MarkersMessage `json:"markers,omitzero" doc:"Kept sealed; no operation gives them back"`
}

// MarkersMessage are the values behind a verdict.
type MarkersMessage struct {
	HIV      string   `json:"hiv,omitempty" maxLength:"80" doc:"nonreactive, reactive or undetermined"`
	HBV      string   `json:"hbv,omitempty" maxLength:"80"`
	HCV      string   `json:"hcv,omitempty" maxLength:"80"`
	Syphilis string   `json:"syphilis,omitempty" maxLength:"80"`
	ALT      *float64 `json:"alt,omitempty" doc:"U/L"`
}

// Row is the message as a row; where says where the message itself stands.
func (m Message) Row(number int, where string) Row {
	r := Row{Number: number, Where: func(f Field) string { return where + f.Path() }}
	for f, text := range map[Field]string{
		RecordID: m.ID, DocumentKind: m.Donor.Document.Kind, DocumentNumber: m.Donor.Document.Number, DocumentCountry: m.Donor.Document.Country,
		EarlierKind: m.Donor.EarlierDocument.Kind, EarlierNumber: m.Donor.EarlierDocument.Number, EarlierCountry: m.Donor.EarlierDocument.Country,
		Name: m.Donor.Name, LatinName: m.Donor.LatinName, Born: m.Donor.Born, Sex: m.Donor.Sex, Phone: m.Donor.Phone,
		DIN: m.Donation.DIN, Product: m.Donation.Product, Volume: whole(m.Donation.VolumeML), Units: whole(m.Donation.Units),
		GivenOn: m.Donation.On, Site: m.Donation.Site, Reaction: strconv.FormatBool(m.Donation.Reaction),
		Verdict: m.Result.Verdict, ABO: m.Result.ABO, RhD: m.Result.RhD, ReportedOn: m.Result.ReportedOn,
		HIV: m.Result.Markers.HIV, HBV: m.Result.Markers.HBV, HCV: m.Result.Markers.HCV, Syphilis: m.Result.Markers.Syphilis,
	} {
		r.Text[f] = text
	}
	if m.Result.Markers.ALT != nil {
		r.Text[ALT] = strconv.FormatFloat(*m.Result.Markers.ALT, 'f', -1, 64)
	}
	return r
}

func whole(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}
