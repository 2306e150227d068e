package receipt

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// Donation is what the center issued about one donation, with the code by which
// anybody can ask whether the paper is genuine.
type Donation struct {
	Donor   Donor         `json:"donor"`
	On      calendar.Date `json:"on"`
	Product lang.Text     `json:"product"`
	Amount  lang.Text     `json:"amount"`
	DINEnd  string        `json:"din_end"` // last characters of the donation number
	Code    Code          `json:"code"`
	Written string        `json:"written"` // the code again, for who types it
}

// Result is the slip of one donation's result 检测结果单: qualified, or one sentence
// whatever else there is to say.
type Result struct {
	Donation `json:"given"`
	Verdict  lang.Text `json:"verdict"` // the one thing a donor is told
	Advice   lang.Text `json:"advice"`  // what that means and what to do
}

// Certificate is the certificate of a donation 献血证明.
type Certificate struct {
	Donation  `json:"given"`
	Statement lang.Text `json:"statement"` // that the person gave
}

// result writes the slip: what was found first and largest.
func (c *composer) result(s Snapshot) error {
	c.masthead(s, wordResult)
	c.space(0.5)
	c.quietRule()
	c.space(0.7)
	c.both(c.style(c.sizes.title, typeface.Bold, c.ink), toLeft, s.Result.Verdict)
	c.space(0.3)
	c.both(c.body(), toLeft, s.Result.Advice)
	return c.given(s, s.Result.Donation)
}

// certificate writes the certificate: the statement, then what it rests on.
func (c *composer) certificate(s Snapshot) error {
	c.masthead(s, wordCertificate)
	c.space(0.5)
	c.both(c.lead(), toLeft, s.Certificate.Statement)
	return c.given(s, s.Certificate.Donation)
}

// given writes the donation in aligned columns, and how to check the paper.
func (c *composer) given(s Snapshot, d Donation) error {
	c.space(0.7)
	c.quietRule()
	c.space(0.7)
	who := func(c *composer) {
		c.donor(d.Donor)
		c.pair(wordDIN, c.body(), lang.Text{ZH: "…" + d.DINEnd})
	}
	what := func(c *composer) {
		c.pair(wordGivenOn, c.bold(), dayText(d.On))
		c.pair(wordDonation, c.bold(), lang.Text{ZH: joinWords(d.Product.ZH, d.Amount.ZH), EN: joinWords(d.Product.EN, d.Amount.EN)})
		c.pair(wordSite, c.body(), s.Site)
	}
	if c.wide {
		c.abreast(c.room*0.46, c.gap, who, what)
	} else {
		what(c)
		who(c)
	}
	if len(d.Donor.Missing) > 0 {
		c.typed(Donor{Missing: d.Donor.Missing})
	}
	c.space(0.6)
	c.quietRule()
	c.space(1.1)
	if err := c.scan(d.Code); err != nil {
		return err
	}
	c.space(0.3)
	c.write(c.body(), toLeft, d.Written)
	return nil
}
