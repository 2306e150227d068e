// Package paper is what the center issues about one donation – the slip of a result and the
// certificate of the donation (献血证明) – or one claim, each with a code by which anybody
// can ask whether it is genuine, and learn nothing else.
package paper

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/result"
)

// Kind is what a paper says.
type Kind string

const (
	ResultSlip  Kind = "result_slip"
	Certificate Kind = "certificate"
	// Papers of a claim for reimbursement; what they say is package claim/paper's.
	ClaimAcceptance Kind = "claim_acceptance"
	ClaimDecision   Kind = "claim_decision"
	ClaimPayment    Kind = "claim_payment"
)

// Paper is everything a paper says, as it was when it was issued. Printed again it is
// the same, to the byte. It is sealed wherever it is stored.
type Paper struct {
	ID       string        `json:"id"`
	Kind     Kind          `json:"kind" enum:"result_slip,certificate"`
	Code     string        `json:"code" doc:"What the QR leads to the check with; opaque"`
	Check    string        `json:"check" doc:"Address of the check, with the code behind the #"`
	Language lang.Tag      `json:"language" enum:"zh-CN,en"`
	IssuedAt time.Time     `json:"issued_at"`
	Issuer   lang.Text     `json:"issuer" doc:"The station that keeps the donor's file"`
	Phone    string        `json:"phone" doc:"Where to ask"`
	Site     lang.Text     `json:"site" doc:"Where it was given"`
	Donor    Donor         `json:"donor"`
	Given    Given         `json:"given"`
	Result   result.State  `json:"result,omitempty" enum:"not_yet,awaited,qualified,contact" doc:"Slips: the one thing a donor is told"`
	From     calendar.Date `json:"from,omitzero" doc:"Slips, not_yet: first day on which it may be asked for"`
	Group    string        `json:"group,omitempty" doc:"Slips, qualified: blood group"`
	Says     string        `json:"says,omitempty" doc:"Papers of a claim: digest of what it says"`
	Filler   string        `json:"filler" doc:"Says nothing; makes every slip as long as the others"`
}

// Donor is whom a paper is about.
type Donor struct {
	Name     string        `json:"name" doc:"Certificates: as on the card, when that is what is on file; slips: masked"`
	Document identity.Kind `json:"document"`
	Number   string        `json:"number" doc:"Masked"`
}

// Given is the donation a paper is about.
type Given struct {
	On       calendar.Date    `json:"on"`
	Product  donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML int              `json:"volume_ml"`
	Units    int              `json:"units"`
	DINEnd   string           `json:"din_end" doc:"Last four characters of the donation number"`
}

// Amount is the number printed beside the product: mL, or units of apheresis.
func (g Given) Amount() int {
	if g.Product == donation.Apheresis {
		return g.Units
	}
	return g.VolumeML
}

// codeAlphabet has no letters that are taken for digits (Crockford's base 32).
var codeAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codeBytes is how much of a code is chance: nobody finds one by trying.
const codeBytes = 15

// NewCode draws the code of a paper: 24 letters and digits that say nothing.
func NewCode(random io.Reader) (string, error) {
	raw := make([]byte, codeBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a paper's code: %w", err)
	}
	return codeAlphabet.EncodeToString(raw), nil
}

// ReadCode is a code as it was drawn, however somebody typed it: in groups, with what stands
// between them, and with letters that no code has for the digits they are taken for. Whatever
// is no code stays something that no paper has.
func ReadCode(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || unicode.IsSpace(r):
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(text))
}

// Claim is what somebody with a paper in their hand asks about it: what is left empty
// is not asked about.
type Claim struct {
	Code      string        `json:"code" maxLength:"200" doc:"The code beneath the QR"`
	On        calendar.Date `json:"on,omitzero" doc:"Day of the donation as printed"`
	Amount    int           `json:"amount,omitempty" minimum:"0" maximum:"100000" doc:"mL or units as printed"`
	NumberEnd string        `json:"number_end,omitempty" maxLength:"20" doc:"What can be read of the donor's document number behind the stars"`
}

// Holds tells whether a paper says what is claimed of it.
func (p Paper) Holds(c Claim) bool {
	said := []struct{ claimed, printed string }{
		{text(c.On), text(p.Given.On)}, {number(c.Amount), number(p.Given.Amount())},
		{strings.ToUpper(strings.TrimSpace(c.NumberEnd)), end(p.Donor.Number)},
	}
	holds := 1
	for _, s := range said {
		if s.claimed != "" {
			holds &= subtle.ConstantTimeCompare([]byte(s.claimed), []byte(s.printed))
		}
	}
	return holds == 1
}

func text(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// end is what of a masked number can be read behind the stars.
func end(masked string) string { return masked[strings.LastIndexByte(masked, '*')+1:] }

// Same tells whether two papers say the same, whenever they were issued.
func (p Paper) Same(other Paper) bool {
	for _, one := range []*Paper{&p, &other} {
		one.ID, one.Code, one.Check, one.IssuedAt, one.Filler = "", "", "", time.Time{}, ""
	}
	return p == other
}

// Store keeps issued papers. Methods take part in the transaction that ctx carries.
type Store interface {
	SavePaper(ctx context.Context, donationID string, p Paper) error
	// PaperByCode finds one that was not revoked; ok is false for none.
	PaperByCode(ctx context.Context, code string) (p Paper, ok bool, err error)
	// PaperOf finds the last one of a kind and language about a donation that was not revoked.
	PaperOf(ctx context.Context, donationID string, kind Kind, language lang.Tag) (p Paper, ok bool, err error)
	// RevokePapers revokes all of a donation that are good, and tells how many.
	RevokePapers(ctx context.Context, at time.Time, donationIDs ...string) (int, error)
}
