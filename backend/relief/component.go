package relief

import "slices"

// Component is what a hospital gave. The codes are stored and written in packs; they
// never change.
type Component string

const (
	WholeBlood          Component = "whole_blood"          // mL
	LeukoreducedBlood   Component = "leukoreduced_blood"   // whole blood without leukocytes, mL
	RedCells            Component = "red_cells"            // U
	WashedRedCells      Component = "washed_red_cells"     // U
	ManualPlatelets     Component = "manual_platelets"     // of whole blood, U
	ApheresisPlatelets  Component = "apheresis_platelets"  // therapeutic doses
	FrozenPlasma        Component = "frozen_plasma"        // mL
	Cryoprecipitate     Component = "cryoprecipitate"      // U
	ApheresisLeukocytes Component = "apheresis_leukocytes" // granulocytes by machine, U
)

// Components returns every component, in the order forms show them.
func Components() []Component {
	return []Component{WholeBlood, LeukoreducedBlood, RedCells, WashedRedCells, ManualPlatelets, ApheresisPlatelets, FrozenPlasma,
		Cryoprecipitate, ApheresisLeukocytes}
}

// Valid tells whether c is one of Components.
func (c Component) Valid() bool { return slices.Contains(Components(), c) }

// Unit is what quantities of a component are counted in.
type Unit string

const (
	Millilitres Unit = "ml"
	Units       Unit = "u"
	Doses       Unit = "dose" // 治疗量
)

// Fee is what a line of a bill is for.
type Fee string

const (
	// BloodFee is the price of a component: its collection, storage, separation and
	// testing together, as hospitals print it.
	BloodFee         Fee = "blood"
	CrossMatching    Fee = "cross_matching"
	Leukoreduction   Fee = "leukoreduction" // a filter at the bedside, or the station's
	Irradiation      Fee = "irradiation"
	TransfusionFee   Fee = "transfusion" // the hospital's own work
	OtherFee         Fee = "other"
	NucleicAcidTests Fee = "nucleic_acid_tests" // where they are billed apart
)

// Fees returns every kind of fee, in the order forms show them.
func Fees() []Fee {
	return []Fee{BloodFee, NucleicAcidTests, CrossMatching, Leukoreduction, Irradiation, TransfusionFee, OtherFee}
}

// Valid tells whether f is one of Fees.
func (f Fee) Valid() bool { return slices.Contains(Fees(), f) }
