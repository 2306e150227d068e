package apitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
)

// Answer is what the document says of one status of an operation: its body by media type, or
// no body at all.
type Answer struct {
	Content map[string]struct {
		Schema *Schema `json:"schema"`
	} `json:"content"`
}

// Conforms says how an answer departs from what the document says of the operation, or nil.
// Refusals are the document's default.
func (op Operation) Conforms(answer *httptest.ResponseRecorder) error {
	stated, ok := op.Answers[strconv.Itoa(answer.Code)]
	if !ok && answer.Code >= 400 {
		stated, ok = op.Answers["default"]
	}
	kind, _, _ := strings.Cut(answer.Header().Get("Content-Type"), ";")
	switch body, known := stated.Content[kind]; {
	case !ok:
		return fmt.Errorf("%d is not in the document", answer.Code)
	case answer.Body.Len() == 0 && len(stated.Content) == 0:
		return nil
	case kind == "application/fhir+json" && answer.Code >= 400: // an OperationOutcome, as FHIR wants it
		return nil
	case !known:
		return fmt.Errorf("%d as %q is not in the document", answer.Code, kind)
	case kind != "application/json" && !strings.HasSuffix(kind, "+json"):
		return nil
	default:
		d := json.NewDecoder(bytes.NewReader(answer.Body.Bytes()))
		d.UseNumber()
		var value any
		if err := d.Decode(&value); err != nil {
			return err
		}
		return body.Schema.holds(value, "body")
	}
}

// holds says where a value is not what its schema allows. Formats and patterns are what a
// request is held against; of an answer the shape is.
func (s *Schema) holds(value any, at string) error {
	if s == nil {
		return nil
	}
	s = s.resolved()
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(value) }) {
		return fmt.Errorf("%s is none of %v", at, s.Enum)
	}
	kind := kindOf(value)
	if s.Type != "" && s.Type != kind && !(s.Type == "number" && kind == "integer") {
		return fmt.Errorf("%s is %s instead of %s", at, kind, s.Type)
	}
	var faults []error
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			faults = append(faults, s.Items.holds(item, at+"["+strconv.Itoa(i)+"]"))
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, has := v[name]; !has {
				faults = append(faults, fmt.Errorf("%s has no %s", at, name))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			member, known := s.Properties[name]
			if !known && s.AdditionalProperties != nil && string(*s.AdditionalProperties) == "false" {
				faults = append(faults, fmt.Errorf("%s has %s, which the document does not know", at, name))
			}
			faults = append(faults, member.holds(v[name], at+"."+name))
		}
	}
	return errors.Join(faults...)
}

func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	}
	return "object"
}
