package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/redemption"
)

// Redemptions are the center's: it alone spends points. All but vouchers at a desk is
// asked by a kiosk for whoever has just laid their card on its reader.
type Redemptions interface {
	// HoldGift sets a gift aside. Faults are those of redemption.Service.Hold, and
	// "lookup.too_many", "account.not_found".
	HoldGift(ctx context.Context, deviceID string, in redemption.HoldRequest) (redemption.State, error)
	ConfirmRedemption(ctx context.Context, deviceID string, in redemption.Of) (redemption.State, error)
	CancelRedemption(ctx context.Context, deviceID string, in redemption.Of) (redemption.State, error)
	// ShowVoucher returns what a voucher says. A code it shows is handed out by that.
	ShowVoucher(ctx context.Context, deviceID string, in redemption.Of) (redemption.Shown, error)
	// FindVoucher reads what was scanned or typed at a desk; what is of another site is not there.
	FindVoucher(ctx context.Context, text string, by Caller) (DeskVoucher, error)
	HandOver(ctx context.Context, in HandOver, by Caller) (DeskVoucher, error)
}

// DeskVoucher is a voucher as staff see it.
type DeskVoucher struct {
	RedemptionID string            `json:"redemption_id" format:"uuid"`
	Number       string            `json:"number"`
	Gift         lang.Text         `json:"gift"`
	Points       int64             `json:"points"`
	SiteID       string            `json:"site_id" doc:"Where it is handed over"`
	Name         string            `json:"name_masked"`
	Document     string            `json:"document_masked" doc:"Compare it with the card of who picks up"`
	Status       redemption.Status `json:"status" enum:"held,confirmed,picked_up,cancelled,lapsed,refused"`
	ConfirmedAt  time.Time         `json:"confirmed_at"`
	PickedUpAt   time.Time         `json:"picked_up_at,omitzero"`
	PickUpUntil  calendar.Date     `json:"pick_up_until,omitzero" doc:"Last day on which it is good; absent for always"`
}

// VoucherText is what was scanned or typed. It travels in a body, for addresses are logged.
type VoucherText struct {
	Text string `json:"text" minLength:"1" maxLength:"400" doc:"The QR code of a voucher, or its number"`
}

// HandOver says that the gift of a voucher was handed over.
type HandOver struct {
	Text   string `json:"text" minLength:"1" maxLength:"400" doc:"The QR code of the voucher, or its number"`
	SiteID string `json:"site_id" maxLength:"40" doc:"Where that was"`
}

func redemptions(api huma.API, r Redemptions) {
	device := func(id, path, summary string) huma.Operation {
		return operation(id, http.MethodPost, "/sync/redemptions"+path, summary, "sync", DeviceSync)
	}
	huma.Register(api, device("hold-gift", "/hold", "Set a gift and its points aside for somebody identified by card"),
		handle(func(ctx context.Context, in *bodyOf[redemption.HoldRequest]) (*bodyOf[redemption.State], error) {
			out, err := r.HoldGift(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[redemption.State]{out}, err
		}))
	huma.Register(api, device("confirm-redemption", "/confirm", "Spend the points that are held"),
		handle(func(ctx context.Context, in *bodyOf[redemption.Of]) (*bodyOf[redemption.State], error) {
			out, err := r.ConfirmRedemption(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[redemption.State]{out}, err
		}))
	huma.Register(api, device("cancel-redemption", "/cancel", "Give a gift and its points back"),
		handle(func(ctx context.Context, in *bodyOf[redemption.Of]) (*bodyOf[redemption.State], error) {
			out, err := r.CancelRedemption(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[redemption.State]{out}, err
		}))
	huma.Register(api, device("show-voucher", "/voucher", "What a voucher says; a code it shows cannot be cancelled any more"),
		handle(func(ctx context.Context, in *bodyOf[redemption.Of]) (*bodyOf[redemption.Shown], error) {
			out, err := r.ShowVoucher(ctx, callerOf(ctx).DeviceID, in.Body)
			return &bodyOf[redemption.Shown]{out}, err
		}))
	desk := func(id, path, summary string) huma.Operation {
		return operation(id, http.MethodPost, path, summary, "redemption", StaffVouchers)
	}
	huma.Register(api, desk("find-voucher", "/vouchers/find", "Look a voucher up by what was scanned or typed"),
		handle(func(ctx context.Context, in *bodyOf[VoucherText]) (*bodyOf[DeskVoucher], error) {
			out, err := r.FindVoucher(ctx, in.Body.Text, callerOf(ctx))
			return &bodyOf[DeskVoucher]{out}, err
		}))
	huma.Register(api, desk("hand-over-gift", "/vouchers/hand-over", "Note that a gift was handed over, once; a second time says when and where it was"),
		handle(func(ctx context.Context, in *bodyOf[HandOver]) (*bodyOf[DeskVoucher], error) {
			out, err := r.HandOver(ctx, in.Body, callerOf(ctx))
			return &bodyOf[DeskVoucher]{out}, err
		}))
}
