package point

import "fmt"

// Sums is the whole ledger added up.
type Sums struct {
	// Posted is the sum of all postings of an account; donors and holds are one
	// account each, OfDonor("") and OfHold("").
	Posted map[Account]int64
	// Astray counts the lots that do not hold what was posted to them.
	Astray int64
}

// Check tells what does not add up; nil when everything does.
func (s Sums) Check() error {
	total := int64(0)
	for _, points := range s.Posted {
		total += points
	}
	switch {
	case total != 0:
		return fmt.Errorf("the ledger of points adds up to %d instead of zero", total)
	case s.Astray != 0:
		return fmt.Errorf("%d lots do not hold what was posted to them", s.Astray)
	}
	return nil
}
