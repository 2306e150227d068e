package relief

import "slices"

// Relation is what a patient is to the donor.
type Relation string

const (
	Self         Relation = "self"
	Spouse       Relation = "spouse"
	Parent       Relation = "parent"
	Child        Relation = "child"
	Grandparent  Relation = "grandparent"
	Grandchild   Relation = "grandchild"
	Sibling      Relation = "sibling"
	SpouseParent Relation = "spouse_parent" // 配偶的父母
	ChildSpouse  Relation = "child_spouse"  // 子女的配偶
)

// Relations returns every relation, in the order forms show them.
func Relations() []Relation {
	return []Relation{Self, Spouse, Parent, Child, Grandparent, Grandchild, Sibling, SpouseParent, ChildSpouse}
}

// Valid tells whether r is one of Relations.
func (r Relation) Valid() bool { return slices.Contains(Relations(), r) }
