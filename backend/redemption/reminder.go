package redemption

import (
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// ReminderDue is how many days before its end the owner of a voucher is to be reminded of
// it on a day, one of marks; 0 for not now. It is the mark reached last: when no center ran
// for some days, or a message was not taken over, the owner is told late and once, not once
// for each mark that went by. A mark that was over when the voucher was made counts for nothing.
func (r Redemption) ReminderDue(marks []int, today calendar.Date) int {
	if r.PickUpUntil.IsZero() || r.StatusOn(today) != Confirmed {
		return 0
	}
	due := 0
	for _, days := range marks {
		on := r.PickUpUntil.AddDays(-days)
		if isReached := !today.Before(on) && on.After(calendar.Of(r.ConfirmedAt)); isReached && (due == 0 || days < due) {
			due = days
		}
	}
	if r.Reminded != 0 && r.Reminded <= due {
		return 0
	}
	return due
}

// Reminder is what the owner of a voucher is told before it ends. It says what for, for a person may
// have several, and not who they are: a phone shows it on a locked screen.
type Reminder struct {
	Gift  lang.Text
	Site  lang.Text // where it is picked up; not for codes
	Codes bool      // it carries a code, which any kiosk shows
	Until calendar.Date
	Lang  lang.Tag
}

// Text is the whole message in the language of the voucher.
func (r Reminder) Text() string {
	gift, site := r.Gift.In(r.Lang), r.Site.In(r.Lang)
	if r.Lang == lang.English {
		day := fmt.Sprintf("%d %s %d", r.Until.Day(), r.Until.Month(), r.Until.Year())
		if r.Codes {
			return fmt.Sprintf("[Lianxin] You have not used your code for “%s” yet. It is kept for you until %s: lay your document on any kiosk and look under My gifts. After that day your points come back.", gift, day)
		}
		return fmt.Sprintf("[Lianxin] Your gift “%s” waits for you until %s: %s. Please bring your document and the voucher; any kiosk shows it again under My gifts. After that day your points come back.", gift, day, site)
	}
	day := fmt.Sprintf("%d年%d月%d日", r.Until.Year(), r.Until.Month(), r.Until.Day())
	if r.Codes {
		return fmt.Sprintf("【连心】您兑换的“%s”还没有取码，为您保留到%s（含当天）。请到任一自助机刷证件，在“我换的礼品”中查看。过期后爱心点退还给您。", gift, day)
	}
	return fmt.Sprintf("【连心】您兑换的“%s”为您保留到%s（含当天），请带证件和兑换券到%s领取。兑换券可在任一自助机的“我换的礼品”中再次查看。过期后爱心点退还给您。", gift, day, site)
}
