package claim

import (
	"context"
	"slices"
	"strings"
	"time"

	"lianxin/backend/relief"
)

// DocumentKind is what an attachment shows. Those a region asks for are named by its pack.
type DocumentKind string

// Documents every pack knows, and those a claim may show beside them.
const (
	Certificate     DocumentKind = "certificate" // of donation
	DonorIdentity   DocumentKind = "donor-identity"
	PatientIdentity DocumentKind = "patient-identity"
	AgentIdentity   DocumentKind = "agent-identity"
	ProofOfRelation DocumentKind = "proof-of-relation" // household register, marriage or birth certificate
	Invoice         DocumentKind = "invoice"           // the hospital's
	ItemisedList    DocumentKind = "itemised-list"     // kind, times, volume, dates
	ProofOfUse      DocumentKind = "proof-of-use"      // transfusion record, discharge summary
	CommitmentPaper DocumentKind = "commitment"        // the letter, signed on paper
	InsurancePaper  DocumentKind = "insurance-statement"
	PayeeProof      DocumentKind = "payee-proof" // bank card or passbook
	Envelope        DocumentKind = "envelope"    // of a claim by mail
	OtherDocument   DocumentKind = "other"
)

// DocumentKinds are all of them, in the order a form offers them.
func DocumentKinds() []DocumentKind {
	return []DocumentKind{Certificate, DonorIdentity, PatientIdentity, AgentIdentity, ProofOfRelation, Invoice, ItemisedList, ProofOfUse, CommitmentPaper,
		InsurancePaper, PayeeProof, Envelope, OtherDocument}
}

// code is the fault that says that a document is missing.
func (k DocumentKind) code() string { return "claim.paper_" + strings.ReplaceAll(string(k), "-", "_") }

// Documents says which documents a claim has to show: they follow the relation and the
// region's pack. Package relief keeps that data.
type Documents interface {
	Documents(ctx context.Context, c Claim) ([]DocumentKind, error)
}

// Need is a document that is asked for, and of which claims.
type Need struct {
	Kind      DocumentKind      `json:"kind" enum:"certificate,donor-identity,patient-identity,agent-identity,proof-of-relation,invoice,itemised-list,proof-of-use,commitment,insurance-statement,payee-proof,envelope,other"`
	Relations []relief.Relation `json:"relations,omitempty" doc:"Only where the patient is this to the donor; always where nothing is said"`
	Agent     bool              `json:"agent,omitempty" doc:"Only when somebody acts for them"`
}

// Asked are the documents that are asked for of what somebody claims.
func (c Content) Asked(needs []Need) []DocumentKind {
	kinds := []DocumentKind{}
	for _, n := range needs {
		isTheirs := len(n.Relations) == 0 || slices.Contains(n.Relations, c.Relation)
		if isTheirs && (!n.Agent || c.Agent != nil) && !slices.Contains(kinds, n.Kind) {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

// Attachment is a page or file that belongs to a claim. Its content is kept apart.
type Attachment struct {
	ID      string       `json:"id"`
	Kind    DocumentKind `json:"kind"`
	Type    string       `json:"type"`             // media type of what is kept
	Bytes   int          `json:"bytes"`            // of what is kept
	Pages   int          `json:"pages"`            // 1 for a picture
	Width   int          `json:"width,omitempty"`  // px, of a picture before it is turned
	Height  int          `json:"height,omitempty"` // px
	Turns   int          `json:"turns,omitempty"`  // quarter turns to the right by which it is shown
	SHA256  string       `json:"sha256"`           // of what was handed in, hex
	Print   string       `json:"print,omitempty"`  // of a picture, see attachment.Print
	AddedAt time.Time    `json:"added_at"`
	AddedBy string       `json:"added_by"`
}

// has tells whether anything shows a kind of document.
func (c Claim) has(kind DocumentKind) bool {
	for _, a := range c.Attachments {
		if a.Kind == kind {
			return true
		}
	}
	return false
}
