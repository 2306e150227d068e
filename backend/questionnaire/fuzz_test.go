package questionnaire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
)

// FuzzCheck reads any two documents as form and response. Whatever they hold,
// the result is a fault or a verdict that prints as an OperationOutcome; a
// form that can be read can also be filled in, and what it gives can be read.
func FuzzCheck(f *testing.F) {
	for _, dir := range []string{"testdata/fuzz-seeds", official} {
		forms, err := filepath.Glob(filepath.Join(dir, "*-q.json"))
		if err != nil || len(forms) == 0 {
			f.Fatal("no seeds in ", dir, err)
		}
		for _, name := range forms {
			form, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			response, err := os.ReadFile(strings.TrimSuffix(name, "-q.json") + "-qr.json")
			if err != nil {
				f.Fatal(err)
			}
			f.Add(form, response)
		}
	}
	f.Fuzz(func(t *testing.T, form, response []byte) {
		outcome, err := CheckDocuments([][]byte{form}, response)
		if err != nil {
			if _, known := errors.AsType[*fault.Fault](err); !known {
				t.Fatalf("an error without a code: %v", err)
			}
			outcome = Unreadable(err)
		}
		if doc, err := json.Marshal(outcome); err != nil || !bytes.HasPrefix(doc, []byte(`{"resourceType":"OperationOutcome"`)) {
			t.Fatalf("%v %s", err, doc)
		}
		q, err := Parse(form)
		if err != nil {
			return
		}
		CheckDefinition(q, nil)
		fill(t, q, response)
	})
}

func fill(t *testing.T, q *Questionnaire, response []byte) {
	form := NewForm(q)
	if r, err := ParseResponse(response); err == nil {
		Check(q, r, Options{})
		if form.Restore(r) == nil {
			form.Answers()
		}
	}
	for _, v := range form.Visible() {
		for _, o := range v.Options {
			if form.Answer(v.LinkID, o.Code) == nil {
				break
			}
		}
		if form.Answer(v.LinkID, true) != nil && form.Answer(v.LinkID, 3) != nil && form.Answer(v.LinkID, "x") != nil && v.Type != Display {
			_ = form.Skip(v.LinkID) // an item whose parent lost its answer is not asked any more
		}
	}
	form.Complete()
	doc, err := json.Marshal(form.Response(time.Unix(0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseResponse(doc); err != nil {
		t.Fatalf("cannot read what was written: %v\n%s", err, doc)
	}
}

// A hostile document of the largest size is judged in bounded time.
func TestLargestDocuments(t *testing.T) {
	var items, answers []string
	for i := range 20000 {
		items = append(items, fmt.Sprintf(`{"linkId":"q%d","type":"string","required":true,"enableWhen":[{"question":"q%d","operator":"exists","answerBoolean":true}]}`, i, max(0, i-1)))
		answers = append(answers, fmt.Sprintf(`{"linkId":"q%d","answer":[{"valueString":"x"}]}`, i))
	}
	form := []byte(`{"resourceType":"Questionnaire","status":"active","item":[` + strings.Join(items, ",") + `]}`)
	response := []byte(`{"resourceType":"QuestionnaireResponse","status":"completed","item":[` + strings.Join(answers, ",") + `]}`)
	begin := time.Now()
	outcome, err := CheckDocuments([][]byte{form}, response)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d KB of form, %d KB of answers, %d issues in %v", len(form)>>10, len(response)>>10, len(outcome.Issues), time.Since(begin))
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
