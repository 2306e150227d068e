package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/receipt"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

var beijing = calendar.Beijing

// productWords are the names of the products on paper.
var productWords = map[donation.Product]lang.Text{
	donation.WholeBlood: {ZH: "全血", EN: "Whole blood"},
	donation.Apheresis:  {ZH: "单采血小板", EN: "Platelets (apheresis)"},
}

// kindWords are the names of the documents on paper.
var kindWords = map[document.Kind]lang.Text{
	document.ResidentID:          {ZH: "居民身份证", EN: "Resident ID card"},
	document.HKMTResidencePermit: {ZH: "港澳台居民居住证", EN: "Residence permit (HK, Macao, Taiwan)"},
	document.ForeignPR2017:       {ZH: "外国人永久居留身份证", EN: "Permanent resident card"},
	document.ForeignPR2023:       {ZH: "外国人永久居留身份证", EN: "Permanent resident card"},
	document.HKMacauTravelPermit: {ZH: "港澳居民来往内地通行证", EN: "Travel permit (HK, Macao)"},
	document.TaiwanTravelPermit:  {ZH: "台湾居民来往大陆通行证", EN: "Travel permit (Taiwan)"},
	document.Passport:            {ZH: "护照", EN: "Passport"},
}

// frame is what all papers of this kiosk have in common.
func (n *Node) frame(ctx context.Context, number string, at time.Time) (receipt.Snapshot, error) { // at: the center's time
	here, err := n.store.Site(ctx, n.place().SiteID)
	if err != nil {
		return receipt.Snapshot{}, fmt.Errorf("site of the paper: %w", err)
	}
	station, _ := site.FindStation(here.Station)
	shown := at.In(beijing)
	return receipt.Snapshot{Version: receipt.SnapshotVersion, Number: number, Language: lang.Chinese,
		Issuer: receipt.Issuer{Name: station.Name, Phone: here.Phone}, Site: here.Name, IssuedAt: shown, PrintedAt: shown,
		Footer: lang.Text{ZH: "感谢您的爱心", EN: "Thank you for your kindness"}}, nil
}

// snapshot is everything the paper of a visit says.
func (n *Node) snapshot(ctx context.Context, v visit.Visit) (receipt.Snapshot, error) {
	s, err := n.frame(ctx, v.ID, v.At.Add(v.ClockOffset))
	if err != nil {
		return s, err
	}
	s.Language = v.Language
	if v.Outcome == visit.Deferred {
		s.Deferral = n.deferralSlip(v)
		return s, nil
	}
	s.CheckIn, err = n.checkInReceipt(ctx, v)
	return s, err
}

// donorOnPaper is the person, masked. Characters no typeface has are replaced and
// named for staff: a receipt with one sign missing is better than none.
func donorOnPaper(v visit.Visit) receipt.Donor {
	mask := v.Person.Masked()
	name := receipt.Printable(mask.Name)
	if v.Person.DisplayName() == "" {
		name = "—"
	}
	return receipt.Donor{Name: name, Document: kindWords[mask.Kind], Number: mask.Number, Typed: v.Source != visit.Card, Missing: v.Unprintable}
}

func (n *Node) checkInReceipt(ctx context.Context, v visit.Visit) (*receipt.CheckIn, error) {
	r := &receipt.CheckIn{Ticket: v.Ticket, Donor: donorOnPaper(v), Product: productWords[v.Product], Amount: amount(v.VolumeML, v.Units),
		Where: lang.Text{ZH: "请到候采区就座，留意叫号", EN: "Please wait in the seating area for your number"},
		Next: []lang.Text{
			{ZH: "工作人员叫号后核对证件", EN: "Staff call your number and check your document"},
			{ZH: "与工作人员核对问卷并做简单检测", EN: "A short interview and a quick test"},
			{ZH: "献血，休息 10–15 分钟", EN: "Donation, then 10–15 minutes of rest"},
		},
		Code: receipt.Code{Payload: n.paper.QR(v), Caption: lang.Text{ZH: "扫码把号码带在手机上", EN: "Scan to keep your number on your phone"}}}
	if v.AppointmentID == "" {
		return r, nil
	}
	booked, err := n.store.Appointment(ctx, v.AppointmentID)
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		return r, nil // removed meanwhile; the ticket stands
	}
	if err != nil {
		return nil, fmt.Errorf("booking of the receipt: %w", err)
	}
	r.Slot = booked.Start
	return r, nil
}

// amount is a volume or a number of units in words.
func amount(volumeML, units int) lang.Text {
	if volumeML > 0 {
		return lang.Text{ZH: fmt.Sprintf("%d 毫升", volumeML), EN: fmt.Sprintf("%d mL", volumeML)}
	}
	return lang.Text{ZH: fmt.Sprintf("%d 个治疗单位", units), EN: fmt.Sprintf("%d unit(s)", units)}
}

// deferralSlip says why, until when, and what is possible instead.
func (n *Node) deferralSlip(v visit.Visit) *receipt.Deferral {
	slip := &receipt.Deferral{Donor: donorOnPaper(v)}
	for _, option := range v.Verdict.Options {
		slip.First = append(slip.First, receipt.FirstDate{Product: productWords[option.Product], From: option.EarliestOn})
	}
	for _, other := range v.Verdict.Alternatives(v.Product) {
		slip.Alternatives = append(slip.Alternatives, productWords[other])
	}
	for _, reason := range v.Verdict.For(v.Product).Reasons {
		slip.Reasons = append(slip.Reasons, receipt.Reason{Text: reason.Text, Clause: reason.Clause})
		if reason.Advice.IsComplete() {
			slip.Advice = append(slip.Advice, reason.Advice)
		}
	}
	return slip
}

// firstDay is the first possible day in words.
func firstDay(o policy.Option) string {
	switch {
	case o.Allowed:
		return "今天可以"
	case o.EarliestOn.IsZero():
		return "请咨询工作人员"
	}
	return o.EarliestOn.String() + " 起"
}
