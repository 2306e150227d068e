package receipt

import (
	"testing"

	"lianxin/backend/lang"
	"lianxin/backend/receipt/fonts"
)

// fullPage is a receipt of 25 lines of Chinese, a table of twelve rows and
// cells, a QR code and both weights: more than the pages we print.
func fullPage() Snapshot {
	s := checkInSnapshot(lang.Chinese)
	s.CheckIn.Donor.Typed = true
	for _, line := range []string{
		"请出示有效身份证件，工作人员会与您核对姓名和证件号码。", "体检室在二层东侧，乘电梯或走楼梯都可以到达。",
		"测量血压前请安静休息五分钟，不要说话。", "指尖采血只需要一小滴，用于检查血红蛋白。",
		"如果感到头晕、心慌或恶心，请立即告诉护士。", "采血过程大约持续八分钟，请放松手臂。",
	} {
		s.CheckIn.Next = append(s.CheckIn.Next, lang.Text{ZH: line})
	}
	return s
}

func BenchmarkReceiptWarm(b *testing.B) {
	s := fullPage()
	for b.Loop() {
		pdf, err := Render(s, Roll80)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(pdf))/1024, "KB")
	}
}

// BenchmarkReceiptCold reads every glyph anew, as the first page after the
// program has started does.
func BenchmarkReceiptCold(b *testing.B) {
	s := fullPage()
	for b.Loop() {
		if _, err := render(family(fonts.Open()), s, Roll80); err != nil {
			b.Fatal(err)
		}
	}
}
