package questionnaire

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

// answerCheck judges one answer to one question.
type answerCheck struct {
	item      *Item
	terms     terms
	contained map[string]bool // ids in the response
	path      string
	linkID    string
	issues    []Issue
}

func (c *answerCheck) issue(detail string) Issue { return newIssue(detail, c.linkID, c.path) }

func (c *answerCheck) add(detail, text string) {
	c.issues = append(c.issues, c.issue(detail).says(text))
}

// check holds the type, then what the type and the form ask of the value.
func (c *answerCheck) check(v Value) {
	if !c.rightType(v) {
		c.add(invalidAnswerType, "A "+v.Type+" cannot answer a question of type "+string(c.item.Type))
		return
	}
	if !wellFormed(v) {
		c.add(invalidValue, "The value is not written as FHIR writes the type "+v.Type)
		return
	}
	switch {
	case v.Quantity != nil:
		c.checkQuantity(v.Quantity)
	case v.Attachment != nil:
		c.checkAttachment(v.Attachment)
	case v.Reference != nil:
		c.checkReference(v.Reference)
	case v.Number != "":
		c.checkOrder(v)
		c.checkPlaces(v.Number)
		c.checkText(v.Number.String())
	case v.Type == "uri":
		if !isURI(v.Text) {
			c.add(invalidURLValue, "The address is not a URI")
		}
		c.checkText(v.Text)
	case v.Type == "string":
		if c.item.Type != TextItem && strings.ContainsAny(v.Text, "\r\n") {
			c.add(invalidNewLine, "Only questions of type text take several lines")
		}
		c.checkText(v.Text)
	case v.Type == "date" || v.Type == "dateTime" || v.Type == "time":
		c.checkOrder(v)
		c.checkText(v.Text)
	}
	c.checkOption(v)
	c.checkValueSet(v)
}

// rightType: choices may also be answered with the type of one of their options.
func (c *answerCheck) rightType(v Value) bool {
	if v.isHollow() {
		return false
	}
	t := c.item.Type
	if v.Type == answerTypes[t] || t == OpenChoiceItem && v.Type == "string" {
		return true
	}
	if t != ChoiceItem && t != OpenChoiceItem {
		return false
	}
	for _, o := range c.item.AnswerOptions {
		if o.Value.Type == v.Type {
			return true
		}
	}
	return false
}

// isHollow: the value says it is of a complex type and holds none.
func (v Value) isHollow() bool {
	switch v.Type {
	case "Coding":
		return v.Coding == nil
	case "Quantity":
		return v.Quantity == nil
	case "Attachment":
		return v.Attachment == nil
	case "Reference":
		return v.Reference == nil
	}
	return false
}

// wellFormed holds the written form of primitives.
// http://hl7.org/fhir/R4/datatypes.html#primitive
func wellFormed(v Value) bool {
	switch v.Type {
	case "integer":
		_, ok := v.whole()
		return ok && !strings.ContainsAny(v.Number.String(), ".eE")
	case "decimal":
		_, ok := v.rat()
		return ok
	case "date", "dateTime", "time":
		m, ok := parseMoment(v.Type, v.Text)
		return ok && (v.Type != "dateTime" || m.zoned())
	case "string":
		// FHIR's strings have content that is not whitespace; a blank would answer a required question.
		return strings.TrimSpace(v.Text) != "" && !strings.ContainsFunc(v.Text, func(r rune) bool {
			return r < ' ' && r != '\t' && r != '\r' && r != '\n'
		})
	}
	return true
}

// checkOrder holds minValue and maxValue. A bound written in another type
// still counts when the two can be compared: a date bounds a dateTime.
func (c *answerCheck) checkOrder(v Value) {
	if limit, ok := c.item.ext().value(extMinValue); ok {
		c.checkBound(v, limit, minValue, -1)
	}
	if limit, ok := c.item.ext().value(extMaxValue); ok {
		c.checkBound(v, limit, maxValue, +1)
	}
}

func (c *answerCheck) checkBound(v, limit Value, detail string, wrong int) {
	if order, comparable := v.order(limit); comparable && order == wrong {
		text := firstOf(limit.Number.String(), limit.Text)
		c.issues = append(c.issues, c.issue(detail).says(bound(limit, wrong)+text).with("limit", text))
	}
}

// checkText holds length, in characters, and the format.
func (c *answerCheck) checkText(text string) {
	length := utf8.RuneCountInString(text)
	if least := c.item.ext().whole(extMinLength); least != nil && length < *least {
		c.issues = append(c.issues, c.issue(minLength).beyond(atLeast, *least, length, "characters"))
	}
	if most := c.item.MaxLength; most != nil && length > *most {
		c.issues = append(c.issues, c.issue(maxLength).beyond(atMost, *most, length, "characters"))
	}
	pattern, ok := c.item.ext().value(extRegex)
	if !ok {
		return
	}
	whole, err := wholePattern(pattern.Text)
	if err != nil {
		c.add(regexNotEvaluated, "The form's pattern uses a syntax that is not evaluated")
	} else if !whole.MatchString(text) {
		c.add(regexMismatch, "The answer does not have the format the form asks for")
	}
}

// maxPattern bounds a pattern's length; matching is linear in pattern and text.
const maxPattern = 2000

// wholePattern reads a form's pattern, which must fit the whole answer.
// http://hl7.org/fhir/R4/extension-regex.html
func wholePattern(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, errors.New("the pattern is too long")
	}
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}
