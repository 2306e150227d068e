package identity

import (
	"log/slog"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Person is what a card says about its holder. Address, ethnic group, issuing
// office and photo are on the card too; the service has no use for them and
// never takes them.
type Person struct {
	Name        string        `json:"name" doc:"Chinese name as on the card; may be empty on a foreigner's card"`
	LatinName   string        `json:"latin_name,omitempty" doc:"Name in Latin letters, foreigners' cards only"`
	Sex         Sex           `json:"sex" enum:"male,female,unknown" doc:"Sex as on the card"`
	Born        calendar.Date `json:"born" doc:"Birth date"`
	Nationality string        `json:"nationality" doc:"ISO 3166-1 alpha-3"`
	Document    Document      `json:"document" doc:"The card"`
	ValidFrom   calendar.Date `json:"valid_from,omitzero" doc:"First day of validity"`
	ValidUntil  calendar.Date `json:"valid_until,omitzero" doc:"Last day of validity; absent when long-term"`
	LongTerm    bool          `json:"long_term,omitempty" doc:"The card says 长期: it does not expire"`
	PassNumber  string        `json:"pass_number,omitempty" doc:"Travel permit number on a Hong Kong, Macao or Taiwan residence permit"`
	PriorLink   string        `json:"prior_link,omitempty" doc:"The 2023 foreign card's reference to an earlier card number, as the card has it"`
}

// DisplayName is the name to greet the person with: the Chinese one when there is one.
func (p Person) DisplayName() string {
	if p.Name != "" {
		return p.Name
	}
	return p.LatinName
}

// CheckValid tells whether the card is valid on the day today. Faults:
// identity.expired with parameter until, identity.not_yet_valid with parameter
// from. A card without dates passes: not every design carries them.
func (p Person) CheckValid(today calendar.Date) error {
	switch {
	case !p.LongTerm && !p.ValidUntil.IsZero() && today.After(p.ValidUntil):
		return fault.New(fault.Invalid, "identity.expired").With("until", p.ValidUntil.String()).
			At("valid_until", "identity.expired", "")
	case !p.ValidFrom.IsZero() && today.Before(p.ValidFrom):
		return fault.New(fault.Invalid, "identity.not_yet_valid").With("from", p.ValidFrom.String()).
			At("valid_from", "identity.not_yet_valid", "")
	}
	return nil
}

// Mask is a person as a screen may show them.
type Mask struct {
	Name   string `json:"name" doc:"Masked name"`
	Kind   Kind   `json:"kind" doc:"Kind of document"`
	Number string `json:"number" doc:"Masked number"`
	Born   string `json:"born" doc:"Year of birth: 1949-**-**"`
	Sex    Sex    `json:"sex" doc:"Sex"`
}

// Masked returns what of p a screen may show.
func (p Person) Masked() Mask {
	return Mask{MaskName(p.DisplayName()), p.Document.Kind, p.Document.Masked(), MaskDate(p.Born), p.Sex}
}

// String shows the masked form.
func (p Person) String() string { return MaskName(p.DisplayName()) + " " + p.Document.String() }

// GoString keeps the plain values out of %#v.
func (p Person) GoString() string { return p.String() }

// LogValue logs nothing but the kind of document.
func (p Person) LogValue() slog.Value { return p.Document.LogValue() }
