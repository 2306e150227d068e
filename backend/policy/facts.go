package policy

import (
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Sex is the sex written on the document.
type Sex string

const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Person is what the rules know of a person.
type Person struct {
	BirthDate calendar.Date
	Sex       Sex // anything else is judged by the stricter limits
	// RepeatWithoutReaction: gave more than once, never had a reaction, and asks to go on.
	RepeatWithoutReaction bool
}

// The structures below are all that the expressions of a phase can name: the
// tag is the name. Fields are values or pure functions; nothing else is reachable.

// historyFacts is for FromHistory rules.
type historyFacts struct {
	Donated     func(product string) bool                                       `expr:"donated"`
	Times       func(product string) int                                        `expr:"times"`
	Last        func(product string) calendar.Date                              `expr:"last"`
	Recent      func(product string, n int) calendar.Date                       `expr:"recent"`
	VolumeBelow func(product string, milliliters int, months int) calendar.Date `expr:"volumeBelow"`
}

func factsOfHistory(h History) historyFacts {
	return historyFacts{
		Donated: func(p string) bool { return len(h.of(donation.Product(p))) > 0 },
		Times:   func(p string) int { return len(h.of(donation.Product(p))) },
		Last:    func(p string) calendar.Date { return h.recent(donation.Product(p), 1) },
		Recent:  func(p string, n int) calendar.Date { return h.recent(donation.Product(p), n) },
		VolumeBelow: func(p string, limit, months int) calendar.Date {
			return h.volumeBelow(donation.Product(p), limit, months)
		},
	}
}

// personFacts is for AtGate rules.
type personFacts struct {
	Today      calendar.Date           `expr:"today"`
	Age        int                     `expr:"age"`
	BirthKnown bool                    `expr:"birthKnown"`
	Sex        string                  `expr:"sex"`
	Repeat     bool                    `expr:"repeatWithoutReaction"`
	Turns      func(int) calendar.Date `expr:"turns"`
}

func factsOfPerson(p Person, today calendar.Date) personFacts {
	f := personFacts{Today: today, Sex: string(p.Sex), Repeat: p.RepeatWithoutReaction, BirthKnown: !p.BirthDate.IsZero()}
	f.Turns = func(years int) calendar.Date { return turns(p.BirthDate, years) }
	if f.BirthKnown {
		f.Age = p.BirthDate.AgeOn(today)
	}
	return f
}

// turns returns the first day of an age in full years. It agrees with
// calendar.Date.AgeOn: who was born on 29 February turns a year older on 1 March
// of common years.
func turns(birth calendar.Date, years int) calendar.Date {
	if birth.IsZero() {
		return calendar.Date{}
	}
	day := birth.AddYears(years)
	if day.Day() != birth.Day() {
		return day.AddDays(1)
	}
	return day
}

// measureFacts is for InInterview rules; limits on numbers are effects, not conditions.
type measureFacts struct {
	Sex              string `expr:"sex"`
	EnduranceAthlete bool   `expr:"enduranceAthlete"`
	IrregularPulse   bool   `expr:"irregularPulse"`
	DoctorDefers     bool   `expr:"doctorDefers"`
}

// answerFacts is for InQuestionnaire rules.
type answerFacts struct {
	Today     calendar.Date                             `expr:"today"`
	Age       int                                       `expr:"age"`
	Sex       string                                    `expr:"sex"`
	Yes       func(linkID string) bool                  `expr:"yes"`
	No        func(linkID string) bool                  `expr:"no"`
	Has       func(linkID string, codes ...string) bool `expr:"has"`
	Number    func(linkID string) float64               `expr:"number"`
	Date      func(linkID string) calendar.Date         `expr:"date"`
	Answered  func(linkIDs ...string) bool              `expr:"answered"`
	Skipped   func(linkIDs ...string) bool              `expr:"skipped"`
	Future    func(linkIDs ...string) bool              `expr:"future"`
	MonthsAgo func(int) calendar.Date                   `expr:"monthsAgo"`
}

// factsOfAnswers reads the answers; seen collects the questions that made a helper say true.
func factsOfAnswers(p Person, answers Answers, today calendar.Date, seen *[]string) answerFacts {
	note := func(linkID string, is bool) bool {
		if is && seen != nil && !slices.Contains(*seen, linkID) {
			*seen = append(*seen, linkID)
		}
		return is
	}
	some := func(linkIDs []string, is func(string) bool) bool {
		found := false
		for _, id := range linkIDs {
			found = note(id, is(id)) || found
		}
		return found
	}
	f := answerFacts{Today: today, Sex: string(p.Sex)}
	if !p.BirthDate.IsZero() {
		f.Age = p.BirthDate.AgeOn(today)
	}
	f.Yes = func(id string) bool { return note(id, answers.is(id, true)) }
	f.No = func(id string) bool { return note(id, answers.is(id, false)) }
	f.Has = func(id string, codes ...string) bool { return note(id, answers.has(id, codes)) }
	f.Number = answers.number
	f.Date = answers.date
	f.Answered = func(ids ...string) bool { return some(ids, answers.answered) }
	f.Skipped = func(ids ...string) bool { return some(ids, func(id string) bool { return !answers.answered(id) }) }
	f.Future = func(ids ...string) bool {
		return some(ids, func(id string) bool { return answers.date(id).After(today) })
	}
	f.MonthsAgo = func(n int) calendar.Date { return today.AddMonths(-n) }
	return f
}
