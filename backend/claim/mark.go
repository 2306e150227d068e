package claim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/attachment"
	"lianxin/backend/identity"
)

// MarkKind is what a mark is of.
type MarkKind string

const (
	ByPerson      MarkKind = "person" // donor, patient and agent, by document
	ByName        MarkKind = "name"
	ByCertificate MarkKind = "certificate"
	ByInvoice     MarkKind = "invoice"
	ByAccount     MarkKind = "account"
	ByTracking    MarkKind = "tracking"
	ByApplicant   MarkKind = "applicant" // the donor who filed it, from a phone of their own
	ByPatient     MarkKind = "patient"   // for doubles: who was treated
	ByLine        MarkKind = "line"      // for doubles: a line of this patient
	ByBill        MarkKind = "bill"      // for doubles: all lines, whoever was treated
	ByFile        MarkKind = "file"      // for doubles: what was handed in, bit for bit
	ByPicture     MarkKind = "picture"   // for doubles: a part of what a picture looks like
)

// Mark is something a claim is found by. The store keeps a keyed hash of the text.
type Mark struct {
	Kind MarkKind
	Text string
}

// Marks are all of a claim's, each once.
func (c Claim) Marks() []Mark {
	m := &marks{}
	for _, p := range c.parties() {
		m.add(ByPerson, p.Key())
		m.add(ByName, nameText(p.Name))
	}
	m.add(ByName, nameText(c.Payee.Holder))
	m.add(ByCertificate, compact(c.Donor.Certificate))
	m.add(ByAccount, compact(c.Payee.Account))
	for _, l := range c.Letters {
		m.add(ByTracking, compact(l.Tracking))
	}
	for _, l := range c.Lines {
		m.add(ByInvoice, compact(l.Invoice))
	}
	if c.IsFiled() {
		m.add(ByApplicant, c.CreatedBy)
	}
	return append(m.list, c.DoubleMarks()...)
}

// LineMarks are those of lines of a bill: by them claims and hospitals' cases for the same
// blood find each other.
func (c Content) LineMarks() []Mark {
	m := &marks{}
	for _, l := range c.Lines {
		m.add(ByLine, c.lineText(l))
	}
	return m.list
}

// PatientMarks is that of who was treated, as far as a document tells: by it claims and
// hospitals' cases of one patient find each other.
func (c Content) PatientMarks() []Mark {
	m := &marks{}
	m.add(ByPatient, c.Treated().Key())
	return m.list
}

// DoubleMarks are those by which other claims for the same thing are found.
func (c Claim) DoubleMarks() []Mark {
	m := &marks{list: c.PatientMarks()}
	for _, l := range c.Lines {
		m.add(ByInvoice, compact(l.Invoice))
		m.add(ByLine, c.lineText(l))
	}
	m.add(ByBill, c.billText())
	for _, a := range c.Attachments {
		m.add(ByFile, a.SHA256)
		for _, band := range attachment.Bands(a.Print) {
			m.add(ByPicture, band)
		}
	}
	return m.list
}

func (c Content) parties() []Party {
	all := []Party{c.Donor.Party, c.Patient}
	if c.Agent != nil {
		all = append(all, *c.Agent)
	}
	return all
}

type marks struct{ list []Mark }

func (m *marks) add(kind MarkKind, text string) {
	if one := (Mark{kind, text}); text != "" && !slices.Contains(m.list, one) {
		m.list = append(m.list, one)
	}
}

func nameText(name string) string { return strings.ToUpper(spaceless(name)) }

// lineText is a line of a patient as it is compared; "" while it is not whole.
func (c Content) lineText(l Line) string {
	patient := c.Treated().Key()
	if patient == "" || !l.isWhole() {
		return ""
	}
	return patient + "|" + l.text()
}

func (l Line) isWhole() bool { return l.Component != "" && l.Hundredths() > 0 && !l.On.IsZero() }

// text leaves out what it cost: the same line may be written with another amount.
func (l Line) text() string { return fmt.Sprintf("%s|%d|%s", l.Component, l.Hundredths(), l.On) }

// billText is all lines in any order; "" for fewer than two, as one line is nothing special.
func (c Content) billText() string {
	var lines []string
	for _, l := range c.Lines {
		if l.isWhole() {
			lines = append(lines, fmt.Sprintf("%s|%d", l.text(), l.AmountFen))
		}
	}
	if len(lines) < 2 {
		return ""
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// SearchMarks are the marks of claims that somebody looks for with a text: a number of a
// document, certificate, invoice, account or letter, or a whole name.
func SearchMarks(text string) []Mark {
	m := &marks{}
	for _, kind := range identity.Kinds() {
		if p := (Party{Kind: kind, Number: text}); p.Key() != "" {
			m.add(ByPerson, p.Key())
		}
	}
	m.add(ByName, nameText(text))
	number := compact(text)
	for _, kind := range []MarkKind{ByCertificate, ByInvoice, ByAccount, ByTracking} {
		m.add(kind, number)
	}
	return m.list
}
