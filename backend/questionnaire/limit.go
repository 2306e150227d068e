package questionnaire

import "fmt"

// The sides of a limit in sentences.
const (
	atLeast = "At least"
	atMost  = "At most"
)

// beyond says a limit, to which side it holds, and how much was given of what.
func (i Issue) beyond(side string, limit, given int, of string) Issue {
	return i.says(fmt.Sprintf("%s %d %s, given %d", side, limit, of, given)).with("limit", limit)
}

// bound begins the sentence about a limit that holds on the side wrong does not name.
func bound(limit Value, wrong int) string {
	_, isMoment := parseMoment(limit.Type, limit.Text)
	switch {
	case isMoment && wrong < 0:
		return "Not before "
	case isMoment:
		return "Not after "
	case wrong < 0:
		return atLeast + " "
	}
	return atMost + " "
}

// occurrences is what is counted of an item.
func occurrences(def *Item) string {
	if def.Type == Group {
		return "groups"
	}
	return "answers"
}
