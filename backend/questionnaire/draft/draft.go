// Package draft changes a questionnaire on its way from one version to the next: its texts
// in both languages, the order of its questions, and which of them are asked.
//
// A draft is the FHIR document itself. What cannot be changed here (types, codes, conditions,
// limits) stays as it was written, also where this program does not understand it: rules and
// staff read answers by those. A question that is switched off stays in the draft, marked
// with an extension of ours, and is left out of what is published.
package draft

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/questionnaire"
)

// Draft is the next version of a questionnaire while it is written. There is one of each.
type Draft struct {
	ID        string // of the questionnaire
	BasedOn   string // version it began as a copy of
	Revision  int    // grows with every change: what somebody looked at must still be so
	Content   []byte // FHIR R4 Questionnaire
	ChangedAt time.Time
	ChangedBy string
}

// Store keeps drafts.
type Store interface {
	// Draft fault: "draft.not_found".
	Draft(ctx context.Context, id string) (Draft, error)
	SaveDraft(ctx context.Context, d Draft) error
	DeleteDraft(ctx context.Context, id string) error
}

// Outline is what may be changed of a form, in its order.
type Outline struct {
	Title    lang.Text `json:"title"`
	Sections []Section `json:"sections" maxItems:"100"`
}

// Section is a group of questions. Those the program fills in itself are in none.
type Section struct {
	LinkID    string     `json:"link_id" maxLength:"80"`
	Title     lang.Text  `json:"title"`
	Questions []Question `json:"questions" maxItems:"200"`
}

// Question is one question.
type Question struct {
	LinkID     string      `json:"link_id" maxLength:"80"`
	Type       string      `json:"type" maxLength:"40" doc:"FHIR item type; cannot be changed"`
	Text       lang.Text   `json:"text"`
	Help       lang.Text   `json:"help" doc:"Plain-language help; empty for a question that has none"`
	Options    []Option    `json:"options,omitempty" maxItems:"64"`
	Conditions []Condition `json:"conditions,omitempty" maxItems:"64" doc:"When it is asked; cannot be changed"`
	Off        bool        `json:"off,omitempty" doc:"Is left out of what is published"`
}

// Option is one thing to choose.
type Option struct {
	Code string    `json:"code" maxLength:"80" doc:"What rules read; cannot be changed"`
	Text lang.Text `json:"text"`
}

// Condition is one thing that must hold for a question to be asked.
type Condition struct {
	Question string `json:"question" maxLength:"80" doc:"linkId"`
	Operator string `json:"operator" maxLength:"10" doc:"As FHIR writes it: =, !=, exists …"`
	Answer   string `json:"answer" maxLength:"200"`
}

// OffMark is the extension that marks a question of a draft that is not asked.
const OffMark = "urn:lianxin:questionnaire-off"

const translationURL = "http://hl7.org/fhir/StructureDefinition/translation"

// tree is a JSON object; numbers stay as they are written.
type tree = map[string]any

func parse(content []byte) (tree, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var root tree
	if err := decoder.Decode(&root); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "questionnaire.not_json")
	}
	return root, nil
}

func written(root tree) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("write questionnaire: %w", err)
	}
	return out.Bytes(), nil
}

// Publish is the draft as a version: what is switched off is left out, with sections that
// have no question any more.
func Publish(content []byte, version string, from, today calendar.Date) ([]byte, error) {
	root, err := parse(content)
	if err != nil {
		return nil, err
	}
	root["item"] = asked(itemsOf(root))
	root["version"], root["status"], root["date"] = version, "active", today.String()
	root["effectivePeriod"] = tree{"start": from.String()}
	return written(root)
}

func asked(items []tree) []any {
	kept := []any{}
	for _, item := range items {
		if isOff(item) {
			continue
		}
		if inner := itemsOf(item); len(inner) > 0 {
			rest := asked(inner)
			if item["type"] == "group" && len(rest) == 0 {
				continue
			}
			item["item"] = rest
		}
		kept = append(kept, item)
	}
	return kept
}

// Form is the draft as a kiosk would ask it.
func Form(content []byte) (*questionnaire.Questionnaire, error) {
	published, err := Publish(content, "draft", calendar.Date{}, calendar.Date{})
	if err != nil {
		return nil, err
	}
	return questionnaire.Parse(published)
}
