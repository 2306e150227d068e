package ledger

import "fmt"

// Sums is a whole book added up.
type Sums struct {
	// Posted is the sum of all postings of an account; accounts that belong to somebody
	// are one for each of their kinds, "donor/".
	Posted map[Account]int64
	// Astray counts the lots that do not hold what was posted to them.
	Astray int64
}

// Check tells what does not add up; nil when everything does.
func (s Sums) Check() error {
	total := int64(0)
	for _, amount := range s.Posted {
		total += amount
	}
	switch {
	case total != 0:
		return fmt.Errorf("the book adds up to %d instead of zero", total)
	case s.Astray != 0:
		return fmt.Errorf("%d lots do not hold what was posted to them", s.Astray)
	}
	return nil
}
