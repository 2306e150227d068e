package questionnaire

// checkOption holds answerOption. The free text of an open choice need not be
// an option; the strings of a closed list must be.
func (c *answerCheck) checkOption(v Value) {
	if len(c.item.AnswerOptions) == 0 || c.item.Type == OpenChoiceItem && v.Type == "string" {
		return
	}
	if c.option(v) == nil {
		c.add(invalidAnswerOption, "The answer is not one of the form's options")
	}
}

// option is the option that v chooses, nil when it chooses none.
func (c *answerCheck) option(v Value) *AnswerOption {
	for i := range c.item.AnswerOptions {
		o := &c.item.AnswerOptions[i]
		if o.Value.Type == v.Type && v.equals(o.Value) {
			return o
		}
	}
	return nil
}

// checkExclusive: an option that stands alone may not come with other answers.
func (c *answerCheck) checkExclusive(v Value, count int) {
	if count < 2 {
		return
	}
	if o := c.option(v); o != nil && o.exclusive() {
		c.add(exclusiveAnswerOption, "This option cannot be combined with others")
	}
}

// checkValueSet holds answerValueSet for codings, and for strings of string
// items, which then are codes.
func (c *answerCheck) checkValueSet(v Value) {
	if c.item.AnswerValueSet == "" {
		return
	}
	var got membership
	switch {
	case v.Coding != nil:
		got = c.terms.holds(c.item.AnswerValueSet, *v.Coding)
	case v.Type == "string" && c.item.Type == StringItem:
		got = c.terms.holdsCode(c.item.AnswerValueSet, v.Text)
	default:
		return
	}
	switch got {
	case absent:
		c.add(invalidCoding, "The answer is not in the form's value set")
	case unavailable:
		c.add(tsError, "The form's value set is not available")
	}
}
