package api

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// document is the OpenAPI document as plain JSON.
func document(t *testing.T) map[string]any {
	t.Helper()
	text, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// each calls do for every operation of the document.
func each(t *testing.T, d map[string]any, do func(at string, op map[string]any)) {
	t.Helper()
	for path, methods := range d["paths"].(map[string]any) {
		for method, op := range methods.(map[string]any) {
			do(strings.ToUpper(method)+" "+path, op.(map[string]any))
		}
	}
}

// at follows a JSON pointer of our own making.
func at(v any, path ...string) any {
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

func TestEveryReferenceResolves(t *testing.T) {
	d := document(t)
	refs := 0
	var walk func(v any, where string)
	walk = func(v any, where string) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				refs++
				pointer, local := strings.CutPrefix(ref, "#/")
				if !local || at(d, strings.Split(pointer, "/")...) == nil {
					t.Errorf("%s refers to %q, which is not there", where, ref)
				}
			}
			for name, inner := range v {
				walk(inner, where+"/"+name)
			}
		case []any:
			for i, inner := range v {
				walk(inner, fmt.Sprintf("%s/%d", where, i))
			}
		}
	}
	walk(d, "#")
	if refs < 100 {
		t.Errorf("only %d references", refs)
	}
}

func TestEveryOperationIsDocumented(t *testing.T) {
	d := document(t)
	ids := map[string]string{}
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	each(t, d, func(where string, op map[string]any) {
		id, _ := op["operationId"].(string)
		if other, taken := ids[id]; taken || !kebab.MatchString(id) {
			t.Errorf("%s has the id %q, as %s", where, id, other)
		}
		ids[id] = where
		if summary, _ := op["summary"].(string); len(summary) < 8 {
			t.Errorf("%s has the summary %q", where, summary)
		}
		if tags, _ := op["tags"].([]any); len(tags) != 1 {
			t.Errorf("%s has tags %v", where, tags)
		}
		problem := at(op, "responses", "default", "content", "application/problem+json", "schema", "$ref")
		if problem != "#/components/schemas/Problem" {
			t.Errorf("%s documents failure as %v", where, at(op, "responses", "default"))
		}
		for status, response := range op["responses"].(map[string]any) {
			if description, _ := at(response, "description").(string); description == "" {
				t.Errorf("%s does not describe answer %s", where, status)
			}
		}
		for _, p := range list(op["parameters"]) {
			if at(p, "name") == nil || at(p, "in") == nil || at(p, "schema") == nil {
				t.Errorf("%s has an incomplete parameter %v", where, p)
			}
		}
		need := Permission(op[permissionExtension].(string))
		if secured := op["security"] != nil; secured != (need != Public && need != Local) {
			t.Errorf("%s needs %s and is secured: %v", where, need, secured)
		}
	})
}

func list(v any) []any { l, _ := v.([]any); return l }

// Every {name} of a path is a parameter, and the other way round.
func TestPathParameters(t *testing.T) {
	braces := regexp.MustCompile(`\{([^}]+)\}`)
	each(t, document(t), func(where string, op map[string]any) {
		want := map[string]bool{}
		for _, m := range braces.FindAllStringSubmatch(where, -1) {
			want[m[1]] = true
		}
		for _, p := range list(op["parameters"]) {
			name := at(p, "name").(string)
			if at(p, "in") == "path" && (!want[name] || at(p, "required") != true) {
				t.Errorf("%s has a stray parameter %s", where, name)
			}
			delete(want, name)
		}
		if len(want) != 0 {
			t.Errorf("%s does not describe %v", where, want)
		}
	})
}

// A window's operations answer inside the window only; nothing of them is served
// over a network, and nothing of the center's inside a window.
func TestLocalOperationsStayLocal(t *testing.T) {
	each(t, document(t), func(where string, op map[string]any) {
		_, path, _ := strings.Cut(where, " ")
		if local := op[permissionExtension] == string(Local); local != (strings.HasPrefix(path, "/kiosk/") || strings.HasPrefix(path, "/desk/")) {
			t.Errorf("%s needs %v", where, op[permissionExtension])
		}
	})
	w := newWindow(t, nil)
	for _, path := range []string{"/healthz", "/sites", "/devices", "/sync/changes", "/token"} {
		if p := problem(t, w.send("GET", path, "", nil)); p.Status != 404 {
			t.Errorf("a window answers %s with %d", path, p.Status)
		}
	}
}

// No schema that a kiosk's page reads has room for a full name, number or answer of a rule.
func TestAPagesSchemasHaveNoRoomForThePerson(t *testing.T) {
	d := document(t)
	seen := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && !seen[ref] {
				seen[ref] = true
				walk(at(d, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(at(d, "components", "schemas", "CheckinSession"))
	for _, personal := range []string{"IdentityPerson", "IdentityDocument", "Visit", "VisitScreening", "PolicyFinding", "Consent"} {
		if at(d, "components", "schemas", personal) == nil {
			t.Fatalf("there is no schema %s; has it been renamed?", personal)
		}
		if seen["#/components/schemas/"+personal] {
			t.Errorf("a session can hold %s", personal)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d schemas were looked at", len(seen))
	}
}

// The document is the same every time, so that a client made from it is too.
func TestTheDocumentIsStable(t *testing.T) {
	a, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Document()
	if err != nil || string(a) != string(b) {
		t.Errorf("two documents differ, %v", err)
	}
}
