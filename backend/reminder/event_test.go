package reminder

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/boombuler/barcode/qr"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

func TestFileSaysTheDay(t *testing.T) {
	for _, product := range donation.Products() {
		for _, language := range []lang.Tag{lang.Chinese, lang.English} {
			text := Event{product, calendar.MustParse("2027-05-22")}.File(language, time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC))
			cal, err := ics.ParseCalendar(strings.NewReader(text))
			if err != nil || len(cal.Events()) != 1 {
				t.Fatalf("%v in %s", err, text)
			}
			event := cal.Events()[0]
			if day := event.GetProperty(ics.ComponentPropertyDtStart); day.Value != "20270522" || event.GetProperty(ics.ComponentPropertySummary).Value == "" {
				t.Errorf("%s", text)
			}
			// RFC 5545 §3.1: lines of 75 bytes at the most, and no character is torn.
			for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
				if len(line) > 75 || !utf8.ValidString(line) {
					t.Errorf("line %q", line)
				}
			}
			code, err := qr.Encode(text, qr.M, qr.Unicode)
			if err != nil {
				t.Fatal(err)
			}
			// Version 14 has 73 modules a side: at 18 rem on the glass one is over five
			// pixels wide, which phones read from an arm's length.
			if side := code.Bounds().Dx(); side > 73 {
				t.Errorf("%d modules a side, %d bytes", side, len(text))
			}
		}
	}
}
