// Package award tells what honour a donor has earned and how far the next one
// is. Thresholds, what counts how often, and the benefits are a dated pack with
// worked examples that are run when it is loaded.
package award

import (
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Pack is one edition of the honours. It is made by the loader only and never
// changed afterwards.
type Pack struct {
	packfile.Head
	packfile.Written
	Count    Count
	Grades   []Grade // the lowest first
	Benefits []Benefit
}

// Count is how donations are counted: one for so many millilitres of whole
// blood, and one for so many units by apheresis.
type Count struct {
	Clause         string
	Certainty      packfile.Certainty
	WholeBloodML   int // mL
	ApheresisUnits int // units
}

// Grade is an honour that is earned at a count.
type Grade struct {
	ID        string             `json:"id"`
	Title     lang.Text          `json:"title"`
	At        int                `json:"at" doc:"Count from which it is earned"`
	Certainty packfile.Certainty `json:"certainty" enum:"verified,general-knowledge"`
}

// Benefit is something that who has a grade, or a higher one, may use.
type Benefit struct {
	ID        string             `json:"id"`
	Title     lang.Text          `json:"title"`
	From      string             `json:"from" doc:"Lowest grade that has it"`
	Certainty packfile.Certainty `json:"certainty" enum:"verified,general-knowledge"`
}

// Given is one donation, as far as honours look at it.
type Given struct {
	Product  donation.Product
	VolumeML int // whole blood, mL
	Units    int // apheresis, units
}

// Progress is where a donor stands.
type Progress struct {
	Count    int       `json:"count"`
	Grade    *Grade    `json:"grade,omitempty" doc:"Highest one earned; none before the first"`
	Next     *Grade    `json:"next,omitempty" doc:"None after the highest"`
	Missing  int       `json:"missing" doc:"Until the next grade"`
	Benefits []Benefit `json:"benefits"`
}

// ProgressOf adds up what somebody gave. What does not make a whole count adds
// up over all donations of a product: 300 mL twice count three times.
func (p *Pack) ProgressOf(given []Given) Progress {
	ml, units := 0, 0
	for _, g := range given {
		switch g.Product {
		case donation.WholeBlood:
			ml += g.VolumeML
		case donation.Apheresis:
			units += g.Units
		}
	}
	at := Progress{Count: ml/p.Count.WholeBloodML + units/p.Count.ApheresisUnits, Benefits: []Benefit{}}
	earned := map[string]bool{}
	for _, g := range p.Grades {
		if at.Count < g.At {
			at.Next, at.Missing = &g, g.At-at.Count
			break
		}
		earned[g.ID], at.Grade = true, &g
	}
	for _, b := range p.Benefits {
		if earned[b.From] {
			at.Benefits = append(at.Benefits, b)
		}
	}
	return at
}
