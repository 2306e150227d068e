package claim

import (
	"fmt"
	"slices"

	"lianxin/backend/attachment"
)

// FindingKind is why two claims look like the same one.
type FindingKind string

const (
	SameInvoice FindingKind = "same_invoice"
	SameLine    FindingKind = "same_line" // same patient, component, amount and day
	SameBill    FindingKind = "same_bill" // all lines, whoever was treated
	SameFile    FindingKind = "same_file"
	NearPicture FindingKind = "near_picture"
	SameStay    FindingKind = "same_stay" // same patient, overlapping days
)

// FindingKinds are all of them, the most telling first.
func FindingKinds() []FindingKind {
	return []FindingKind{SameFile, SameInvoice, SameBill, SameLine, NearPicture, SameStay}
}

// Pair is a place of one claim and the place of the other that looks like it: "lines[0]",
// "attachments.ID", or "" for the whole.
type Pair struct {
	Here  string `json:"here"`
	There string `json:"there"`
}

// Finding is one thing in which two claims are alike.
type Finding struct {
	Kind  FindingKind
	Pairs []Pair
}

// Alike compares a claim with another. It says nothing of which of them is right.
func (c Claim) Alike(other Claim) []Finding {
	found, invoices := map[FindingKind][]Pair{}, map[string]bool{}
	for i, here := range c.Lines {
		for j, there := range other.Lines {
			pair := Pair{fmt.Sprintf("lines[%d]", i), fmt.Sprintf("lines[%d]", j)}
			if n := compact(here.Invoice); n != "" && n == compact(there.Invoice) && !invoices[n] {
				invoices[n] = true // once, however many lines stand on it
				found[SameInvoice] = append(found[SameInvoice], pair)
			}
			if text := c.lineText(here); text != "" && text == other.lineText(there) {
				found[SameLine] = append(found[SameLine], pair)
			}
		}
	}
	for _, here := range c.Attachments {
		for _, there := range other.Attachments {
			pair := Pair{"attachments." + here.ID, "attachments." + there.ID}
			switch {
			case here.SHA256 == there.SHA256:
				found[SameFile] = append(found[SameFile], pair)
			case attachment.IsNear(here.Print, there.Print):
				found[NearPicture] = append(found[NearPicture], pair)
			}
		}
	}
	if text := c.billText(); text != "" && text == other.billText() {
		found[SameBill] = []Pair{{}}
	}
	if c.Treated().isSame(other.Treated()) && c.overlaps(other) {
		found[SameStay] = []Pair{{}}
	}
	return inOrder(found)
}

func inOrder(found map[FindingKind][]Pair) []Finding {
	list := []Finding{}
	for _, kind := range FindingKinds() {
		if pairs := found[kind]; len(pairs) > 0 {
			list = append(list, Finding{kind, slices.Compact(pairs)})
		}
	}
	return list
}

func (c Content) overlaps(other Claim) bool {
	from, until := c.Span()
	otherFrom, otherUntil := other.Span()
	return !from.IsZero() && !otherFrom.IsZero() && !until.Before(otherFrom) && !otherUntil.Before(from)
}
