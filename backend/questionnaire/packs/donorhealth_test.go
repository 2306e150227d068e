package packs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The test reads the file with types of its own: it must hold whatever an
// engine makes of it, and unknown fields are refused.
type questionnaire struct {
	ResourceType, ID, Language, URL, Version, Name, Title string
	TitleEN                                               element `json:"_title"`
	Status                                                string
	SubjectType                                           []string
	Date, Publisher, Description                          string
	DescriptionEN                                         element `json:"_description"`
	EffectivePeriod                                       struct{ Start string }
	Item                                                  []item
}

type item struct {
	Extension      []extension
	LinkID, Text   string
	TextEN         element `json:"_text"`
	Type           string
	EnableWhen     []condition
	EnableBehavior string
	Required       bool
	Repeats        bool
	AnswerOption   []option
	Item           []item
}

type option struct {
	Extension   []extension
	ValueCoding coding
}

type coding struct {
	System, Code, Display string
	DisplayEN             element `json:"_display"`
}

type condition struct {
	Question, Operator string
	AnswerBoolean      *bool
	AnswerCoding       *coding
}

type element struct{ Extension []extension }

type extension struct {
	URL                  string
	Extension            []extension
	ValueCode            string
	ValueString          string
	ValueBoolean         bool
	ValueInteger         int
	ValueDate            string
	ValueCoding          *coding
	ValueCodeableConcept struct{ Coding []coding }
}

func (e element) english() string {
	for _, x := range e.Extension {
		if x.URL == "http://hl7.org/fhir/StructureDefinition/translation" &&
			len(x.Extension) == 2 && x.Extension[0].ValueCode == "en" && x.Extension[1].URL == "content" {
			return x.Extension[1].ValueString
		}
	}
	return ""
}

func has(es []extension, name string) bool {
	return slices.ContainsFunc(es, func(e extension) bool {
		return e.URL == "http://hl7.org/fhir/StructureDefinition/"+name
	})
}

func load(t *testing.T) questionnaire {
	t.Helper()
	var q questionnaire
	d := json.NewDecoder(bytes.NewReader(DonorHealth()))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		t.Fatal(err)
	}
	return q
}

// walk visits every item with the group it is in.
func walk(q questionnaire, visit func(it, group item)) {
	for _, g := range q.Item {
		visit(g, g)
		for _, it := range g.Item {
			visit(it, g)
			for _, child := range it.Item {
				visit(child, g)
			}
		}
	}
}

func answerable(q questionnaire) (found []item) {
	walk(q, func(it, _ item) {
		if it.Type != "group" && it.Type != "display" {
			found = append(found, it)
		}
	})
	return found
}

func TestHead(t *testing.T) {
	q := load(t)
	if q.ResourceType != "Questionnaire" || q.Status != "active" || q.Language != "zh-CN" || q.Version == "" ||
		!strings.HasPrefix(q.URL, "https://") || q.EffectivePeriod.Start == "" {
		t.Errorf("head: %+v", q)
	}
	if n := len(answerable(q)); n < 40 {
		t.Errorf("%d answerable items, want at least 40", n)
	}
}

