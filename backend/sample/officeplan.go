package sample

import (
	"lianxin/backend/claim"
	"lianxin/backend/relief"
)

// row is one claim as it is planned.
type row struct {
	district     string
	channel      claim.Channel
	relation     relief.Relation
	hospital     clinic
	bill         []item
	to           claim.Status
	began, ended int // days back; of those of the last month, the days of it
	run          int
	cameBack     bool
	insuredFen   int64
	reason, note string
	wanted       []claim.Wanted
	like         int // the row, from 1, whose stay is handed in a second time
}

// clinic is a made-up hospital, and where it is: two of three claims come from elsewhere.
type clinic struct{ name, region string }

var (
	atHome  = clinic{"演示第二医院", "110000"}
	tianjin = clinic{"演示天津医院", "120000"}
	hebei   = clinic{"演示石家庄医院", "130000"}
	jinan   = clinic{"演示济南医院", "370000"}
)

// item is a line of a bill, with about what it costs.
type item struct {
	component relief.Component
	quantity  string
	fen       int64
}

var (
	small  = []item{{relief.RedCells, "2", 42_000}}
	medium = []item{{relief.RedCells, "4", 84_000}, {relief.FrozenPlasma, "400", 16_000}}
	large  = []item{{relief.ApheresisPlatelets, "4", 575_000}, {relief.RedCells, "6", 128_000}} // above what one reviewer approves alone
)

const (
	dongcheng = "110101"
	chaoyang  = "110105"
	haidian   = "110108"
)

// takenInBy are the clerks of districts.
var takenInBy = map[string]string{dongcheng: "demo.clerk", chaoyang: "demo.clerk.chaoyang", haidian: "demo.clerk.haidian"}

// plan has a claim in every status and of every way in. Waits are those of the handling
// pack: submitted 2 days, in review 5, second review 2, approved 2, to pay 3, failed 2.
var plan = []row{
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: atHome, bill: small, to: claim.Submitted, began: 1, ended: 1, run: noRun},
	{district: dongcheng, channel: claim.Mail, relation: relief.Child, hospital: hebei, bill: small, to: claim.Submitted, began: 6, ended: 6, run: noRun}, // late
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: tianjin, bill: medium, to: claim.Submitted, began: 2, ended: 1, run: noRun},
	{district: chaoyang, channel: claim.Mail, relation: relief.Self, hospital: tianjin, bill: medium, to: claim.InReview, began: 4, ended: 2, run: noRun, like: 3},
	{district: haidian, channel: claim.Online, relation: relief.Spouse, hospital: jinan, bill: small, to: claim.Submitted, began: 1, ended: 1, run: noRun},
	{district: dongcheng, channel: claim.OnSite, relation: relief.Spouse, hospital: atHome, bill: small, to: claim.Draft, began: 1, ended: 1, run: noRun},
	{district: dongcheng, channel: claim.Online, relation: relief.Parent, hospital: jinan, bill: small, to: claim.InReview, began: 3, ended: 2, run: noRun, insuredFen: 12_000},
	{district: haidian, channel: claim.Mail, relation: relief.Self, hospital: hebei, bill: medium, to: claim.InReview, began: 12, ended: 9, run: noRun}, // late
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: tianjin, bill: large, to: claim.SecondReview, began: 4, ended: 1, run: noRun},
	{district: dongcheng, channel: claim.Mail, relation: relief.Child, hospital: hebei, bill: small, to: claim.Returned, began: 9, ended: 5, run: noRun,
		note: "用血证明看不清，请重新提供。", wanted: []claim.Wanted{{Location: "attachments." + string(claim.ProofOfUse), Note: "印章和日期要看得清"}}},
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: atHome, bill: medium, to: claim.Approved, began: 5, ended: 1, run: noRun},
	{district: chaoyang, channel: claim.Online, relation: relief.Spouse, hospital: jinan, bill: small, to: claim.Approved, began: 4, ended: 1, run: noRun},
	{district: dongcheng, channel: claim.OnSite, relation: relief.Sibling, hospital: atHome, bill: small, to: claim.Rejected, began: 8, ended: 5, run: noRun,
		reason: "relation-not-covered", note: "兄弟姐妹不在本市报销的亲属范围内。"},
	{district: chaoyang, channel: claim.OnSite, relation: relief.Self, hospital: tianjin, bill: small, to: claim.Withdrawn, began: 7, ended: 4, run: noRun, note: "申请人改在医院直接减免。"},
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: atHome, bill: small, to: claim.ToPay, began: 5, ended: 1, run: noRun},

	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: tianjin, bill: large, to: claim.ToPay, began: 7, ended: 1, run: waitsHere},
	{district: chaoyang, channel: claim.Mail, relation: relief.Self, hospital: hebei, bill: large, to: claim.ToPay, began: 7, ended: 1, run: waitsHere},
	{district: haidian, channel: claim.Online, relation: relief.Self, hospital: jinan, bill: large, to: claim.ToPay, began: 6, ended: 1, run: waitsHere},
	{district: dongcheng, channel: claim.Mail, relation: relief.Child, hospital: jinan, bill: small, to: claim.ToPay, began: 8, ended: 2, run: onItsWay},
	{district: chaoyang, channel: claim.OnSite, relation: relief.Spouse, hospital: tianjin, bill: small, to: claim.ToPay, began: 8, ended: 2, run: onItsWay, insuredFen: 8_000},
	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: hebei, bill: medium, to: claim.ToPay, began: 12, ended: 7, run: paid},
	{district: haidian, channel: claim.Mail, relation: relief.Parent, hospital: jinan, bill: small, to: claim.ToPay, began: 12, ended: 7, run: paid, cameBack: true},

	{district: dongcheng, channel: claim.OnSite, relation: relief.Self, hospital: tianjin, bill: medium, to: claim.ToPay, began: 4, ended: 11, run: settled},
	{district: chaoyang, channel: claim.Mail, relation: relief.Child, hospital: hebei, bill: small, to: claim.ToPay, began: 5, ended: 12, run: settled},
	{district: chaoyang, channel: claim.Online, relation: relief.Self, hospital: jinan, bill: medium, to: claim.ToPay, began: 6, ended: 12, run: settled},
}
