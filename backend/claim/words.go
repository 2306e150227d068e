package claim

import (
	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

// Words are what the codes of claims are called, for screens and papers alike.
type Words struct {
	Statuses   []Named[Status]           `json:"statuses"`
	Steps      []Named[Step]             `json:"steps"`
	Relations  []Named[relief.Relation]  `json:"relations"`
	Documents  []Named[DocumentKind]     `json:"documents"`
	Components []Named[relief.Component] `json:"components"`
	Fees       []Named[relief.Fee]       `json:"fees"`
	Findings   []Named[FindingKind]      `json:"findings"`
}

// Named is a code with its name.
type Named[T ~string] struct {
	Code T         `json:"code"`
	Name lang.Text `json:"name"`
}

// AllWords returns all words.
func AllWords() Words {
	return Words{Statuses: named(Statuses(), statusWords), Steps: named(Steps(), stepWords), Relations: named(relief.Relations(), relationWords),
		Documents: named(DocumentKinds(), documentWords), Components: named(relief.Components(), componentWords), Fees: named(relief.Fees(), feeWords),
		Findings: named(FindingKinds(), findingWords)}
}

func named[T ~string](codes []T, words map[T]lang.Text) []Named[T] {
	list := make([]Named[T], len(codes))
	for i, code := range codes {
		list[i] = Named[T]{code, words[code]}
	}
	return list
}

// Steps are all of them, those of the history too.
func Steps() []Step {
	return []Step{Create, Change, Attach, Detach, Rotate, Submit, Withdraw, Take, Return, Approve, Reject, Reopen, Release, Confirm, Fail, Settle}
}

// Name is what people call it.
func (s Status) Name() lang.Text { return statusWords[s] }

// Name is what people call it.
func (s Step) Name() lang.Text { return stepWords[s] }

// Name is what people call it.
func (k DocumentKind) Name() lang.Text { return documentWords[k] }

// ComponentName is what people call a component.
func ComponentName(c relief.Component) lang.Text { return componentWords[c] }

// RelationName is what people call a relation.
func RelationName(r relief.Relation) lang.Text { return relationWords[r] }

var statusWords = map[Status]lang.Text{
	Draft: {ZH: "草稿", EN: "Draft"}, Submitted: {ZH: "待受理", EN: "Submitted"}, InReview: {ZH: "审核中", EN: "In review"},
	SecondReview: {ZH: "待复审", EN: "Second review"}, Returned: {ZH: "退回补充", EN: "Returned for supplement"}, Approved: {ZH: "已批准", EN: "Approved"},
	Rejected: {ZH: "不予报销", EN: "Rejected"}, Withdrawn: {ZH: "已撤回", EN: "Withdrawn"}, ToPay: {ZH: "待支付", EN: "To pay"}, Paid: {ZH: "已支付", EN: "Paid"},
	Failed: {ZH: "支付失败", EN: "Payment failed"}, Settled: {ZH: "已结算", EN: "Settled"},
}

var stepWords = map[Step]lang.Text{
	Create: {ZH: "登记", EN: "Filed"}, Change: {ZH: "修改", EN: "Changed"}, Attach: {ZH: "添加材料", EN: "Document added"}, Detach: {ZH: "移除材料", EN: "Document removed"},
	Rotate: {ZH: "旋转图片", EN: "Picture turned"}, Submit: {ZH: "提交", EN: "Submit"}, Withdraw: {ZH: "撤回", EN: "Withdraw"}, Take: {ZH: "领取审核", EN: "Take"},
	Return: {ZH: "退回补充", EN: "Return"}, Approve: {ZH: "批准", EN: "Approve"}, Reject: {ZH: "不予报销", EN: "Reject"}, Reopen: {ZH: "重新审核", EN: "Reopen"},
	Release: {ZH: "交付支付", EN: "Release"}, Confirm: {ZH: "确认支付", EN: "Confirm payment"}, Fail: {ZH: "支付失败", EN: "Payment failed"}, Settle: {ZH: "结算", EN: "Settle"},
}

var relationWords = map[relief.Relation]lang.Text{
	relief.Self: {ZH: "本人", EN: "The donor"}, relief.Spouse: {ZH: "配偶", EN: "Spouse"}, relief.Parent: {ZH: "父母", EN: "Parent"}, relief.Child: {ZH: "子女", EN: "Child"},
	relief.Grandparent: {ZH: "祖父母、外祖父母", EN: "Grandparent"}, relief.Grandchild: {ZH: "孙子女、外孙子女", EN: "Grandchild"}, relief.Sibling: {ZH: "兄弟姐妹", EN: "Sibling"},
	relief.SpouseParent: {ZH: "配偶的父母", EN: "Spouse's parent"}, relief.ChildSpouse: {ZH: "子女的配偶", EN: "Child's spouse"},
}

var documentWords = map[DocumentKind]lang.Text{
	Certificate: {ZH: "献血证", EN: "Donation certificate"}, DonorIdentity: {ZH: "献血者身份证件", EN: "Donor's identity document"},
	PatientIdentity: {ZH: "用血者身份证件", EN: "Patient's identity document"}, AgentIdentity: {ZH: "代办人身份证件", EN: "Agent's identity document"},
	ProofOfRelation: {ZH: "亲属关系证明", EN: "Proof of relation"}, Invoice: {ZH: "医院收费票据", EN: "Hospital invoice"}, ItemisedList: {ZH: "用血费用明细", EN: "Itemised list"},
	ProofOfUse: {ZH: "用血证明", EN: "Proof of transfusion"}, CommitmentPaper: {ZH: "承诺书", EN: "Letter of commitment"}, InsurancePaper: {ZH: "医保结算单", EN: "Insurance statement"},
	PayeeProof: {ZH: "收款账户证明", EN: "Proof of the account"}, Envelope: {ZH: "信封", EN: "Envelope"}, OtherDocument: {ZH: "其他材料", EN: "Other"},
}

var componentWords = map[relief.Component]lang.Text{
	relief.WholeBlood: {ZH: "全血", EN: "Whole blood"}, relief.LeukoreducedBlood: {ZH: "去白细胞全血", EN: "Leukoreduced whole blood"},
	relief.RedCells: {ZH: "红细胞", EN: "Red cells"}, relief.WashedRedCells: {ZH: "洗涤红细胞", EN: "Washed red cells"},
	relief.ManualPlatelets: {ZH: "手工血小板", EN: "Platelets from whole blood"}, relief.ApheresisPlatelets: {ZH: "单采血小板", EN: "Apheresis platelets"},
	relief.FrozenPlasma: {ZH: "冰冻血浆", EN: "Frozen plasma"}, relief.Cryoprecipitate: {ZH: "冷沉淀", EN: "Cryoprecipitate"},
	relief.ApheresisLeukocytes: {ZH: "单采粒细胞", EN: "Apheresis granulocytes"},
}

var feeWords = map[relief.Fee]lang.Text{
	relief.BloodFee: {ZH: "血费", EN: "Blood"}, relief.NucleicAcidTests: {ZH: "核酸检测费", EN: "Nucleic acid tests"}, relief.CrossMatching: {ZH: "交叉配血费", EN: "Cross-matching"},
	relief.Leukoreduction: {ZH: "去白细胞费", EN: "Leukoreduction"}, relief.Irradiation: {ZH: "辐照费", EN: "Irradiation"}, relief.TransfusionFee: {ZH: "输血治疗费", EN: "Transfusion"},
	relief.OtherFee: {ZH: "其他", EN: "Other"},
}

var findingWords = map[FindingKind]lang.Text{
	SameFile: {ZH: "同一个文件", EN: "The same file"}, SameInvoice: {ZH: "同一张票据", EN: "The same invoice"}, SameBill: {ZH: "费用明细完全相同", EN: "All lines alike"},
	SameLine: {ZH: "同一用血人的同一笔费用", EN: "The same line of the same patient"}, NearPicture: {ZH: "几乎相同的照片", EN: "A nearly identical picture"},
	SameStay: {ZH: "同一用血人，日期重叠", EN: "The same patient, overlapping days"},
}
