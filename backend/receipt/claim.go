package receipt

import (
	"strconv"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// ClaimKind is which paper of a claim a page is.
type ClaimKind string

const (
	ClaimAcceptance ClaimKind = "acceptance" // 受理回执
	ClaimDecision   ClaimKind = "decision"   // 决定通知书
	ClaimPayment    ClaimKind = "payment"    // 支付凭证
)

// ClaimKinds are all of them.
func ClaimKinds() []ClaimKind { return []ClaimKind{ClaimAcceptance, ClaimDecision, ClaimPayment} }

// Claim is a paper of a claim for reimbursement: one thing said large, whom and what it is
// about, the sum line by line, and what one can do.
type Claim struct {
	Kind    ClaimKind   `json:"kind"`
	Verdict lang.Text   `json:"verdict"`
	Means   lang.Text   `json:"means"` // what that means
	Facts   []Fact      `json:"facts"`
	Lines   []ClaimLine `json:"lines,omitempty"`
	Sums    []Fact      `json:"sums,omitempty"`
	Bases   []Reason    `json:"bases,omitempty"`
	Can     []lang.Text `json:"can,omitempty"`
	Missing []string    `json:"missing,omitempty"` // characters of names that cannot be printed, "U+XXXXX"
	Code    Code        `json:"code"`
	Written string      `json:"written"` // the code again, for who types it
}

// Fact is a label and what it stands for.
type Fact struct {
	Label lang.Text `json:"label"`
	Value lang.Text `json:"value"`
	Loud  bool      `json:"loud,omitempty"`
}

// ClaimLine is one line of the bill with what is paid of it, and why.
type ClaimLine struct {
	What lang.Text   `json:"what"`
	Paid string      `json:"paid,omitempty"` // yuan, as it is written
	Why  []lang.Text `json:"why,omitempty"`
}

var claimTitles = map[ClaimKind]lang.Text{
	ClaimAcceptance: {ZH: "用血费用报销受理回执", EN: "Acceptance of a claim"},
	ClaimDecision:   {ZH: "用血费用报销决定通知书", EN: "Notice of decision"},
	ClaimPayment:    {ZH: "用血费用报销支付凭证", EN: "Proof of payment"},
}

// claimHeadings name what stands beneath whom it is about.
var claimHeadings = map[ClaimKind]lang.Text{
	ClaimAcceptance: {ZH: "已收到的材料", EN: "Documents received"},
	ClaimDecision:   {ZH: "逐项说明", EN: "Line by line"},
	ClaimPayment:    {ZH: "支付信息", EN: "Payment"},
}

var wordCan = lang.Text{ZH: "您可以", EN: "What you can do"}

// claim writes what was decided first and largest, then what it rests on.
func (c *composer) claim(s Snapshot) error {
	p := *s.Claim
	c.masthead(s, claimTitles[p.Kind])
	c.space(0.5)
	c.both(c.style(c.sizes.lead, typeface.Bold, c.accent), toLeft, p.Verdict)
	c.space(0.2)
	c.both(c.body(), toLeft, p.Means)
	c.space(0.6)
	c.quietRule()
	c.space(0.6)
	c.inColumns(p.Facts)
	if len(p.Missing) > 0 {
		c.typed(Donor{Missing: p.Missing})
	}
	c.claimLines(claimHeadings[p.Kind], p.Lines, p.Sums)
	if len(p.Bases) > 0 {
		c.space(0.5)
		c.quietRule()
		c.reasons(p.Bases)
	}
	if len(p.Can) > 0 {
		c.parted(wordCan)
		c.list(p.Can, func(i int) string { return strconv.Itoa(i+1) + "." })
	}
	c.space(0.6)
	c.quietRule()
	c.space(0.9)
	if err := c.scan(p.Code); err != nil {
		return err
	}
	c.space(0.3)
	c.write(c.body(), toLeft, p.Written)
	return nil
}

// parted begins a group beneath a line.
func (c *composer) parted(title lang.Text) {
	c.space(0.5)
	c.quietRule()
	c.space(0.6)
	c.heading(title)
}

// inColumns writes facts beside each other where the paper is wide.
func (c *composer) inColumns(facts []Fact) {
	write := func(facts []Fact) func(*composer) {
		return func(c *composer) {
			for _, f := range facts {
				c.fact(f)
			}
		}
	}
	if half := (len(facts) + 1) / 2; c.wide {
		c.abreast(c.room*0.5, c.gap, write(facts[:half]), write(facts[half:]))
		return
	}
	write(facts)(c)
}

func (c *composer) fact(f Fact) {
	s := c.body()
	if f.Loud {
		s = c.bold()
	}
	c.pair(f.Label, s, f.Value)
}

// claimLines writes the lines of the bill with what is paid of each at the right, and the sums.
func (c *composer) claimLines(title lang.Text, lines []ClaimLine, sums []Fact) {
	if len(lines) == 0 && len(sums) == 0 {
		return
	}
	c.parted(title)
	for i, l := range lines {
		c.item(strconv.Itoa(i+1)+".", func(c *composer) { c.claimLine(l) })
	}
	if len(lines) > 0 && len(sums) > 0 {
		c.space(0.2)
		c.rule(stroke{width: c.ruleWidth, colour: c.faint})
		c.space(0.3)
	}
	for _, f := range sums {
		c.fact(f)
	}
}

func (c *composer) claimLine(l ClaimLine) {
	paid := c.bold()
	if width := c.width(paid, l.Paid); l.Paid != "" && width+c.gap < c.room/2 {
		what := c.column(c.room-width-c.gap, func(c *composer) { c.both(c.body(), toLeft, l.What) })
		c.add(beside(what, c.line(paid, toRight, l.Paid), 0))
	} else {
		c.both(c.body(), toLeft, l.What)
		c.write(paid, toLeft, l.Paid)
	}
	for _, why := range l.Why {
		c.both(c.small(), toLeft, why)
	}
}

// check asks for what no paper of a claim can do without.
func (p Claim) check(f *fault.Fault, need func(place, text string)) {
	need("claim.verdict.zh", p.Verdict.ZH)
	need("claim.code.payload", p.Code.Payload)
	if _, ok := claimTitles[p.Kind]; !ok {
		f.At("claim.kind", "receipt.missing", "")
	}
	if len(p.Facts) == 0 {
		f.At("claim.facts", "receipt.missing", "")
	}
}
