package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// questionnaireRun runs the command line as main does and gives what it printed
// and its exit code.
func questionnaireRun(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	var cli struct {
		Questionnaire QuestionnaireCmd `cmd:""`
	}
	parser, err := kong.New(&cli, kong.Writers(&out, &out), kong.Exit(func(code int) { t.Fatalf("kong exits with %d", code) }))
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(append([]string{"questionnaire"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	err = command.Run()
	if err == nil {
		return out.String(), 0
	}
	exit, ok := errors.AsType[interface {
		error
		ExitCode() int
	}](err)
	if !ok {
		t.Fatalf("an error without an exit code: %v", err)
	}
	return out.String(), exit.ExitCode()
}

const fhirCases = "../../questionnaire/testdata/fhir-cases"

func TestQuestionnaireCheckExitCodes(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(fhirCases, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name          string
		ExpectValid   bool `json:"expect_valid"`
		Response      string
		Questionnaire []string
	}
	if err := json.Unmarshal(doc, &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		args := []string{"check"}
		for _, name := range append(c.Questionnaire, c.Response) {
			args = append(args, filepath.Join(fhirCases, name))
		}
		out, code := questionnaireRun(t, args...)
		if want := map[bool]int{true: 0, false: 1}[c.ExpectValid]; code != want {
			t.Errorf("%s: exit %d, want %d", c.Name, code, want)
		}
		var outcome struct {
			ResourceType string
			Issue        []struct{ Severity string }
		}
		if err := json.Unmarshal([]byte(out), &outcome); err != nil || outcome.ResourceType != "OperationOutcome" || len(outcome.Issue) == 0 {
			t.Errorf("%s: %v %s", c.Name, err, out)
		}
	}
}

func TestQuestionnaireUnreadable(t *testing.T) {
	form := filepath.Join(fhirCases, "string-q.json")
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"resourceType":"QuestionnaireResponse","item":[{"linkId":7}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"check", form, broken}, {"check", broken, form}, {"check", form, "no-such-file.json"}, {"lint", broken}, {"lint", "no-such-file.json", "--format=json"},
	} {
		out, code := questionnaireRun(t, args...)
		if code != 2 || !strings.Contains(out, "fatal") {
			t.Errorf("%q: exit %d, %s", args, code, out)
		}
	}
	out, _ := questionnaireRun(t, "check", form, broken)
	if !strings.Contains(out, `"QuestionnaireResponse.item[0].linkId"`) {
		t.Errorf("the place is not named: %s", out)
	}
}

func TestQuestionnaireLint(t *testing.T) {
	out, code := questionnaireRun(t, "lint", "../../questionnaire/packs/donor-health.json")
	if code != 0 || out != "valid\n" {
		t.Errorf("exit %d, %s", code, out)
	}
	out, code = questionnaireRun(t, "lint", filepath.Join(fhirCases, "string-with-coding-async-q.json"))
	if code != 1 || !strings.Contains(out, "que-5") {
		t.Errorf("exit %d, %s", code, out)
	}
}
