// Package donation holds what a person can give: the two products of the
// service and the amounts each is collected in.
//
// The codes are stored, sent over sync and written in rule packs; they never change.
package donation

import (
	"fmt"
	"slices"
)

// Product is a kind of donation.
type Product string

const (
	// WholeBlood is collected in one of WholeBloodVolumes.
	WholeBlood Product = "whole_blood"
	// Apheresis is platelets collected by a machine, in units (治疗量).
	Apheresis Product = "apheresis_platelets"
)

// Products returns every product, in the order screens show them.
func Products() []Product { return []Product{WholeBlood, Apheresis} }

// ParseProduct accepts the codes of Products and nothing else.
func ParseProduct(s string) (Product, error) {
	if p := Product(s); p.Valid() {
		return p, nil
	}
	return "", fmt.Errorf("product %q is neither %q nor %q", s, WholeBlood, Apheresis)
}

// Valid tells whether p is one of Products.
func (p Product) Valid() bool { return slices.Contains(Products(), p) }

// Volume is an amount of blood in mL.
type Volume int

// WholeBloodVolumes returns the volumes of one whole blood donation
// (Blood Donation Law of the PRC, article 9; GB 18467-2011).
func WholeBloodVolumes() []Volume { return []Volume{200, 300, 400} }

// Units counts apheresis units (治疗量); one collection gives 1 or 2.
type Units int

// MaxUnits is the most one apheresis collection may give (GB 18467-2011).
const MaxUnits Units = 2

// Amount is how much of a product is asked for or was given. Only the field
// that belongs to the product is set.
type Amount struct {
	Volume Volume `json:"volume,omitempty" doc:"Whole blood, mL: 200, 300 or 400"`
	Units  Units  `json:"units,omitempty" doc:"Apheresis, units: 1 or 2"`
}

// Check tells what is wrong with a as an amount of p; nil when it may be collected.
func (p Product) Check(a Amount) error {
	switch p {
	case WholeBlood:
		if a.Units != 0 || !slices.Contains(WholeBloodVolumes(), a.Volume) {
			return fmt.Errorf("whole blood is given as 200, 300 or 400 mL, not %d mL and %d units", a.Volume, a.Units)
		}
	case Apheresis:
		if a.Volume != 0 || a.Units < 1 || a.Units > MaxUnits {
			return fmt.Errorf("apheresis platelets are given as 1 or 2 units, not %d mL and %d units", a.Volume, a.Units)
		}
	default:
		return fmt.Errorf("product %q is unknown", p)
	}
	return nil
}