func TestLinkIDsAreUniqueAndPlain(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(\.help)?$`)
	seen := map[string]bool{}
	walk(load(t), func(it, _ item) {
		if seen[it.LinkID] || !plain.MatchString(it.LinkID) {
			t.Errorf("linkId %q is there twice or is not plain", it.LinkID)
		}
		seen[it.LinkID] = true
	})
}

func TestBothLanguagesEverywhere(t *testing.T) {
	q := load(t)
	both := func(where, zh string, en element) {
		han := strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		mixed := strings.ContainsFunc(en.english(), func(r rune) bool { return unicode.Is(unicode.Han, r) })
		if !han || en.english() == "" || mixed {
			t.Errorf("%s: %q / %q", where, zh, en.english())
		}
	}
	both("title", q.Title, q.TitleEN)
	both("description", q.Description, q.DescriptionEN)
	walk(q, func(it, _ item) {
		both(it.LinkID, it.Text, it.TextEN)
		for _, o := range it.AnswerOption {
			both(it.LinkID+"="+o.ValueCoding.Code, o.ValueCoding.Display, o.ValueCoding.DisplayEN)
		}
		for _, e := range it.Extension {
			if e.ValueCoding != nil {
				both(it.LinkID+" unit", e.ValueCoding.Display, e.ValueCoding.DisplayEN)
			}
		}
	})
}

func TestEveryVisibleQuestionHasHelpAndIsRequired(t *testing.T) {
	for _, it := range answerable(load(t)) {
		if !it.Required {
			t.Errorf("%s is not required", it.LinkID)
		}
		if has(it.Extension, "questionnaire-hidden") {
			continue
		}
		if len(it.Item) != 1 || it.Item[0].LinkID != it.LinkID+".help" || it.Item[0].Type != "display" ||
			len(it.Item[0].Extension) != 1 || it.Item[0].Extension[0].ValueCodeableConcept.Coding[0].Code != "help" {
			t.Errorf("%s has no help", it.LinkID)
		}
	}
}

func TestConditionsReferToEarlierQuestionsAndTheirOptions(t *testing.T) {
	earlier := map[string]item{}
	check := func(it item) {
		for _, w := range it.EnableWhen {
			on, ok := earlier[w.Question]
			switch {
			case !ok:
				t.Errorf("%s depends on %q, which is not asked before it", it.LinkID, w.Question)
			case w.AnswerCoding != nil && !slices.ContainsFunc(on.AnswerOption, func(o option) bool {
				return o.ValueCoding.Code == w.AnswerCoding.Code && o.ValueCoding.System == w.AnswerCoding.System
			}):
				t.Errorf("%s depends on %s=%s, which is no option", it.LinkID, w.Question, w.AnswerCoding.Code)
			case w.AnswerBoolean != nil && w.Operator != "exists" && on.Type != "boolean":
				t.Errorf("%s depends on yes or no of %s, a %s", it.LinkID, w.Question, on.Type)
			}
		}
		if (len(it.EnableWhen) > 1) != (it.EnableBehavior != "") {
			t.Errorf("%s: %d conditions, enableBehavior %q", it.LinkID, len(it.EnableWhen), it.EnableBehavior)
		}
	}
	walk(load(t), func(it, _ item) { check(it); earlier[it.LinkID] = it })
}

func TestChoicesAreDistinctAndNoneExcludesTheRest(t *testing.T) {
	for _, it := range answerable(load(t)) {
		if (it.Type == "choice") != (len(it.AnswerOption) >= 2) {
			t.Errorf("%s: %s with %d options", it.LinkID, it.Type, len(it.AnswerOption))
		}
		codes, words := map[string]bool{}, map[string]bool{}
		for i, o := range it.AnswerOption {
			if codes[o.ValueCoding.Code] || words[o.ValueCoding.Display] {
				t.Errorf("%s: option %s is there twice", it.LinkID, o.ValueCoding.Code)
			}
			codes[o.ValueCoding.Code], words[o.ValueCoding.Display] = true, true
			none := o.ValueCoding.Code == "none"
			if none != has(o.Extension, "questionnaire-optionExclusive") || none && (!it.Repeats || i != len(it.AnswerOption)-1) {
				t.Errorf("%s: none must be exclusive and last", it.LinkID)
			}
		}
	}
}

// A donor of each sex is asked only what concerns them.
func TestSexAndProductQuestions(t *testing.T) {
	want := map[string]string{"women": "female", "risk-male-partner": "male", "aspirin-5d": "apheresis_platelets"}
	walk(load(t), func(it, _ item) {
		for _, w := range it.EnableWhen {
			if w.Question == "donor-sex" || w.Question == "donor-product" {
				if w.AnswerCoding.Code != want[it.LinkID] {
					t.Errorf("%s hangs on %s=%s", it.LinkID, w.Question, w.AnswerCoding.Code)
				}
				delete(want, it.LinkID)
			}
		}
	})
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

// One screen holds one question: long texts and long lists do not fit in large print.
func TestTextsFitAScreen(t *testing.T) {
	walk(load(t), func(it, _ item) {
		if n := len([]rune(it.Text)); n > 60 {
			t.Errorf("%s: %d characters", it.LinkID, n)
		}
		if n := len(it.AnswerOption); n > 10 {
			t.Errorf("%s: %d options", it.LinkID, n)
		}
	})
}

func TestTableAgreesWithTheQuestionnaire(t *testing.T) {
	b, err := os.ReadFile("LINKIDS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		if cells := strings.Split(strings.TrimSpace(line), " | "); strings.HasPrefix(line, "| `") {
			rows[strings.Trim(cells[0], "| `")] = cells
		}
	}
	q := load(t)
	if !strings.Contains(string(b), "version "+q.Version+")") {
		t.Errorf("the table is not of version %s", q.Version)
	}
	walk(q, func(it, _ item) {
		if it.Type == "display" {
			return
		}
		cells, ok := rows[it.LinkID]
		delete(rows, it.LinkID)
		if !ok || len(cells) != 6 {
			t.Errorf("%s: %d cells in the table", it.LinkID, len(cells))
			return
		}
		if got, want := cells[1], typeCell(it); got != want {
			t.Errorf("%s: type %q, want %q", it.LinkID, got, want)
		}
		if want := optionsCell(it); it.Type == "choice" && cells[2] != want {
			t.Errorf("%s: options %s, want %s", it.LinkID, cells[2], want)
		}
		if cells[3] != it.TextEN.english() {
			t.Errorf("%s: asks %q, want %q", it.LinkID, cells[3], it.TextEN.english())
		}
		if want := conditionCell(it); cells[4] != want {
			t.Errorf("%s: shown when %q, want %q", it.LinkID, cells[4], want)
		}
	})
	for id := range rows {
		t.Errorf("the table has %s, the questionnaire has not", id)
	}
}

func typeCell(it item) string {
	cell := it.Type
	if it.Repeats {
		cell += " (repeats)"
	}
	if it.Type != "group" && has(it.Extension, "questionnaire-hidden") {
		cell += " (hidden)"
	}
	return cell
}

func optionsCell(it item) string {
	var codes []string
	for _, o := range it.AnswerOption {
		codes = append(codes, "`"+o.ValueCoding.Code+"`")
	}
	return strings.Join(codes, " ")
}

func conditionCell(it item) string {
	if len(it.EnableWhen) == 0 {
		return "always"
	}
	var parts []string
	for _, w := range it.EnableWhen {
		value := ""
		if w.AnswerBoolean != nil {
			value = fmt.Sprint(*w.AnswerBoolean)
		} else {
			value = w.AnswerCoding.Code
		}
		parts = append(parts, strings.Join([]string{w.Question, w.Operator, value}, " "))
	}
	if it.EnableBehavior == "all" {
		return strings.Join(parts, " and ")
	}
	return strings.Join(parts, " or ")
}
