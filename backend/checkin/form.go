package checkin

import (
	"context"
	"encoding/json"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/questionnaire"
)

// Answer records what a person said to one question; an empty answer takes it
// back. Faults are those of questionnaire.Form, and "checkin.answer" when more
// than one kind of answer is given.
func (s *Service) Answer(ctx context.Context, linkID string, in Answer) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepQuestionnaire {
			return errStep(c.step)
		}
		if linkID == linkSex || linkID == linkProduct {
			return fault.New(fault.Forbidden, "questionnaire.read_only").At("answers."+linkID, "questionnaire.read_only", "")
		}
		err := Fill(c.form, linkID, in)
		if err == nil {
			c.pass = nil // it no longer stands for the answers as they are now
		}
		return err
	})
}

// Fill records an answer in a form. Faults are those of Service.Answer.
func Fill(form *questionnaire.Form, linkID string, in Answer) error {
	values, err := in.values()
	switch {
	case err != nil:
		return err
	case in.Staff:
		return form.Skip(linkID)
	case len(values) == 0:
		return form.Clear(linkID)
	}
	return form.Answer(linkID, values...)
}

// values are the answer as the form takes it.
func (a Answer) values() ([]any, error) {
	var values []any
	kinds := 0
	add := func(given bool, v ...any) {
		if given {
			kinds++
			values = append(values, v...)
		}
	}
	if a.Yes != nil {
		add(true, *a.Yes)
	}
	codes := make([]any, len(a.Codes))
	for i, code := range a.Codes {
		codes[i] = questionnaire.CodeValue(code)
	}
	add(len(codes) > 0, codes...)
	add(!a.Date.IsZero(), a.Date)
	add(a.Number != "", json.Number(a.Number))
	add(a.Text != "", a.Text)
	add(a.Staff)
	if kinds > 1 {
		return nil, fault.New(fault.Invalid, "checkin.answer").At("body", "checkin.answer", "exactly one kind of answer")
	}
	return values, nil
}

// questions is the form as the screen needs it.
func (c *session) questions() *Questionnaire {
	q := Ask(c.form)
	q.FromPass, q.PassRefused = c.pass != nil, c.passRefused
	return q
}

// Ask is a form as a screen shows it, with what is answered so far.
func Ask(form *questionnaire.Form) *Questionnaire {
	q := &Questionnaire{Title: form.Title(), Items: []Question{}}
	for _, item := range form.Visible() {
		question := Question{LinkID: item.LinkID, Section: item.Section, Text: item.Text, Help: item.Help,
			Type: string(item.Type), Required: item.Required, Repeats: item.Repeats, Min: item.Min, Max: item.Max,
			Unit: item.Unit, Answer: answerOf(item)}
		for _, o := range item.Options {
			question.Options = append(question.Options, Option{Code: o.Code, Text: o.Text, Exclusive: o.Exclusive})
		}
		if question.Answer != nil {
			q.Answered++
		}
		q.Items = append(q.Items, question)
	}
	return q
}

// answerOf reads back what the form holds.
func answerOf(item questionnaire.ItemView) *Answer {
	if item.Skipped {
		return &Answer{Staff: true}
	}
	if len(item.Answer) == 0 {
		return nil
	}
	a := &Answer{}
	for _, v := range item.Answer {
		switch v := v.(type) {
		case bool:
			a.Yes = &v
		case string:
			a.put(item.Type, v)
		default:
			a.Number = fmt.Sprint(v)
		}
	}
	return a
}

// put places a text where its type belongs.
func (a *Answer) put(of questionnaire.ItemType, text string) {
	switch of {
	case questionnaire.ChoiceItem, questionnaire.OpenChoiceItem:
		a.Codes = append(a.Codes, text)
	case questionnaire.DateItem:
		if day, err := calendar.Parse(text); err == nil {
			a.Date = day
		}
	default:
		a.Text = text
	}
}
