// Package claim is the reimbursement of what blood cost at a hospital: what an applicant
// says and shows, whether it is complete, the steps a claim takes from intake to
// settlement and who may take which, what it is found by, and which other claims look
// like the same one.
//
// The steps are one table, Rules; docs/claims.md draws it, and a test holds the drawing to
// the table. Entitlement, the ledger of millilitres and which documents a region asks for
// belong to package relief; a claim asks for them by the interfaces Relief and Documents.
package claim

import (
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Channel is how a claim came in.
type Channel string

const (
	OnSite Channel = "on_site" // at a district office
	Mail   Channel = "mail"    // a letter
	Online Channel = "online"
)

// Channels are all of them.
func Channels() []Channel { return []Channel{OnSite, Mail, Online} }

// Party is somebody a claim names, as typed: a draft may have half a number.
type Party struct {
	Name    string        `json:"name,omitempty" maxLength:"120"`
	Kind    identity.Kind `json:"document_kind,omitempty" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport" doc:"Kind of identity document"`
	Number  string        `json:"document_number,omitempty" maxLength:"64" doc:"As printed; a passport as COUNTRY:NUMBER"`
	Phone   string        `json:"phone,omitempty" maxLength:"32"`
	Address string        `json:"address,omitempty" maxLength:"300" doc:"Where letters go; claims by mail only"`
}

// Document reads the party's identity document; faults are those of identity.Parse.
func (p Party) Document() (identity.Document, error) { return identity.Parse(p.Kind, p.Number) }

// Key is the canonical text of the party's document, "" while it is not a right one.
func (p Party) Key() string {
	doc, err := p.Document()
	if err != nil {
		return ""
	}
	return doc.Key()
}

// isSame tells whether both are the same person, as far as a document tells.
func (p Party) isSame(other Party) bool { return p.Key() != "" && p.Key() == other.Key() }

// Donor is who gave blood.
type Donor struct {
	Party
	Certificate string `json:"certificate,omitempty" maxLength:"64" doc:"Number of the donation certificate; stations write it each in their own way"`
}

// PayeeKind is how money reaches somebody.
type PayeeKind string

const (
	BankAccount PayeeKind = "bank_account"
	WeChat      PayeeKind = "wechat"
)

// Payee is who is paid, and where.
type Payee struct {
	Kind    PayeeKind `json:"kind,omitempty" enum:"bank_account,wechat"`
	Holder  string    `json:"holder,omitempty" maxLength:"120" doc:"Name the account is in: the donor's, the patient's or the agent's"`
	Account string    `json:"account,omitempty" maxLength:"64" doc:"Number of the bank account; of WeChat, the identifier the payer is known by"`
	Bank    string    `json:"bank,omitempty" maxLength:"120" doc:"Bank with its branch; bank accounts only"`
}

// CommitmentWay is how the letter of commitment (承诺书) was given.
type CommitmentWay string

const (
	SignedHere CommitmentWay = "signed"  // on the pad of the desk, or on the phone
	Scanned    CommitmentWay = "scanned" // on paper; an attachment shows it
)

// Commitment is the applicant's word that what they say is true and was not reimbursed elsewhere.
type Commitment struct {
	Way     CommitmentWay    `json:"way,omitempty" enum:"signed,scanned"`
	On      calendar.Date    `json:"on,omitzero"`
	Strokes []consent.Stroke `json:"strokes,omitempty" maxItems:"200" doc:"The signature, when it was given on a pad"`
}

// Letter is one piece of post that belongs to a claim.
type Letter struct {
	Outgoing bool          `json:"outgoing,omitempty" doc:"The office sent it: originals given back"`
	Carrier  string        `json:"carrier,omitempty" maxLength:"60"`
	Tracking string        `json:"tracking,omitempty" maxLength:"60" doc:"Number by which the carrier finds it"`
	On       calendar.Date `json:"on,omitzero" doc:"Day it arrived, or was sent"`
}

// Hand is a duty somebody has had in a claim: one person has at most one.
type Hand struct {
	Duty Duty   `json:"duty"`
	By   string `json:"by"`
}

// Decision is what reviewers said.
type Decision struct {
	AmountFen int64     `json:"amount_fen,omitempty" doc:"What is paid, fen; 0 until somebody approves"`
	FirstBy   string    `json:"first_by,omitempty" doc:"Reviewer who approved first, of a claim that needs a second"`
	By        string    `json:"by,omitempty" doc:"Reviewer whose word counts"`
	At        time.Time `json:"at,omitzero"`
	Reason    string    `json:"reason,omitempty" doc:"Rejected: ID of a reason of the handling pack"`
	Note      string    `json:"note,omitempty"`
}

// Claim is one claim.
type Claim struct {
	ID       string `json:"id"`
	Number   string `json:"number"`   // what people call it by
	District string `json:"district"` // of the office that takes it, GB/T 2260
	Status   Status `json:"status"`
	Version  int    `json:"version"` // grows by one with each change
	Content
	Attachments []Attachment `json:"attachments,omitempty"`
	Wanted      []Wanted     `json:"wanted,omitempty"` // Returned: what is to be supplied
	Decision    Decision     `json:"decision,omitzero"`
	Hands       []Hand       `json:"hands,omitempty"`
	Reservation string       `json:"reservation,omitempty"` // ID of what was set aside in the ledger of millilitres
	ReviewerID  string       `json:"reviewer_id,omitempty"` // who has taken it
	CreatedAt   time.Time    `json:"created_at"`
	CreatedBy   string       `json:"created_by"`
	SubmittedAt time.Time    `json:"submitted_at,omitzero"` // the last time
	EnteredAt   time.Time    `json:"entered_at"`            // since when it has its status
}

// Content is what an applicant says. Any of it may be missing in a draft; see Missing.
type Content struct {
	Channel    Channel         `json:"channel" enum:"on_site,mail,online"`
	Donor      Donor           `json:"donor,omitzero"`
	Relation   relief.Relation `json:"relation,omitempty" enum:"self,spouse,parent,child,grandparent,grandchild,sibling,spouse_parent,child_spouse" doc:"What the patient is to the donor"`
	Patient    Party           `json:"patient,omitzero" doc:"Who was treated; left out when it is the donor"`
	Agent      *Party          `json:"agent,omitempty" doc:"Who acts for them, if anybody does"`
	Hospital   Hospital        `json:"hospital,omitzero"`
	Lines      []Line          `json:"lines,omitempty" maxItems:"100" doc:"The lines for blood on the hospital's bill"`
	Insurance  *int64          `json:"insurance_fen,omitempty" minimum:"0" maximum:"1000000000" doc:"What insurance has paid of these lines, fen; 0 when nothing, absent until somebody has said"`
	Payee      Payee           `json:"payee,omitzero"`
	Commitment Commitment      `json:"commitment,omitzero"`
	Letters    []Letter        `json:"letters,omitempty" maxItems:"20"`
	Remark     string          `json:"remark,omitempty" maxLength:"1000"`
}

// Treated is who was treated, whoever that is.
func (c Content) Treated() Party {
	if c.Relation == relief.Self {
		return c.Donor.Party
	}
	return c.Patient
}

// IsOf tells whether both are of the same patient, as far as documents tell.
func (c Content) IsOf(other Content) bool { return c.Treated().isSame(other.Treated()) }

// Trimmed takes away spaces around what was typed; numbers of documents, accounts and
// phones have none inside either.
func (c Content) Trimmed() Content {
	for _, p := range []*Party{&c.Donor.Party, &c.Patient} {
		*p = p.trimmed()
	}
	if c.Agent != nil {
		agent := c.Agent.trimmed()
		c.Agent = &agent
	}
	if c.Relation == relief.Self {
		c.Patient = Party{}
	}
	c.Donor.Certificate, c.Payee.Account = strings.TrimSpace(c.Donor.Certificate), spaceless(c.Payee.Account)
	c.Payee.Holder, c.Hospital.Name = strings.TrimSpace(c.Payee.Holder), strings.TrimSpace(c.Hospital.Name)
	return c
}

func (p Party) trimmed() Party {
	p.Name, p.Number, p.Phone = strings.TrimSpace(p.Name), spaceless(p.Number), spaceless(p.Phone)
	if doc, err := p.Document(); err == nil {
		p.Number = doc.Text()
	}
	return p
}

func spaceless(text string) string { return strings.Join(strings.Fields(text), "") }
