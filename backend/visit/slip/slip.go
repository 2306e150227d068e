// Package slip words what papers say of a visit: for a kiosk, which prints them, and for
// the center, which makes them for a desk.
package slip

import (
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/receipt"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

// ProductWords are the names of the products on paper.
var ProductWords = map[donation.Product]lang.Text{
	donation.WholeBlood: {ZH: "全血", EN: "Whole blood"},
	donation.Apheresis:  {ZH: "单采血小板", EN: "Platelets (apheresis)"},
}

// KindWords are the names of the documents on paper.
var KindWords = map[identity.Kind]lang.Text{
	identity.ResidentID:          {ZH: "居民身份证", EN: "Resident ID card"},
	identity.HKMTResidencePermit: {ZH: "港澳台居民居住证", EN: "Residence permit (HK, Macao, Taiwan)"},
	identity.ForeignPR2017:       {ZH: "外国人永久居留身份证", EN: "Permanent resident card"},
	identity.ForeignPR2023:       {ZH: "外国人永久居留身份证", EN: "Permanent resident card"},
	identity.HKMacauTravelPermit: {ZH: "港澳居民来往内地通行证", EN: "Travel permit (HK, Macao)"},
	identity.TaiwanTravelPermit:  {ZH: "台湾居民来往大陆通行证", EN: "Travel permit (Taiwan)"},
	identity.Passport:            {ZH: "护照", EN: "Passport"},
}

// Donor is the person, masked. Characters no typeface has are replaced and
// named for staff: a receipt with one sign missing is better than none.
func Donor(v visit.Visit) receipt.Donor {
	mask := v.Person.Masked()
	name := receipt.Printable(mask.Name)
	if v.Person.DisplayName() == "" {
		name = "—"
	}
	return receipt.Donor{Name: name, Document: KindWords[mask.Kind], Number: mask.Number, Typed: v.Source != visit.Card, Missing: v.Unprintable}
}

// Amount is a volume or a number of units in words.
func Amount(volumeML, units int) lang.Text {
	if volumeML > 0 {
		return lang.Text{ZH: fmt.Sprintf("%d 毫升", volumeML), EN: fmt.Sprintf("%d mL", volumeML)}
	}
	return lang.Text{ZH: fmt.Sprintf("%d 个治疗单位", units), EN: fmt.Sprintf("%d unit(s)", units)}
}

// Deferral says why, until when, and what is possible instead.
func Deferral(v visit.Visit) *receipt.Deferral {
	slip := &receipt.Deferral{Donor: Donor(v)}
	for _, option := range v.Verdict.Options {
		slip.First = append(slip.First, receipt.FirstDate{Product: ProductWords[option.Product], From: option.EarliestOn})
	}
	for _, other := range v.Verdict.Alternatives(v.Product) {
		slip.Alternatives = append(slip.Alternatives, ProductWords[other])
	}
	for _, reason := range v.Verdict.For(v.Product).Reasons {
		slip.Reasons = append(slip.Reasons, receipt.Reason{Text: reason.Text, Clause: reason.Clause})
		if reason.Advice.IsComplete() {
			slip.Advice = append(slip.Advice, reason.Advice)
		}
	}
	return slip
}

// Frame is what all papers of a site have in common; at is by the center's clock.
func Frame(here site.Site, number string, at time.Time) receipt.Snapshot {
	station, _ := site.FindStation(here.Station)
	shown := at.In(calendar.Beijing)
	return receipt.Snapshot{Version: receipt.SnapshotVersion, Number: number, Language: lang.Chinese,
		Issuer: receipt.Issuer{Name: station.Name, Phone: here.Phone}, Site: here.Name, IssuedAt: shown, PrintedAt: shown,
		Footer: lang.Text{ZH: "感谢您的爱心", EN: "Thank you for your kindness"}}
}

// Unprintable names the characters of a text that no paper can show, as "U+XXXXX".
func Unprintable(text string) []string {
	var codes []string
	for _, r := range receipt.Unprintable(text) {
		codes = append(codes, fmt.Sprintf("%U", r))
	}
	return codes
}
