package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/receipt"
	"lianxin/backend/visit"
	"lianxin/backend/visit/slip"
)

var beijing = calendar.Beijing

// frame is what all papers of this kiosk have in common.
func (n *Node) frame(ctx context.Context, number string, at time.Time) (receipt.Snapshot, error) { // at: the center's time
	here, err := n.store.Site(ctx, n.place().SiteID)
	if err != nil {
		return receipt.Snapshot{}, fmt.Errorf("site of the paper: %w", err)
	}
	return slip.Frame(here, number, at), nil
}

// snapshot is everything the paper of a visit says.
func (n *Node) snapshot(ctx context.Context, v visit.Visit) (receipt.Snapshot, error) {
	s, err := n.frame(ctx, v.ID, v.At.Add(v.ClockOffset))
	if err != nil {
		return s, err
	}
	s.Language = v.Language
	if v.Outcome == visit.Deferred {
		s.Deferral = slip.Deferral(v)
		return s, nil
	}
	s.CheckIn, err = n.checkInReceipt(ctx, v)
	return s, err
}

func (n *Node) checkInReceipt(ctx context.Context, v visit.Visit) (*receipt.CheckIn, error) {
	r := &receipt.CheckIn{Ticket: v.Ticket, Donor: slip.Donor(v), Product: slip.ProductWords[v.Product], Amount: slip.Amount(v.VolumeML, v.Units),
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
