package claim

import (
	"slices"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// applicantPrefix begins the name under which a donor has a hand in a claim: staff have
// their IDs, and nobody is both under one.
const applicantPrefix = "donor:"

// MaxDrafts is how many claims a donor may have begun and not handed in.
const MaxDrafts = 5

// Applicant is the name under which a donor who files from a phone of their own has a hand
// in a claim; it takes the place of a member's ID.
func Applicant(donorID string) string { return applicantPrefix + donorID }

// ApplicantOf returns the donor of such a name; ok is false for a member of staff.
func ApplicantOf(by string) (donorID string, ok bool) { return strings.CutPrefix(by, applicantPrefix) }

// IsFiled tells whether a donor has filed the claim, from a phone of their own.
func (c Claim) IsFiled() bool {
	_, ok := ApplicantOf(c.CreatedBy)
	return ok
}

// ApplicantMark is that of claims a donor has filed.
func ApplicantMark(donorID string) Mark { return Mark{ByApplicant, Applicant(donorID)} }

// staysOf holds that a claim a donor has filed stays that donor's: they go on seeing what it
// says. Fault "claim.own_only".
func (c Claim) staysOf(next Content, by string) error {
	if _, isDonor := ApplicantOf(by); c.IsFiled() && !isDonor && next.Donor.Key() != c.Donor.Key() {
		return notOwn()
	}
	return nil
}

func notOwn() error {
	return fault.New(fault.Invalid, "claim.own_only").At("body.content.donor.document_number", "claim.own_only", "")
}

// Filed is what a donor says of a claim of their own, as it is kept. They file for what they
// gave themselves, so the donor is who has logged in: documents are theirs, the first where
// nothing is said, and name is what the center has on record, if it has one. Another's
// document would show them what somebody else gave; fault "claim.own_only". Letters are the
// office's to write down, and stay as they were.
func (c Content) Filed(name string, documents []identity.Document, before Content) (Content, error) {
	c.Channel, c.Letters = Online, before.Letters
	own := 0
	if strings.TrimSpace(c.Donor.Number) != "" {
		said := c.Donor.Party.trimmed().Key()
		if own = slices.IndexFunc(documents, func(doc identity.Document) bool { return doc.Key() == said }); own < 0 {
			return c, notOwn()
		}
	}
	c.Donor.Kind, c.Donor.Number = documents[own].Kind, documents[own].Text()
	if name != "" {
		c.Donor.Name = name
	}
	return c, nil
}

// ByDonorAlone is the claim as far as the donor's own donations cover it: what patients gave
// themselves is nothing a relative is told.
func (c Claim) ByDonorAlone() Claim {
	if c.Relation != relief.Self {
		c.Patient = Party{}
	}
	c.Reservation = ""
	return c
}
