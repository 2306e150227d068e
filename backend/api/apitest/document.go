// Package apitest makes requests out of the API's own document: as many as one
// likes for every operation, good and spoilt, and says what an answer must hold.
// What a test asks is what the document says; nobody has to remember to add a new
// operation to it.
package apitest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
)

// Operation is one operation as the document states it.
type Operation struct {
	ID         string
	Method     string
	Path       string
	Permission api.Permission
	Parameters []Parameter
	Body       *Schema           // of its JSON body; nil: it takes none
	Answers    map[string]Answer // by status; "default" is any refusal
}

// Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name   string  `json:"name"`
	In     string  `json:"in"`
	Schema *Schema `json:"schema"`
}

// Schema is the part of JSON Schema the document uses.
type Schema struct {
	Ref             string             `json:"$ref"`
	Type            string             `json:"type"`
	Format          string             `json:"format"`
	Pattern         string             `json:"pattern"`
	ContentEncoding string             `json:"contentEncoding"`
	Enum            []any              `json:"enum"`
	Properties      map[string]*Schema `json:"properties"`
	Required        []string           `json:"required"`
	Items           *Schema            `json:"items"`
	MinLength       int                `json:"minLength"`
	MaxLength       int                `json:"maxLength"`
	MaxItems        int                `json:"maxItems"`
	Minimum         float64            `json:"minimum"`
	Maximum         float64            `json:"maximum"`

	AdditionalProperties *json.RawMessage `json:"additionalProperties"`

	root *Document
}

// Document is the API's document, read.
type Document struct {
	Operations []Operation
	schemas    map[string]*Schema
}

// Read reads the document the program writes.
func Read(t testing.TB) *Document {
	t.Helper()
	text, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Paths      map[string]map[string]described `json:"paths"`
		Components struct {
			Schemas map[string]*Schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	d := &Document{schemas: parsed.Components.Schemas}
	for _, s := range d.schemas {
		s.belong(d)
	}
	for path, methods := range parsed.Paths {
		for method, o := range methods {
			d.Operations = append(d.Operations, o.operation(strings.ToUpper(method), path, d))
		}
	}
	slices.SortFunc(d.Operations, func(a, b Operation) int { return strings.Compare(a.ID, b.ID) })
	return d
}

// described is an operation in the document's own words.
type described struct {
	OperationID string         `json:"operationId"`
	Permission  api.Permission `json:"x-permission"`
	Parameters  []Parameter    `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Schema *Schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]Answer `json:"responses"`
}

func (o described) operation(method, path string, d *Document) Operation {
	op := Operation{ID: o.OperationID, Method: method, Path: path, Permission: o.Permission, Parameters: o.Parameters, Answers: o.Responses}
	for _, p := range op.Parameters {
		p.Schema.belong(d)
	}
	for _, answer := range op.Answers {
		for _, body := range answer.Content {
			body.Schema.belong(d)
		}
	}
	if body, ok := o.RequestBody.Content["application/json"]; ok {
		op.Body = body.Schema
		op.Body.belong(d)
	}
	return op
}

// Schema returns a schema by its name in the document.
func (d *Document) Schema(t testing.TB, name string) *Schema {
	t.Helper()
	s := d.schemas[name]
	if s == nil {
		t.Fatalf("the document has no schema %q", name)
	}
	return s
}

// Operation returns an operation by its ID.
func (d *Document) Operation(t testing.TB, id string) Operation {
	t.Helper()
	i := slices.IndexFunc(d.Operations, func(o Operation) bool { return o.ID == id })
	if i < 0 {
		t.Fatalf("the document has no operation %q", id)
	}
	return d.Operations[i]
}

func (s *Schema) belong(d *Document) {
	if s == nil || s.root != nil {
		return
	}
	s.root = d
	s.Items.belong(d)
	for _, p := range s.Properties {
		p.belong(d)
	}
}

// resolved follows a reference.
func (s *Schema) resolved() *Schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return s.root.schemas[name]
	}
	return s
}
