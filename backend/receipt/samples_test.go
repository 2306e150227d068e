package receipt

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// The people below do not exist; their numbers fail their check digits on purpose.

var issuer = Issuer{
	Name:  lang.Text{ZH: "北京市红十字血液中心", EN: "Beijing Red Cross Blood Center"},
	Phone: "010-0000-0000",
	Hours: lang.Text{ZH: "每日 8:00–20:00", EN: "daily 8:00–20:00"},
}

func donor() Donor {
	return Donor{
		Name:     "王*𬭎",
		Document: lang.Text{ZH: "居民身份证", EN: "Resident ID card"},
		Number:   "1101**********0021",
	}
}

func base(language lang.Tag) Snapshot {
	at := time.Date(2026, 11, 23, 9, 41, 7, 0, calendar.Beijing)
	return Snapshot{
		Version: SnapshotVersion, Number: "R-260923-0041", Language: language, Issuer: issuer,
		Site:     lang.Text{ZH: "西单图书大厦献血方舱", EN: "Xidan Book Building donation cabin"},
		IssuedAt: at, PrintedAt: at.Add(3 * time.Second),
		Footer: lang.Text{ZH: "感谢您用热血为他人点亮希望。", EN: "Thank you for giving someone hope."},
	}
}

func checkInSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.CheckIn = &CheckIn{
		Ticket:  "A023",
		Donor:   donor(),
		Product: lang.Text{ZH: "全血", EN: "Whole blood"},
		Amount:  lang.Text{ZH: "400 mL", EN: "400 mL"},
		Slot:    "09:30–10:00",
		Where:   lang.Text{ZH: "二层 3 号体检室", EN: "Room 3, second floor"},
		Next: []lang.Text{
			{ZH: "在等候区休息，屏幕叫到您的号码后，请到体检室。", EN: "Rest in the waiting area until your number is called, then go to the examination room."},
			{ZH: "医生会测量血压、做快速血液检测，并与您当面确认健康征询（约 10 分钟）。", EN: "A doctor measures your blood pressure, does a quick blood test and goes through the questionnaire with you (about 10 minutes)."},
			{ZH: "献血后请在休息区停留至少 15 分钟，喝水、吃点心。", EN: "After donating please rest for at least 15 minutes; have water and a snack."},
		},
		Code: Code{
			Payload: "https://example.invalid/r/8Q2F7K3M",
			Caption: lang.Text{ZH: "扫码在手机上查看本凭条和排队进度。3 天后可查询检测结果。", EN: "Scan to follow the queue on your phone. Results are available after 3 days."},
		},
	}
	return s
}

func deferralSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Deferral = &Deferral{
		Donor: donor(),
		First: []FirstDate{
			{Product: lang.Text{ZH: "全血", EN: "Whole blood"}, From: calendar.MustParse("2027-02-28")},
			{Product: lang.Text{ZH: "机采血小板", EN: "Apheresis platelets"}, From: calendar.MustParse("2026-11-30")},
			{Product: lang.Text{ZH: "机采血浆", EN: "Apheresis plasma"}},
		},
		Reasons: []Reason{
			{
				Text:   lang.Text{ZH: "您上次献全血是 2026年8月28日，两次全血献血之间应不少于 6 个月。", EN: "You last gave whole blood on 28 Aug 2026; six months must pass between two whole blood donations."},
				Clause: "GB 18467-2011 §4.4",
			},
			{
				Text:   lang.Text{ZH: "一周内有感冒症状，症状消失满 1 周后可以献血。", EN: "Cold symptoms within the past week; you may donate one week after they are gone."},
				Clause: "GB 18467-2011 §5.2 h)",
			},
		},
		Alternatives: []lang.Text{
			{ZH: "预约 2026年11月30日 之后的机采血小板。", EN: "Book a platelet donation from 30 Nov 2026."},
			{ZH: "加入稀有血型志愿者名册，或成为献血志愿服务者。", EN: "Join the rare blood register or become a volunteer."},
		},
		Advice: []lang.Text{
			{ZH: "多休息，多喝水；再次献血前一晚请保证充足睡眠，早餐清淡，不要空腹。", EN: "Rest and drink water; sleep well before your next donation and have a light breakfast."},
		},
	}
	return s
}

func testPageSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Test = &PrinterTest{Device: "自助机 K-07", Printer: "THERMAL-80 (USB)", Code: Code{
		Payload: "LIANXIN PRINTER TEST", Caption: lang.Text{ZH: "内容：LIANXIN PRINTER TEST", EN: "It says: LIANXIN PRINTER TEST"},
	}}
	return s
}

func voucherSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Voucher = &Voucher{
		Gift: lang.Text{ZH: "保温杯 500 毫升", EN: "Thermos mug 500 mL"}, Points: 100, Number: "7ZQK2M9D4R", Place: s.Site, Donor: donor(),
		ConfirmedAt: s.IssuedAt, CancelUntil: calendar.MustParse("2026-12-07"), PickUpUntil: calendar.MustParse("2027-02-21"),
		Code: Code{Payload: "LX1.V.7ZQK2M9D4RABCDEFGHJKMNPQRS.7K", Caption: lang.Text{ZH: "领取时请出示此码", EN: "Show this code at pick-up"}},
	}
	return s
}

// codeSnapshot is a voucher that carries a bought code.
func codeSnapshot(language lang.Tag) Snapshot {
	s := voucherSnapshot(language)
	s.Site = lang.Text{}
	s.Voucher = &Voucher{
		Gift: lang.Text{ZH: "电影票通兑券", EN: "Film ticket"}, Points: 80, Secret: "DEMO-0012-3456-7890", Donor: donor(), ConfirmedAt: s.IssuedAt,
		Code: Code{Payload: "DEMO-0012-3456-7890", Caption: lang.Text{ZH: "扫码得到兑换码", EN: "Scan to read the code"}},
	}
	return s
}

func donationSample() Donation {
	return Donation{Donor: donor(), On: calendar.New(2026, 10, 19), Product: lang.Text{ZH: "全血", EN: "Whole blood"}, Amount: lang.Text{ZH: "400 毫升", EN: "400 mL"},
		DINEnd: "4321", Written: "4F2A 91C0 7B3E D815 QRST VWXY", Code: Code{Payload: "https://center.example.invalid/verify#4F2A91C07B3ED815QRSTVWXY",
			Caption: lang.Text{ZH: "扫码核验真伪：网页只回答“真”或“不真”，不显示您的任何信息。", EN: "Scan to check: the page only says genuine or not, and shows nothing about you."}}}
}

func resultSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Result = &Result{Donation: donationSample(), Verdict: lang.Text{ZH: "请联系血液中心", EN: "Please contact the center"},
		Advice: lang.Text{ZH: "请拨打下面的电话，由专人为您说明。这不是疾病诊断。", EN: "Please call the number below; somebody will explain. This is not a diagnosis."}}
	return s
}

func certificateSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Certificate = &Certificate{Donation: donationSample(), Statement: lang.Text{ZH: "兹证明下列人员在本血站完成无偿献血。",
		EN: "This is to certify that the person below has given blood without pay at this blood station."}}
	s.Certificate.Donor.Name = "王大𬭎"
	return s
}

func claimSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.Claim = &Claim{Kind: ClaimDecision, Verdict: lang.Text{ZH: "准予报销 410.00 元", EN: "Reimbursed: CNY 410.00"},
		Means: lang.Text{ZH: "款项将付至下面的账户，到账后可再打印支付凭证。", EN: "The money goes to the account below; a proof of payment can be printed once it is there."},
		Facts: []Fact{{Label: lang.Text{ZH: "申请编号", EN: "Claim"}, Value: lang.Text{ZH: "110105-2026-00001"}, Loud: true}, {Label: wordName, Value: lang.Text{ZH: "王大𬭎"}},
			{Label: lang.Text{ZH: "医院", EN: "Hospital"}, Value: lang.Text{ZH: "测试医院"}}},
		Lines: []ClaimLine{{What: lang.Text{ZH: "红细胞 2 单位，2026年11月3日", EN: "Red cells, 2 units, 3 Nov 2026"}, Paid: "410.00",
			Why: []lang.Text{{ZH: "账单 420.00 元，医保已付 10.00 元；用 2025年9月23日 的献血抵 400 mL。", EN: "Billed 420.00, insurance paid 10.00; 400 mL of the donation of 23 Sep 2025."}}}},
		Sums:  []Fact{{Label: lang.Text{ZH: "合计", EN: "Total"}, Value: lang.Text{ZH: "410.00 元"}, Loud: true}},
		Bases: []Reason{{Text: lang.Text{ZH: "亲属等量用血", EN: "Equal volume for relatives"}, Clause: "北京市人民政府令第214号 第十条"}},
		Can:   []lang.Text{{ZH: "对结果有异议，可在 60 日内申请复核。", EN: "If you disagree, ask for a review within 60 days."}}}
	s.Claim.Code, s.Claim.Written = donationSample().Code, donationSample().Written
	return s
}

func yearCardSnapshot(language lang.Tag) Snapshot {
	s := base(language)
	s.YearCard = &YearCard{Year: "2026", Times: 9, WholeBloodML: 400, Units: 14, Fruits: []string{WholeBloodFruit, PlateletsFruit, PlateletsFruit, PlateletsFruit,
		PlateletsFruit, PlateletsFruit, PlateletsFruit, PlateletsFruit, PlateletsFruit}}
	return s
}
