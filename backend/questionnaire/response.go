package questionnaire

import (
	"encoding/json"
)

// Status of a response. http://hl7.org/fhir/R4/valueset-questionnaire-answers-status.html
type Status string

const (
	InProgress     Status = "in-progress"
	Completed      Status = "completed"
	Amended        Status = "amended"
	EnteredInError Status = "entered-in-error"
	Stopped        Status = "stopped"
)

// final tells whether the answers are complete as far as the person goes.
func (s Status) final() bool { return s == Completed || s == Amended }

func (s Status) known() bool {
	return s.final() || s == InProgress || s == EnteredInError || s == Stopped
}

// Response is a FHIR QuestionnaireResponse: the answers to one form.
type Response struct {
	ID            string
	Questionnaire string // canonical of the form, "url|version"
	Status        Status
	Language      string
	Subject       *Reference
	Authored      string // FHIR dateTime
	Items         []ResponseItem

	contained map[string]bool // ids
	forms     map[string]*Questionnaire
	stray     []Issue
}

// ResponseItem mirrors one item of the form.
type ResponseItem struct {
	LinkID     string
	Text       string
	Answers    []Answer
	Items      []ResponseItem
	Extensions []Extension
}

// Answer is one answer to a question, with the items that stand under it.
type Answer struct {
	Value      Value
	Items      []ResponseItem
	Extensions []Extension
}

// ParseResponse reads a QuestionnaireResponse from JSON; faults as Parse.
func ParseResponse(doc []byte) (*Response, error) {
	root, err := parseNode(doc)
	if err != nil {
		return nil, err
	}
	r := &reader{doc: doc}
	place, ok := r.resource(root, "QuestionnaireResponse")
	if !ok {
		return nil, r.err()
	}
	out := r.response(place)
	if err := r.err(); err != nil {
		return nil, err
	}
	return out, nil
}

func (r *reader) response(place at) *Response {
	r.only(place, " resourceType id meta implicitRules language text contained extension modifierExtension identifier "+
		"basedOn partOf questionnaire status subject encounter authored author source item ")
	out := &Response{
		ID: r.text(place, "id"), Questionnaire: r.text(place, "questionnaire"),
		Status: Status(r.text(place, "status")), Language: r.text(place, "language"),
		Authored: r.text(place, "authored"), Items: r.responseItems(place, "item"),
		contained: map[string]bool{}, forms: map[string]*Questionnaire{},
	}
	if p, ok := r.object(place, "subject"); ok {
		out.Subject = r.reference(p)
	}
	out.stray = r.stray
	for _, c := range r.objects(place, "contained") {
		id := r.text(c, "id")
		out.contained[id] = true
		if r.text(c, "resourceType") == "Questionnaire" {
			out.forms[id] = r.questionnaire(c)
		}
	}
	return out
}

func (r *reader) responseItems(parent at, key string) []ResponseItem {
	var out []ResponseItem
	for _, place := range r.objects(parent, key) {
		r.only(place, " id extension modifierExtension linkId definition text answer item ")
		i := ResponseItem{LinkID: r.text(place, "linkId"), Text: r.text(place, "text"),
			Extensions: r.extensions(place, "extension"), Items: r.responseItems(place, "item")}
		for _, p := range r.objects(place, "answer") {
			r.only(p, " id extension modifierExtension value[x] item ")
			a := Answer{Items: r.responseItems(p, "item"), Extensions: r.extensions(p, "extension")}
			a.Value, _ = r.value(p)
			i.Answers = append(i.Answers, a)
		}
		out = append(out, i)
	}
	return out
}

// declined tells whether the person chose not to answer here: the item, or its
// only answer, says why there is no value.
func (i *ResponseItem) declined() bool {
	if extended(i.Extensions).absent() != "" {
		return true
	}
	return len(i.Answers) == 1 && i.Answers[0].Value.Type == "" && extended(i.Answers[0].Extensions).absent() != ""
}

// answered tells whether a value or a refusal stands in the item or below.
func (i *ResponseItem) answered() bool {
	if i.declined() || i.hasValue() {
		return true
	}
	for n := range i.Items {
		if i.Items[n].answered() {
			return true
		}
	}
	return false
}

func (i *ResponseItem) hasValue() bool {
	for _, a := range i.Answers {
		if a.Value.Type != "" {
			return true
		}
	}
	return false
}

type responseJSON struct {
	ResourceType  string         `json:"resourceType"`
	ID            string         `json:"id,omitempty"`
	Language      string         `json:"language,omitempty"`
	Questionnaire string         `json:"questionnaire,omitempty"`
	Status        Status         `json:"status"`
	Subject       *Reference     `json:"subject,omitempty"`
	Authored      string         `json:"authored,omitempty"`
	Item          []ResponseItem `json:"item,omitempty"`
}

// MarshalJSON writes the FHIR form.
func (r Response) MarshalJSON() ([]byte, error) {
	return json.Marshal(responseJSON{"QuestionnaireResponse", r.ID, r.Language, r.Questionnaire,
		r.Status, r.Subject, r.Authored, r.Items})
}

// UnmarshalJSON reads the FHIR form as ParseResponse does.
func (r *Response) UnmarshalJSON(doc []byte) error {
	parsed, err := ParseResponse(doc)
	if err != nil {
		return err
	}
	*r = *parsed
	return nil
}

// MarshalJSON writes the FHIR form.
func (i ResponseItem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Extension []Extension    `json:"extension,omitempty"`
		LinkID    string         `json:"linkId"`
		Text      string         `json:"text,omitempty"`
		Answer    []Answer       `json:"answer,omitempty"`
		Item      []ResponseItem `json:"item,omitempty"`
	}{i.Extensions, i.LinkID, i.Text, i.Answers, i.Items})
}

// MarshalJSON writes the FHIR form.
func (a Answer) MarshalJSON() ([]byte, error) {
	out := map[string]any{}
	if len(a.Extensions) > 0 {
		out["extension"] = a.Extensions
	}
	if a.Value.Type != "" {
		key, value := a.Value.valueJSON()
		out[key] = value
	}
	if len(a.Items) > 0 {
		out["item"] = a.Items
	}
	return json.Marshal(out)
}

// MarshalJSON writes the FHIR form.
func (e Extension) MarshalJSON() ([]byte, error) {
	out := map[string]any{"url": e.URL}
	if e.Value.Type != "" {
		key, value := e.Value.valueJSON()
		out[key] = value
	}
	if len(e.Extensions) > 0 {
		out["extension"] = e.Extensions
	}
	return json.Marshal(out)
}
