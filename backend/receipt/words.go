package receipt

import (
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// The fixed words of the pages, version 1.
var (
	wordCheckIn     = lang.Text{ZH: "签到凭条", EN: "Check-in receipt"}
	wordDeferral    = lang.Text{ZH: "暂缓献血告知", EN: "Notice of deferral"}
	wordResult      = lang.Text{ZH: "检测结果单", EN: "Test result"}
	wordCertificate = lang.Text{ZH: "献血证明", EN: "Donation certificate"}
	wordTest        = lang.Text{ZH: "打印机测试页", EN: "Printer test page"}

	wordQueue    = lang.Text{ZH: "排队号", EN: "Queue number"}
	wordGoTo     = lang.Text{ZH: "现在请前往", EN: "Please go to"}
	wordNext     = lang.Text{ZH: "接下来", EN: "What happens next"}
	wordName     = lang.Text{ZH: "姓名", EN: "Name"}
	wordDocument = lang.Text{ZH: "证件", EN: "Document"}
	wordDonation = lang.Text{ZH: "献血类型", EN: "Donation"}
	wordArrival  = lang.Text{ZH: "到场方式", EN: "Arrival"}
	wordGivenOn  = lang.Text{ZH: "献血日期", EN: "Donated on"}
	wordDIN      = lang.Text{ZH: "献血码尾号", EN: "Donation no."}
	wordSite     = lang.Text{ZH: "献血点", EN: "Site"}
	wordTime     = lang.Text{ZH: "签到时间", EN: "Checked in"}
	wordIssued   = lang.Text{ZH: "告知时间", EN: "Issued"}
	wordBooked   = lang.Text{ZH: "已预约", EN: "Booked"}
	wordWalkIn   = lang.Text{ZH: "现场登记", EN: "Walk-in"}

	wordTyped = lang.Text{
		ZH: "工作人员：证件信息为手工输入，未经读卡，请核对证件原件。",
		EN: "Staff: document details were typed, not read from the card. Check the original.",
	}
	wordMissing = lang.Text{
		ZH: "工作人员：姓名中有打印机没有的字，请手写补上：",
		EN: "Staff: the name has a character this printer cannot print, write it by hand: ",
	}
	wordNotDiagnosis = lang.Text{
		ZH: "今天暂时不能献血。这不是疾病诊断，感谢您的到来。",
		EN: "You cannot donate today. This is not a diagnosis. Thank you for coming.",
	}
	wordTypeOfDonation = lang.Text{ZH: "献血类型", EN: "Type of donation"}
	wordFirstDate      = lang.Text{ZH: "最早可献日期", EN: "First possible date"}
	wordToday          = lang.Text{ZH: "今天可以", EN: "Possible today"}
	wordAskStaff       = lang.Text{ZH: "请咨询工作人员", EN: "Please ask staff"}
	wordReasons        = lang.Text{ZH: "原因与依据", EN: "Reasons and rules"}
	wordAlternatives   = lang.Text{ZH: "今天您还可以", EN: "What you can do today"}
	wordAdvice         = lang.Text{ZH: "建议", EN: "Advice"}
	wordContact        = lang.Text{ZH: "有疑问请拨打", EN: "Questions? Please call"}

	wordReceiptNumber = lang.Text{ZH: "编号", EN: "No."}
	wordPhone         = lang.Text{ZH: "电话", EN: "Phone"}
	wordPrinted       = lang.Text{ZH: "打印", EN: "Printed"}

	wordDevice   = lang.Text{ZH: "设备", EN: "Device"}
	wordPrinter  = lang.Text{ZH: "打印机", EN: "Printer"}
	wordPaper    = lang.Text{ZH: "版式", EN: "Layout"}
	wordWidth    = lang.Text{ZH: "两端的竖线应完整，相距", EN: "Both end marks must be whole and this far apart:"}
	wordSizes    = lang.Text{ZH: "字号", EN: "Type sizes"}
	wordSample   = lang.Text{ZH: "献血光荣 永葆健康 0123456789", EN: "Every drop counts 0123456789"}
	wordRare     = lang.Text{ZH: "生僻字", EN: "Rare characters"}
	wordBreaking = lang.Text{ZH: "换行", EN: "Line breaking"}
	wordLines    = lang.Text{ZH: "线条：每条都应连续清晰", EN: "Lines: each must be unbroken"}
	wordScan     = lang.Text{ZH: "二维码应能扫出", EN: "The code must scan"}
)

// rareSample shows names that printers and fonts fail at.
const rareSample = "王𬭎 䶮 𠮷 淏 喆 垚 镕 㛃 𫖯 𫍯 𪟝 𬎆 𨱏 𬬻 ☑ ☐"

// breakingSample has a break to avoid on nearly every line of narrow paper.
const breakingSample = "献血前请携带有效身份证件（居民身份证、港澳台居民居住证等），并保证充足睡眠；" +
	"如有疑问，请告诉工作人员：“我想再了解一下”。咨询电话 010-0000-0000，依据 GB 18467-2011《献血者健康检查要求》。"

var weekdays = [...]lang.Text{
	{ZH: "周日", EN: "Sun"}, {ZH: "周一", EN: "Mon"}, {ZH: "周二", EN: "Tue"}, {ZH: "周三", EN: "Wed"},
	{ZH: "周四", EN: "Thu"}, {ZH: "周五", EN: "Fri"}, {ZH: "周六", EN: "Sat"},
}

// dayText writes a date for people.
func dayText(d calendar.Date) lang.Text {
	w := weekdays[d.Weekday()]
	return lang.Text{
		ZH: fmt.Sprintf("%d年%d月%d日 %s", d.Year(), d.Month(), d.Day(), w.ZH),
		EN: fmt.Sprintf("%s %d %s %d", w.EN, d.Day(), d.Month().String()[:3], d.Year()),
	}
}

// momentText writes a date and time of Beijing for people.
func momentText(t time.Time) lang.Text {
	day, clock := dayText(calendar.Of(t)), t.In(calendar.Beijing).Format("15:04")
	return lang.Text{ZH: day.ZH + " " + clock, EN: day.EN + ", " + clock}
}

// reprintText marks a further copy.
func reprintText(n int) lang.Text {
	return lang.Text{ZH: fmt.Sprintf("补打·第 %d 次", n), EN: fmt.Sprintf("Reprint %d", n)}
}
