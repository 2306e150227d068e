package node

import (
	"context"
	"fmt"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	issue "lianxin/backend/paper"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
	"lianxin/backend/result"
	"lianxin/backend/visit/slip"
)

// issued prints what the center issues of a donation. It implements checkin.Issued.
// The center keeps what a paper says; here nothing of it stays.
type issued struct{ node *Node }

// PrintIssued implements checkin.Issued.
func (i issued) PrintIssued(ctx context.Context, ask checkin.PaperAsk) checkin.Receipt {
	n := i.node
	outcome, err := i.print(ctx, ask)
	switch {
	case err != nil:
		n.config.Log.WarnContext(ctx, "paper not printed", "code", fault.CodeOf(err))
		return checkin.Receipt{State: string(printer.Failed), Code: fault.CodeOf(err)}
	case outcome.Fault != nil:
		n.config.Log.WarnContext(ctx, "paper not printed", "code", outcome.Fault.Code)
		n.printer.ask(ctx)
		n.stateChanged()
		return checkin.Receipt{State: string(outcome.Result), Code: outcome.Fault.Code}
	}
	return checkin.Receipt{State: string(outcome.Result)}
}

func (i issued) print(ctx context.Context, ask checkin.PaperAsk) (printer.Outcome, error) {
	var p issue.Paper
	in := api.PaperAsk{Kind: ask.Kind, Language: ask.Language, DonationID: ask.DonationID, DonorKey: ask.DonorKey, Name: ask.Name, Request: ask.Request}
	if ask.Kind == issue.ResultSlip {
		in.Name = ""
	}
	if err := i.node.askOwn(ctx, "/sync/papers", in, &p, "paper."); err != nil {
		return printer.Outcome{}, err
	}
	if p.Code == "" { // something else answered at the center's address
		return printer.Outcome{}, fault.New(fault.Unavailable, "paper.offline")
	}
	return i.node.paper.send(ctx, "lx-"+p.ID, issuedSnapshot(p))
}

// issuedSnapshot is everything the paper says: of nothing but what the center issued,
// so that it is the same each time.
func issuedSnapshot(p issue.Paper) receipt.Snapshot {
	at := p.IssuedAt.In(beijing)
	s := receipt.Snapshot{Version: receipt.SnapshotVersion, Number: p.ID, Language: p.Language,
		Issuer: receipt.Issuer{Name: orDash(p.Issuer), Phone: p.Phone}, Site: orDash(p.Site), IssuedAt: at, PrintedAt: at,
		Footer: lang.Text{ZH: "感谢您的爱心", EN: "Thank you for your kindness"}}
	given := receipt.Donation{
		Donor: receipt.Donor{Name: receipt.Printable(p.Donor.Name), Document: slip.KindWords[p.Donor.Document], Number: p.Donor.Number, Missing: missingIn(p.Donor.Name)},
		On:    p.Given.On, Product: slip.ProductWords[p.Given.Product], Amount: givenAmount(p.Given), DINEnd: p.Given.DINEnd, Written: inGroups(p.Code),
		Code: receipt.Code{Payload: p.Check, Caption: lang.Text{
			ZH: "扫码核验真伪：网页只回答“真”或“不真”，不显示您的任何信息。",
			EN: "Scan to check: the page only says genuine or not, and shows nothing about you."}}}
	if p.Kind == issue.Certificate {
		s.Certificate = &receipt.Certificate{Donation: given, Statement: lang.Text{
			ZH: "兹证明下列人员在本血站完成无偿献血。",
			EN: "This is to certify that the person below has given blood without pay at this blood station."}}
		return s
	}
	s.Result = &receipt.Result{Donation: given}
	s.Result.Verdict, s.Result.Advice = verdictWords(p)
	return s
}

// verdictWords are the words of a slip. Whatever did not pass has one sentence.
func verdictWords(p issue.Paper) (verdict, advice lang.Text) {
	switch p.Result {
	case result.Qualified:
		verdict = lang.Text{ZH: "合格", EN: "Qualified"}
		if p.Group != "" {
			verdict = lang.Text{ZH: "合格 · 血型 " + p.Group, EN: "Qualified · blood group " + p.Group}
		}
		return verdict, lang.Text{ZH: "本次献血的各项检测均合格。", EN: "Every test of this donation was passed."}
	case result.NotYet:
		return lang.Text{ZH: "结果未出", EN: "Not yet due"},
			lang.Text{ZH: day(p.From) + "起可以查询。", EN: "It may be asked for from " + p.From.String() + "."}
	case result.Awaited:
		return lang.Text{ZH: "结果未出", EN: "Not yet reported"}, lang.Text{ZH: "检测尚未报告，请过几天再查。", EN: "The laboratory has not reported yet. Please ask again in a few days."}
	}
	return lang.Text{ZH: "请联系血液中心", EN: "Please contact the center"},
		lang.Text{ZH: "请拨打下面的电话，由专人为您说明。这不是疾病诊断。", EN: "Please call the number below; somebody will explain. This is not a diagnosis."}
}

func day(d calendar.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year(), d.Month(), d.Day()) }

func givenAmount(g issue.Given) lang.Text {
	if g.Product == donation.Apheresis {
		return slip.Amount(0, g.Units)
	}
	return slip.Amount(g.VolumeML, 0)
}

// orDash is a name, or a sign where the place it names is gone.
func orDash(name lang.Text) lang.Text {
	if name.ZH == "" {
		return lang.Text{ZH: "—", EN: "—"}
	}
	return name
}

func missingIn(name string) []string {
	var codes []string
	for _, r := range receipt.Unprintable(name) {
		codes = append(codes, fmt.Sprintf("%U", r))
	}
	return codes
}

// inGroups writes a code so that it can be typed: four by four.
func inGroups(code string) string {
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), " ")
}
