package sample

import (
	"slices"
	"strings"

	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// older is by how many years a patient is older than the donor, whatever they are to them.
var older = map[relief.Relation]int{relief.Spouse: -1, relief.Parent: 27, relief.Child: -26, relief.Sibling: 3}

// kin makes a relative up who was treated.
func (m *maker) kin(of identity.Person, relation relief.Relation) identity.Person {
	born := of.Born.AddYears(-older[relation]).AddDays(-m.random.IntN(300))
	if yesterday := m.Today.AddDays(-400); born.After(yesterday) {
		born = yesterday
	}
	sex := identity.Male
	if relation == relief.Spouse && of.Sex == identity.Male || relation != relief.Spouse && m.random.IntN(2) == 0 {
		sex = identity.Female
	}
	surname := pick(m, surnames)
	if relation != relief.Spouse {
		surname = surnameOf(of.Name)
	}
	return identity.Person{Name: surname + pick(m, given), Sex: sex, Born: born, Nationality: "CHN", Document: number(born, sex, m.random.IntN(perDay))}
}

// surnameOf is the surname of a made-up name.
func surnameOf(name string) string {
	i := slices.IndexFunc(surnames, func(s string) bool { return strings.HasPrefix(name, s) })
	return surnames[max(i, 0)]
}
