package relief

import "lianxin/backend/calendar"

// entitlements says of each source what there is on the day of the assessment. Sources
// that are worth nothing any more are left out unless something was drawn of them.
func (x *assessor) entitlements(day calendar.Date) []Entitlement {
	all := []Entitlement{}
	told := map[Source]bool{}
	for _, o := range x.offersOn(day) {
		told[o.source] = true
		all = append(all, x.entitlement(o))
	}
	for _, at := range x.parties {
		for i, g := range at.given {
			source := Source{g.ID, at.share()}
			if told[source] || x.taken[source] == 0 {
				continue
			}
			o := offer{source: source, at: at, gift: i, ml: at.ml[i]}
			if r := at.rulingOn(x.pack, day); r.earn != nil {
				o.rule = r.earn.ID
			}
			all = append(all, x.entitlement(o))
		}
	}
	return all
}

func (x *assessor) entitlement(o offer) Entitlement {
	drawn, taken := x.drawn[o.source], x.taken[o.source]
	return Entitlement{Source: o.source, DonorID: o.at.ID, Relation: o.at.Relation, GivenOn: o.givenOn(), CountedML: o.ml, Times: o.times,
		EntitledML: o.times * o.ml, UsedML: drawn.UsedML, ReservedML: drawn.ReservedML, TakenML: taken,
		LeftML: max(0, o.times*o.ml-drawn.ML()-taken), Until: o.until, Rule: o.rule}
}

// excluded names the donors who cover nothing.
func (x *assessor) excluded(day calendar.Date, others []*party) []Excluded {
	all := []Excluded{}
	for _, at := range x.parties {
		switch r := at.rulingOn(x.pack, day); {
		case len(at.given) == 0:
			all = append(all, Excluded{at.ID, at.Relation, NothingCounts, x.pack.Counting.ID})
		case r.earn == nil && r.limit == nil:
			all = append(all, Excluded{DonorID: at.ID, Relation: at.Relation, Why: RelationNotCovered})
		}
	}
	for _, at := range others {
		all = append(all, Excluded{at.ID, at.Relation, AnotherDonor, x.pack.Counting.ID})
	}
	return all
}

// of lists what is to be handed in for donors of some relations.
func (d DocumentRule) of(parties []*party) []DocumentNeed {
	all := []DocumentNeed{}
	for _, row := range d.Needs {
		if len(row.For) == 0 {
			all = append(all, DocumentNeed{ID: row.ID, Title: row.Title, Agent: row.Agent, Rule: d.ID})
			continue
		}
		told := map[Relation]bool{}
		for _, at := range parties {
			for _, relation := range row.For {
				if relation == at.Relation && !told[relation] {
					told[relation] = true
					all = append(all, DocumentNeed{ID: row.ID, Title: row.Title, For: relation, Agent: row.Agent, Rule: d.ID})
				}
			}
		}
	}
	return all
}

// DocumentsFor lists what is to be handed in when the patient is related to the donors
// like this.
func (p *Pack) DocumentsFor(relations ...Relation) []DocumentNeed {
	parties := make([]*party, len(relations))
	for i, r := range relations {
		parties[i] = &party{Donor: Donor{Relation: r}}
	}
	return p.Documents.of(parties)
}

// rules are all rules of the pack, in the order in which they are written.
func (p *Pack) rules() []*Rule {
	all := []*Rule{&p.Own.Rule}
	if p.Lifetime != nil {
		all = append(all, &p.Lifetime.Rule)
	}
	for i := range p.Relatives {
		all = append(all, &p.Relatives[i].Rule)
	}
	all = append(all, &p.Apheresis.Rule, &p.Counting.Rule, &p.Components.Rule, &p.Fees.Rule)
	for i := range p.Prices {
		all = append(all, &p.Prices[i].Rule)
	}
	return append(all, &p.Documents.Rule)
}

// basesOf are the rules an assessment rests on: those it names, and those that decide
// of every bill.
func (p *Pack) basesOf(a Assessment) []Basis {
	named := map[string]bool{p.Counting.ID: true, p.Components.ID: true, p.Fees.ID: true, p.Apheresis.ID: true, p.Documents.ID: true}
	for _, e := range a.Entitlements {
		named[e.Rule] = true
	}
	for _, l := range a.Lines {
		if l.table != nil {
			named[l.table.ID] = true
		}
		for _, d := range l.Draws {
			named[d.Rule] = true
		}
	}
	all := []Basis{}
	for _, r := range p.rules() {
		if named[r.ID] {
			all = append(all, Basis{Rule: r.ID, Title: r.Title, Clause: r.Clause, Certainty: r.Certainty, Open: r.Open})
		}
	}
	return all
}
