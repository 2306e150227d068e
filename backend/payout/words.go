package payout

import "lianxin/backend/lang"

// Words are what the codes of paying are called, for screens and papers alike.
type Words struct {
	Methods  []Named[Method]  `json:"methods"`
	Statuses []Named[Status]  `json:"statuses"`
	Findings []Named[Finding] `json:"findings"`
}

// Named is a code with its name.
type Named[T ~string] struct {
	Code T         `json:"code"`
	Name lang.Text `json:"name"`
}

// AllWords returns all words.
func AllWords() Words {
	return Words{Methods: named(Methods(), methodWords), Statuses: named(Statuses(), statusWords), Findings: named(Findings(), findingWords)}
}

func named[T ~string](codes []T, words map[T]lang.Text) []Named[T] {
	list := make([]Named[T], len(codes))
	for i, code := range codes {
		list[i] = Named[T]{code, words[code]}
	}
	return list
}

// Name is what people call it.
func (m Method) Name() lang.Text { return methodWords[m] }

// Name is what people call it.
func (s Status) Name() lang.Text { return statusWords[s] }

// Name is what people call it.
func (f Finding) Name() lang.Text { return findingWords[f] }

var methodWords = map[Method]lang.Text{
	BankFile: {ZH: "银行转账", EN: "Bank transfer"}, WeChat: {ZH: "微信零钱", EN: "WeChat balance"}, ByHand: {ZH: "其他方式", EN: "Otherwise"},
}

var statusWords = map[Status]lang.Text{
	Queued: {ZH: "待发出", EN: "Queued"}, Sent: {ZH: "已发出，待回音", EN: "Sent, not heard of"}, Paid: {ZH: "已到账", EN: "Paid"},
	Failed: {ZH: "未付成", EN: "Failed"}, Returned: {ZH: "已退回", EN: "Returned"}, Dropped: {ZH: "已取出", EN: "Taken out"},
}

var findingWords = map[Finding]lang.Text{
	Matched: {ZH: "对上", EN: "Matched"}, Returning: {ZH: "退回", EN: "Came back"}, Double: {ZH: "重复扣款", EN: "Debited twice"},
	OtherAmount: {ZH: "金额不符", EN: "Other amount"}, Elsewhere: {ZH: "申请已另办", EN: "Claim elsewhere"}, Unsent: {ZH: "没有发出过", EN: "Never sent"}, Missing: {ZH: "流水里没有", EN: "Missing"},
	Unknown: {ZH: "与报销无关", EN: "Not ours"},
}
