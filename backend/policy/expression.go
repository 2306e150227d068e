package policy

import (
	"fmt"
	"reflect"
	"slices"

	"lianxin/backend/policy/packfile"
)

// factsOf is what the expressions of each phase are checked against.
var factsOf = map[Phase]any{
	FromHistory:     historyFacts{},
	AtGate:          personFacts{},
	InQuestionnaire: answerFacts{},
	InInterview:     measureFacts{},
}

// answerReaders are the facts that read answers; they take linkIds and codes.
var answerReaders = []string{"yes", "no", "number", "date", "answered", "skipped", "future", "has"}

// compile checks an expression against the facts of the rule's phase, and notes
// which questions it reads.
func (r *Rule) compile(c packfile.Cursor, source string, want reflect.Type) *packfile.Expression {
	if factsOf[r.Phase] == nil || source == "" {
		return nil // reported already
	}
	e, err := packfile.Compile(source, factsOf[r.Phase], want, packfile.Literal{Facts: answerReaders, Note: r.reads})
	if err != nil {
		c.Fault("pack.expression", "%v", err)
		return nil
	}
	return e
}

// reads notes what one call of an answer reader looks at.
func (r *Rule) reads(reader string, words []string) error {
	for i, w := range words {
		if reader == "has" && i > 0 {
			if code := (AnswerCode{words[0], w}); !slices.Contains(r.Codes, code) {
				r.Codes = append(r.Codes, code)
			}
		} else if !slices.Contains(r.LinkIDs, w) {
			r.LinkIDs = append(r.LinkIDs, w)
		}
	}
	if reader == "has" && len(words) < 2 {
		return fmt.Errorf("has takes a linkId and at least one code")
	}
	return nil
}
