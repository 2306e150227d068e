package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
)

// Problem is something to be seen to before a draft is published; an error keeps it from
// being published, a warning does not.
type Problem struct {
	LinkID   string `json:"link_id" doc:"Section or question"`
	Field    string `json:"field,omitempty" enum:"text,help,option,off"`
	Code     string `json:"code" enum:"text_missing,text_long,condition_lost,rule_unanswered,form" doc:"condition_lost: it depends on a question that is off; rule_unanswered: rules read a question that is off, so that every donor goes to the staff; form: see detail"`
	Severity string `json:"severity" enum:"error,warning"`
	Detail   string `json:"detail,omitempty" doc:"For engineers, or the names the sentence needs"`
}

// Rule is a rule of donor selection that reads the answer to a question. Rules refer to
// questions by linkId, and not the other way round: to change what an answer leads to,
// another version of the rules is published.
type Rule struct {
	ID     string    `json:"id"`
	Title  lang.Text `json:"title"`
	Clause string    `json:"clause"`
	Effect string    `json:"effect"`
}

// Longest texts in characters: longer ones do not fit the glass of a kiosk in the elder mode.
const (
	longestQuestion = 80
	longestHelp     = 160
	longestOption   = 60
	perLatin        = 3 // English needs so many times the letters of Chinese
)

// RulesOf lists, by linkId, the rules that read a question.
func RulesOf(pack *policy.Pack) map[string][]Rule {
	byQuestion := map[string][]Rule{}
	for _, r := range pack.In(policy.InQuestionnaire) {
		for _, id := range r.LinkIDs {
			byQuestion[id] = append(byQuestion[id], Rule{ID: r.ID, Title: r.Title, Clause: r.Clause, Effect: r.Effect.String()})
		}
	}
	return byQuestion
}

// Check judges a draft: its texts, what is switched off, and the form it would be.
func Check(content []byte, rules map[string][]Rule) ([]Problem, error) {
	o, err := Read(content)
	if err != nil {
		return nil, err
	}
	form, err := Form(content)
	if err != nil {
		return nil, err
	}
	c := &checker{rules: rules, problems: []Problem{}}
	for _, s := range o.Sections {
		c.text(s.LinkID, "text", s.Title, longestQuestion)
		for _, q := range s.Questions {
			c.question(q)
		}
	}
	for _, i := range questionnaire.CheckDefinition(form, nil) {
		if i.Severity != questionnaire.Error && i.Severity != questionnaire.Fatal {
			continue
		}
		p := Problem{LinkID: i.LinkID, Code: "form", Severity: "error", Detail: strings.TrimSpace(i.Detail + ": " + i.Text)}
		if i.Detail == "enableWhenQuestionNotFound" {
			p.Code, p.Field, p.Detail = "condition_lost", "off", ""
		}
		c.problems = append(c.problems, p)
	}
	return c.problems, nil
}

// Errors are those that keep a draft from being published.
func Errors(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity != "error" })
}

type checker struct {
	rules    map[string][]Rule
	problems []Problem
}

func (c *checker) put(linkID, field, code, severity, detail string) {
	c.problems = append(c.problems, Problem{linkID, field, code, severity, detail})
}

func (c *checker) question(q Question) {
	if q.Off {
		if rules := c.rules[q.LinkID]; len(rules) > 0 {
			names := make([]string, len(rules))
			for i, r := range rules {
				names[i] = r.ID
			}
			c.put(q.LinkID, "off", "rule_unanswered", "warning", strings.Join(names, ", "))
		}
		return
	}
	c.text(q.LinkID, "text", q.Text, longestQuestion)
	if q.Help != (lang.Text{}) {
		c.text(q.LinkID, "help", q.Help, longestHelp)
	}
	for _, o := range q.Options {
		c.text(q.LinkID, "option", o.Text, longestOption)
	}
}

func (c *checker) text(linkID, field string, text lang.Text, longest int) {
	if strings.TrimSpace(text.ZH) == "" || strings.TrimSpace(text.EN) == "" {
		c.put(linkID, field, "text_missing", "error", "")
	}
	zh, en := utf8.RuneCountInString(text.ZH), utf8.RuneCountInString(text.EN)
	if zh > longest || en > longest*perLatin {
		c.put(linkID, field, "text_long", "error", fmt.Sprintf("%d/%d, %d/%d", zh, longest, en, longest*perLatin))
	}
}
