package point

import (
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Donation is what the rules look at when somebody gave blood.
type Donation struct {
	On       calendar.Date
	Product  donation.Product
	VolumeML int           // mL
	Units    int           // apheresis units
	Nth      int           // 1 for the first donation of this person ever
	Born     calendar.Date // zero when it is not known
}

// Birthday is what the rules look at on a donor's birthday.
type Birthday struct {
	On    calendar.Date
	Born  calendar.Date
	Times int           // donations ever
	Last  calendar.Date // zero for none
}

// donationFacts and birthdayFacts are all that expressions can name.
type donationFacts struct {
	Product  string                        `expr:"product"`
	VolumeML int                           `expr:"volume"`
	Units    int                           `expr:"units"`
	Nth      int                           `expr:"nth"`
	Birthday bool                          `expr:"birthday"`
	Between  func(first, last string) bool `expr:"between"`
}

type birthdayFacts struct {
	Age   int `expr:"age"`
	Times int `expr:"times"`
	Since int `expr:"since"`
}

func (d Donation) facts() donationFacts {
	return donationFacts{
		Product: string(d.Product), VolumeML: d.VolumeML, Units: d.Units, Nth: d.Nth,
		Birthday: !d.Born.IsZero() && d.On == birthdayIn(d.Born, d.On.Year()),
		Between: func(first, last string) bool {
			return !d.On.Before(calendar.MustParse(first)) && !d.On.After(calendar.MustParse(last))
		},
	}
}

func (b Birthday) facts() birthdayFacts {
	f := birthdayFacts{Age: b.Born.AgeOn(b.On), Times: b.Times, Since: never}
	if !b.Last.IsZero() {
		f.Since = 0
		for f.Since < never && !b.Last.AddMonths(f.Since+1).After(b.On) {
			f.Since++
		}
	}
	return f
}

// never is the number of months since the last donation of who never gave.
const never = 12 * 200

// birthdayIn is when somebody has their birthday in a year. Who was born on
// 29 February has it on 1 March of a common year, as calendar.Date.AgeOn counts.
func birthdayIn(born calendar.Date, year int) calendar.Date {
	return calendar.New(year, born.Month(), born.Day())
}

// BirthdaysWithin are the birthdays from a day to another, both counted, of who was born
// on a day; none of the day itself, nor of who tells nobody.
func BirthdaysWithin(born, first, last calendar.Date) []calendar.Date {
	var days []calendar.Date
	if born.IsZero() {
		return nil
	}
	for year := max(first.Year(), born.Year()+1); year <= last.Year(); year++ {
		if day := birthdayIn(born, year); !day.Before(first) && !day.After(last) {
			days = append(days, day)
		}
	}
	return days
}

// checkDays refuses a call of between whose days are none.
func checkDays(_ string, words []string) error {
	for _, w := range words {
		if _, err := calendar.Parse(w); err != nil {
			return fmt.Errorf("between takes two days: %w", err)
		}
	}
	return nil
}
