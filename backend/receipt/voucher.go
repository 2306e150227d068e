package receipt

import (
	"strconv"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Voucher is the paper 兑换券 for a gift: what is handed over, where, and once. Or it
// carries the code somebody redeemed their points for, and nothing is handed over.
type Voucher struct {
	Gift        lang.Text     `json:"gift"`
	Points      int64         `json:"points"`
	Number      string        `json:"number,omitempty"` // for reading aloud; empty with a secret
	Secret      string        `json:"secret,omitempty"` // the code that was bought
	Place       lang.Text     `json:"place,omitzero"`   // where it is picked up
	Donor       Donor         `json:"donor"`
	ConfirmedAt time.Time     `json:"confirmed_at"`
	CancelUntil calendar.Date `json:"cancel_until,omitzero"`
	PickUpUntil calendar.Date `json:"pick_up_until,omitzero"` // its last day; zero for always
	Code        Code          `json:"code"`
}

var (
	wordVoucher     = lang.Text{ZH: "礼品兑换券", EN: "Gift voucher"}
	wordPoints      = lang.Text{ZH: "所用爱心点", EN: "Points used"}
	wordPickUpAt    = lang.Text{ZH: "领取地点", EN: "Pick up at"}
	wordRedeemed    = lang.Text{ZH: "兑换时间", EN: "Redeemed"}
	wordCancelUntil = lang.Text{ZH: "最晚取消", EN: "Cancel until"}
	wordPickUpUntil = lang.Text{ZH: "最晚领取", EN: "Pick up by"}
	wordNumber      = lang.Text{ZH: "券号", EN: "Voucher number"}
	wordSecret      = lang.Text{ZH: "兑换码", EN: "Code"}
	wordOnce        = lang.Text{
		ZH: "请带本券和本人证件领取，只能用一次。",
		EN: "Bring this voucher and your document. It is good for one pick-up.",
	}
	wordInTime = lang.Text{
		ZH: "请在最晚领取日之前（含当日）带本券和本人证件领取，只能用一次。过期作废，爱心点退回。",
		EN: "Bring this voucher and your document on or before the last day; it is good once. Afterwards it is void and your points come back.",
	}
	wordSecretCare = lang.Text{
		ZH: "请保管好兑换码，谁拿到都可以使用；已显示的兑换码不能取消。",
		EN: "Keep the code to yourself: whoever has it can use it, and it cannot be cancelled.",
	}
)

// voucher writes the gift first, then the number or code people are asked for, then
// what the desk compares.
func (c *composer) voucher(s Snapshot) error {
	v := *s.Voucher
	c.masthead(s, wordVoucher)
	c.space(0.5)
	c.both(c.lead(), toLeft, v.Gift)
	c.space(0.6)
	c.quietRule()
	c.space(0.6)
	if v.Secret != "" {
		c.pair(wordSecret, c.bold(), lang.Text{ZH: v.Secret})
	} else {
		c.pair(wordNumber, c.bold(), lang.Text{ZH: grouped(v.Number)})
		c.pair(wordPickUpAt, c.bold(), v.Place)
		if !v.PickUpUntil.IsZero() {
			c.pair(wordPickUpUntil, c.bold(), dayText(v.PickUpUntil))
		}
	}
	c.pair(wordPoints, c.body(), lang.Text{ZH: strconv.FormatInt(v.Points, 10)})
	c.donor(v.Donor)
	c.pair(wordRedeemed, c.body(), momentText(v.ConfirmedAt))
	if !v.CancelUntil.IsZero() {
		c.pair(wordCancelUntil, c.body(), dayText(v.CancelUntil))
	}
	c.space(0.5)
	care := wordOnce
	if !v.PickUpUntil.IsZero() {
		care = wordInTime
	}
	if v.Secret != "" {
		care = wordSecretCare
	}
	c.both(c.body(), toLeft, care)
	c.space(0.8)
	c.quietRule()
	c.space(1.1)
	return c.scan(v.Code)
}

// grouped writes a number in groups of five, as people read it out.
func grouped(number string) string {
	if len(number) != 10 {
		return number
	}
	return number[:5] + " " + number[5:]
}
