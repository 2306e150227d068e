package node

import (
	"context"
	"fmt"

	"lianxin/backend/checkin"
	"lianxin/backend/lang"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
	"lianxin/backend/redemption"
	"lianxin/backend/site"
	"lianxin/backend/visit/slip"
)

// printVoucher prints a voucher. Its page is made of what the center keeps and of
// nothing else: printed again, at any kiosk, it is the same.
func (p *paper) printVoucher(ctx context.Context, v redemption.Shown) checkin.Receipt {
	snapshot, err := p.node.voucherSnapshot(ctx, v)
	var outcome printer.Outcome
	if err == nil {
		outcome, err = p.send(ctx, "lx-voucher-"+v.RedemptionID, snapshot)
	}
	return p.came(ctx, "voucher", v.QR, outcome, err)
}

// voucherSnapshot is the page of a voucher. Its time is that of the confirmation: no
// copy differs from another.
func (n *Node) voucherSnapshot(ctx context.Context, v redemption.Shown) (receipt.Snapshot, error) {
	at := v.ConfirmedAt.In(beijing)
	s := receipt.Snapshot{Version: receipt.SnapshotVersion, Number: v.RedemptionID, Language: v.Language, IssuedAt: at, PrintedAt: at,
		Issuer: receipt.Issuer{Name: lang.Text{ZH: "连心献血服务", EN: "Lianxin blood donation services"}},
		Footer: lang.Text{ZH: "感谢您的爱心", EN: "Thank you for your kindness"}}
	var place lang.Text
	if v.SiteID != "" {
		there, err := n.store.Site(ctx, v.SiteID)
		if err != nil {
			return s, fmt.Errorf("site of the voucher: %w", err)
		}
		station, _ := site.FindStation(there.Station)
		s.Issuer, s.Site, place = receipt.Issuer{Name: station.Name, Phone: there.Phone}, there.Name, there.Name
	}
	s.Voucher = &receipt.Voucher{Gift: v.Gift, Points: v.Points, Number: v.Number, Secret: v.Secret, Place: place, ConfirmedAt: at, CancelUntil: v.CancelUntil, PickUpUntil: v.PickUpUntil,
		Donor: receipt.Donor{Name: receipt.Printable(v.Name), Document: slip.KindWords[v.DocumentKind], Number: v.Document},
		Code:  receipt.Code{Payload: v.QR, Caption: lang.Text{ZH: "领取时请出示此码", EN: "Show this code at pick-up"}}}
	if v.Secret != "" {
		s.Voucher.Code.Caption = lang.Text{ZH: "扫码得到兑换码", EN: "Scan to read the code"}
	}
	return s, nil
}
