package paper

import (
	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

// The fixed words of the papers.
var (
	wordThanks   = lang.Text{ZH: "感谢您和家人用热血为他人点亮希望。", EN: "Thank you and your family for giving others hope."}
	wordClaim    = lang.Text{ZH: "申请编号", EN: "Claim"}
	wordDonor    = lang.Text{ZH: "献血者", EN: "Donor"}
	wordDocument = lang.Text{ZH: "证件号码", EN: "Document"}
	wordPatient  = lang.Text{ZH: "用血者", EN: "Patient"}
	wordRelation = lang.Text{ZH: "与献血者关系", EN: "Relation"}
	wordAgent    = lang.Text{ZH: "代办人", EN: "Agent"}
	wordHospital = lang.Text{ZH: "用血医院", EN: "Hospital"}
	wordStay     = lang.Text{ZH: "治疗日期", EN: "Treated"}
	wordFiled    = lang.Text{ZH: "提交日期", EN: "Filed"}
	wordDecided  = lang.Text{ZH: "决定日期", EN: "Decided"}
	wordBilled   = lang.Text{ZH: "账单合计", EN: "Billed"}
	wordInsured  = lang.Text{ZH: "医保已付", EN: "Insurance"}
	wordApproved = lang.Text{ZH: "准予报销", EN: "Reimbursed"}
	wordPayee    = lang.Text{ZH: "收款账户", EN: "Paid to"}
	wordBank     = lang.Text{ZH: "开户行", EN: "Bank"}
	wordNote     = lang.Text{ZH: "说明", EN: "Note"}
	wordPaid     = lang.Text{ZH: "支付金额", EN: "Amount"}
	wordPaidOn   = lang.Text{ZH: "支付日期", EN: "Paid on"}
	wordMethod   = lang.Text{ZH: "支付方式", EN: "Way"}
	wordBill     = lang.Text{ZH: "支付单号", EN: "Payment"}

	wordReference = lang.Text{ZH: "银行流水号", EN: "Reference"}

	wordAccepted      = lang.Text{ZH: "已受理", EN: "Accepted"}
	wordAcceptedMeans = lang.Text{ZH: "我们已收到您的申请和下列材料。", EN: "We have your claim and the documents below."}
	wordRejected      = lang.Text{ZH: "不予报销", EN: "Not reimbursed"}
	wordWillBePaid    = lang.Text{ZH: "款项将付至下面的账户；到账后可打印支付凭证。", EN: "The money goes to the account below; a proof of payment can be printed once it is there."}
	wordPaidMeans     = lang.Text{ZH: "款项已付至下面的账户，请留意到账信息。", EN: "The money has gone to the account below."}
)

// What one can do.
var (
	wordAskByNumber  = lang.Text{ZH: "凭申请编号向受理的献血办公室或下面的电话询问进度。", EN: "Ask the office, or call the number below, with the number of the claim."}
	wordMaySupply    = lang.Text{ZH: "如需补充材料，我们会告诉您缺什么；不必重新申请。", EN: "If something is missing we tell you what; there is no need to apply again."}
	wordCheckAccount = lang.Text{ZH: "请核对收款账户；如有变化，请尽快告诉受理的办公室。", EN: "Check the account; if it has changed, tell the office soon."}
	wordAskWhy       = lang.Text{ZH: "请工作人员当面逐项说明原因。", EN: "Have the reason explained, line by line, at the office."}
	wordAskReview    = lang.Text{ZH: "对决定有异议，可以向中心申请复核；也可以依法申请行政复议或者提起诉讼。", EN: "If you disagree, ask the center for a review; the law also gives you administrative review and the courts."}
	wordFileAgain    = lang.Text{ZH: "有新的材料时，可以再次申请。", EN: "With new documents you may apply again."}
	wordNotArrived   = lang.Text{ZH: "三个工作日后仍未到账，请带本凭证联系受理的办公室。", EN: "If it has not arrived after three working days, bring this paper to the office."}
)

var shortWords = map[relief.Short]lang.Text{
	relief.FeeNotCovered:  {ZH: "这一项费用不在免交范围内", EN: "This fee is not among those covered"},
	relief.BeforeDonation: {ZH: "用血在献血之前，按规定不计", EN: "The blood was used before the donation, which does not count"},
	relief.NobodyGave:     {ZH: "没有可以抵用的献血", EN: "No donation covers it"},
	relief.UsedUp:         {ZH: "可抵用的血量已用完", EN: "The volume that covers it is used up"},
	relief.AboveTable:     {ZH: "高于规定收费标准的部分由申请人承担", EN: "What was charged above the price table is left to the applicant"},
}
