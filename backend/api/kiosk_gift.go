package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/checkin"
	"lianxin/backend/gift"
)

// Gifts is the catalogue at a kiosk. It needs no line.
type Gifts interface {
	FindGifts(ctx context.Context, in GiftQuery) (GiftList, error)
	Gift(ctx context.Context, id string) (GiftDetail, error)
}

// GiftQuery says what somebody looks for.
type GiftQuery struct {
	Text       string `query:"text" maxLength:"200" doc:"Chinese, pinyin, initials or English"`
	Words      string `query:"words" enum:"zh-CN,en" doc:"The language in which words are offered for the text; without it, none"`
	Category   string `query:"category" maxLength:"80"`
	MaxPoints  int64  `query:"max_points" minimum:"0" doc:"0 for any"`
	Here       bool   `query:"here" doc:"In stock at this site, or a code"`
	Affordable bool   `query:"affordable" doc:"At most what the person in front of the kiosk may spend; without a person, all"`
	Offset     int    `query:"offset" minimum:"0" maximum:"100000"`
	Limit      int    `query:"limit" minimum:"1" maximum:"100" default:"24"`
}

// GiftList is a page of the catalogue.
type GiftList struct {
	gift.Found
	Place SiteName  `json:"place" doc:"This kiosk's site"`
	AsOf  time.Time `json:"as_of,omitzero" doc:"When the center last said everything"`
}

// GiftDetail is one gift with the places where it can be picked up.
type GiftDetail struct {
	Gift   gift.Card    `json:"gift"`
	Places []gift.Place `json:"places" doc:"This site first; none for codes"`
}

func kioskGifts(api huma.API, g Gifts) {
	huma.Register(api, operation("find-gifts", http.MethodGet, "/kiosk/gifts", "Search the catalogue of gifts", "kiosk", Local),
		handle(func(ctx context.Context, in *GiftQuery) (*bodyOf[GiftList], error) {
			out, err := g.FindGifts(ctx, *in)
			return &bodyOf[GiftList]{out}, err
		}))
	huma.Register(api, operation("get-gift", http.MethodGet, "/kiosk/gifts/{id}", "One gift and where it can be picked up", "kiosk", Local),
		handle(func(ctx context.Context, in *giftInput) (*bodyOf[GiftDetail], error) {
			out, err := g.Gift(ctx, in.ID)
			return &bodyOf[GiftDetail]{out}, err
		}))
}

type giftInput struct {
	ID string `path:"id" maxLength:"80"`
}

// Redeem is what the person in front of a kiosk does with their points. Every call
// answers the session as it stands afterwards; what asks the center goes on beside it.
type Redeem interface {
	OpenGifts(ctx context.Context) (checkin.Session, error)
	ChooseGift(ctx context.Context, in checkin.GiftChoice) (checkin.Session, error)
	ConfirmGift(ctx context.Context) (checkin.Session, error)
	RequestGift(ctx context.Context) (checkin.Session, error)
	ReleaseGift(ctx context.Context) (checkin.Session, error)
	CancelRedemption(ctx context.Context, id string) (checkin.Session, error)
	ShowVoucher(ctx context.Context, id string) (checkin.Session, error)
	PrintVoucher(ctx context.Context) (checkin.Session, error)
	CloseVoucher(ctx context.Context) (checkin.Session, error)
	SwitchSuggestions(ctx context.Context, on bool) (checkin.Session, error)
}

type switchInput struct {
	Body struct {
		On bool `json:"on"`
	}
}

// kioskRedeem registers what a person does with their points.
func kioskRedeem(api huma.API, r Redeem) {
	step := func(id, path, summary string, do func(ctx context.Context) (checkin.Session, error)) {
		huma.Register(api, operation(id, http.MethodPost, sessionPath+path, summary, "kiosk", Local),
			handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(do(ctx)) }))
	}
	step("open-gifts", "/gifts", "From what is theirs to the gifts", func(ctx context.Context) (checkin.Session, error) { return r.OpenGifts(ctx) })
	huma.Register(api, operation("choose-gift", http.MethodPost, sessionPath+"/gifts/choose", "Have a gift and its points set aside at the center", "kiosk", Local),
		handle(func(ctx context.Context, in *bodyOf[checkin.GiftChoice]) (*sessionOutput, error) {
			return session(r.ChooseGift(ctx, in.Body))
		}))
	step("confirm-gift", "/gifts/confirm", "Spend the points that are set aside", func(ctx context.Context) (checkin.Session, error) { return r.ConfirmGift(ctx) })
	step("request-gift", "/gifts/request", "Without a line: queue what is wanted, for the center to decide", func(ctx context.Context) (checkin.Session, error) { return r.RequestGift(ctx) })
	step("release-gift", "/gifts/release", "Not this one: give it back", func(ctx context.Context) (checkin.Session, error) { return r.ReleaseGift(ctx) })
	huma.Register(api, operation("switch-suggestions", http.MethodPost, sessionPath+"/suggestions", "Have gifts suggested, or not", "kiosk", Local),
		handle(func(ctx context.Context, in *switchInput) (*sessionOutput, error) {
			return session(r.SwitchSuggestions(ctx, in.Body.On))
		}))
	own := func(id, path, summary string, do func(ctx context.Context, id string) (checkin.Session, error)) {
		huma.Register(api, operation(id, http.MethodPost, sessionPath+"/redemptions/{id}"+path, summary, "kiosk", Local),
			handle(func(ctx context.Context, in *idInput) (*sessionOutput, error) { return session(do(ctx, in.ID)) }))
	}
	own("cancel-own-redemption", "/cancel", "Give a gift and its points back", func(ctx context.Context, id string) (checkin.Session, error) {
		return r.CancelRedemption(ctx, id)
	})
	own("show-own-voucher", "/show", "Show a voucher; a code that was shown cannot be cancelled", func(ctx context.Context, id string) (checkin.Session, error) {
		return r.ShowVoucher(ctx, id)
	})
	step("print-voucher", "/voucher/print", "Print the voucher that is shown", func(ctx context.Context) (checkin.Session, error) { return r.PrintVoucher(ctx) })
	step("close-voucher", "/voucher/close", "Put the voucher away", func(ctx context.Context) (checkin.Session, error) { return r.CloseVoucher(ctx) })
}
