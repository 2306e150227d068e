package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"lianxin/backend/questionnaire"
)

// QuestionnaireCmd checks FHIR R4 forms and answers.
type QuestionnaireCmd struct {
	Check QuestionnaireCheckCmd `cmd:"" help:"Check answers against their form. Exits 0 valid, 1 invalid, 2 unreadable."`
	Lint  QuestionnaireLintCmd  `cmd:"" help:"Check a form itself. Exits 0 sound, 1 faulty, 2 unreadable."`
}

// QuestionnaireCheckCmd is `questionnaire check QUESTIONNAIRE… RESPONSE`.
type QuestionnaireCheckCmd struct {
	Files  []string `arg:"" name:"file" help:"The QUESTIONNAIRE, any ValueSets, CodeSystems or Bundles it needs, and last the RESPONSE, all as JSON."`
	Format string   `enum:"json,text" default:"json" help:"Print a FHIR OperationOutcome (json) or one line an issue (text)."`
}

// QuestionnaireLintCmd is `questionnaire lint QUESTIONNAIRE`.
type QuestionnaireLintCmd struct {
	File   string `arg:"" name:"questionnaire" help:"The form as JSON."`
	Format string `enum:"json,text" default:"text" help:"Print a FHIR OperationOutcome (json) or one line an issue (text)."`
}

// questionnaireExit is how the program ends: 1 invalid, 2 unreadable.
type questionnaireExit struct {
	code int
	err  error
}

func (e questionnaireExit) Error() string { return e.err.Error() }
func (e questionnaireExit) Unwrap() error { return e.err }

// ExitCode is what the program exits with.
func (e questionnaireExit) ExitCode() int { return e.code }

// Run prints the outcome to standard output.
func (c *QuestionnaireCheckCmd) Run(k *kong.Kong) error {
	documents, err := readFiles(c.Files)
	if err != nil {
		return unreadable(k.Stdout, err, c.Format)
	}
	last := len(documents) - 1
	outcome, err := questionnaire.CheckDocuments(documents[:last], documents[last])
	if err != nil {
		return unreadable(k.Stdout, err, c.Format)
	}
	return verdict(k.Stdout, outcome, c.Format)
}

// Run prints the outcome to standard output.
func (c *QuestionnaireLintCmd) Run(k *kong.Kong) error {
	documents, err := readFiles([]string{c.File})
	if err != nil {
		return unreadable(k.Stdout, err, c.Format)
	}
	form, err := questionnaire.Parse(documents[0])
	if err != nil {
		return unreadable(k.Stdout, err, c.Format)
	}
	return verdict(k.Stdout, questionnaire.Outcome{Issues: questionnaire.CheckDefinition(form, nil)}, c.Format)
}

func readFiles(names []string) ([][]byte, error) {
	var documents [][]byte
	for _, name := range names {
		doc, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read file: %w", err)
		}
		documents = append(documents, doc)
	}
	return documents, nil
}

func verdict(w io.Writer, outcome questionnaire.Outcome, format string) error {
	if err := write(w, outcome, format); err != nil {
		return err
	}
	if !outcome.Valid() {
		return questionnaireExit{1, errors.New("invalid")}
	}
	return nil
}

func unreadable(w io.Writer, cause error, format string) error {
	if err := write(w, questionnaire.Unreadable(cause), format); err != nil {
		return err
	}
	return questionnaireExit{2, cause}
}

func write(w io.Writer, outcome questionnaire.Outcome, format string) error {
	if format == "text" {
		return outcome.WriteText(w)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(outcome)
}
