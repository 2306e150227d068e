package claim

import (
	"fmt"
	"regexp"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Missing lists everything that keeps a claim from being submitted: each place with a code
// whose sentence says what is missing in words a donor understands. Documents are those the
// region asks for. An empty list means that the claim is whole.
func (c Claim) Missing(today calendar.Date, documents []DocumentKind) []fault.Place {
	m := &missing{today: today, list: []fault.Place{}}
	m.unless(slices.Contains(Channels(), c.Channel), "channel", "claim.channel_missing")
	m.people(c)
	m.treatment(c.Content)
	for i, l := range c.Lines {
		m.line(c.Content, i, l)
	}
	m.money(c.Content)
	m.commitment(c)
	if c.Channel == Mail {
		m.unless(slices.ContainsFunc(c.Letters, func(l Letter) bool { return !l.Outgoing && !l.On.IsZero() }), "letters", "claim.letter_missing")
	}
	for _, kind := range documents {
		if kind != CommitmentPaper { // see commitment
			m.unless(c.has(kind), "attachments."+string(kind), kind.code())
		}
	}
	return m.list
}

// missing gathers places.
type missing struct {
	today calendar.Date
	list  []fault.Place
}

func (m *missing) unless(ok bool, place, code string) bool {
	if !ok {
		m.list = append(m.list, fault.Place{Location: place, Code: code})
	}
	return ok
}

func (m *missing) people(c Claim) {
	m.party("donor", c.Donor.Party)
	m.unless(c.Donor.Certificate != "", "donor.certificate", "claim.certificate_missing")
	m.unless(rightPhone(c.Donor.Phone), "donor.phone", "claim.phone_missing")
	if m.unless(c.Relation.Valid(), "relation", "claim.relation_missing") && c.Relation != relief.Self {
		m.party("patient", c.Patient)
		m.unless(!c.Patient.isSame(c.Donor.Party), "patient.document_number", "claim.patient_is_donor")
	}
	if c.Agent != nil {
		m.party("agent", *c.Agent)
		m.unless(rightPhone(c.Agent.Phone), "agent.phone", "claim.phone_missing")
	}
}

// party wants a name and a right document; what is wrong with a number is said by the
// codes of package identity.
func (m *missing) party(place string, p Party) {
	m.unless(p.Name != "", place+".name", "claim.name_missing")
	if !m.unless(p.Number != "" && p.Kind != "", place+".document_number", "claim.document_missing") {
		return
	}
	if _, err := identity.ParseOn(p.Kind, p.Number, m.today); err != nil {
		m.unless(false, place+".document_number", fault.CodeOf(err))
	}
}

// phonePattern takes mobile and fixed numbers, with country and area codes.
var phonePattern = regexp.MustCompile(`^\+?[0-9-]{7,20}$`)

func rightPhone(text string) bool { return phonePattern.MatchString(text) }

func (m *missing) treatment(c Content) {
	m.unless(c.Hospital.Name != "", "hospital.name", "claim.hospital_missing")
	if m.unless(!c.Hospital.Admitted.IsZero(), "hospital.admitted", "claim.treatment_missing") {
		m.past("hospital.admitted", c.Hospital.Admitted)
	}
	if m.unless(!c.Hospital.Left.IsZero(), "hospital.left", "claim.treatment_missing") {
		m.past("hospital.left", c.Hospital.Left)
		m.unless(!c.Hospital.Left.Before(c.Hospital.Admitted), "hospital.left", "claim.treatment_order")
	}
	m.unless(len(c.Lines) > 0, "lines", "claim.lines_missing")
}

func (m *missing) past(place string, day calendar.Date) bool {
	return m.unless(!day.After(m.today), place, "claim.date_future")
}

func (m *missing) line(c Content, i int, l Line) {
	at := func(field string) string { return fmt.Sprintf("lines[%d].%s", i, field) }
	m.unless(l.Component.Valid(), at("component"), "claim.component_missing")
	m.unless(l.Fee == "" || l.Fee.Valid(), at("fee"), "claim.component_missing")
	m.unless(l.Hundredths() > 0, at("quantity"), "claim.quantity_missing")
	m.unless(l.AmountFen > 0 && l.AmountFen <= relief.MaxLineFen, at("amount_fen"), "claim.price_missing")
	m.unless(compact(l.Invoice) != "", at("invoice"), "claim.invoice_missing")
	if !m.unless(!l.On.IsZero(), at("on"), "claim.line_date_missing") || !m.past(at("on"), l.On) {
		return
	}
	if h := c.Hospital; !h.Admitted.IsZero() && !h.Left.IsZero() {
		m.unless(!l.On.Before(h.Admitted) && !l.On.After(h.Left), at("on"), "claim.line_outside")
	}
}

func (m *missing) money(c Content) {
	if m.unless(c.Insurance != nil, "insurance_fen", "claim.insurance_missing") && len(c.Lines) > 0 {
		m.unless(*c.Insurance < c.BilledFen(), "insurance_fen", "claim.insurance_covers_all")
	}
	p := c.Payee
	if m.unless(p.Holder != "", "payee.holder", "claim.payee_missing") {
		m.unless(c.names(p.Holder), "payee.holder", "claim.payee_stranger")
	}
	if !m.unless(p.Kind == BankAccount || p.Kind == WeChat, "payee.kind", "claim.payee_kind_missing") {
		return
	}
	m.unless(p.Account != "", "payee.account", "claim.account_missing")
	if p.Kind == BankAccount && p.Account != "" {
		m.unless(accountPattern.MatchString(p.Account), "payee.account", "claim.account_wrong")
		m.unless(p.Bank != "", "payee.bank", "claim.bank_missing")
	}
}

// accountPattern takes cards and passbooks of all banks; only cards have a check digit.
var accountPattern = regexp.MustCompile(`^[0-9]{8,32}$`)

// names tells whether a name is that of somebody the claim is of.
func (c Content) names(name string) bool {
	return name == c.Donor.Name || name == c.Treated().Name || c.Agent != nil && name == c.Agent.Name
}

func (m *missing) commitment(c Claim) {
	switch c.Commitment.Way {
	case SignedHere:
		if err := consent.CheckSignature(c.Commitment.Strokes); err != nil {
			m.unless(false, "commitment.strokes", fault.CodeOf(err))
		}
	case Scanned:
		m.unless(c.has(CommitmentPaper), "attachments."+string(CommitmentPaper), CommitmentPaper.code())
	default:
		m.unless(false, "commitment.way", "claim.commitment_missing")
		return
	}
	if m.unless(!c.Commitment.On.IsZero(), "commitment.on", "claim.commitment_date_missing") {
		m.past("commitment.on", c.Commitment.On)
	}
}
