package apitest

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"
)

// What an answer may be is what the document says of its operation, and no more.
func TestConforms(t *testing.T) {
	called := Read(t).Operation(t, "list-called-numbers")
	for _, c := range []struct {
		name   string
		op     Operation
		status int
		kind   string
		body   string
		good   bool
	}{
		{"as stated", called, 200, "application/json", `{"numbers":[],"waiting":0,"site":{"en":"a","zh":"b"},"seen":"1"}`, true},
		{"null for a list", called, 200, "application/json", `{"numbers":null,"waiting":0,"site":{"en":"a","zh":"b"},"seen":"1"}`, false},
		{"without a member", called, 200, "application/json", `{"numbers":[],"waiting":0,"site":{"en":"a","zh":"b"}}`, false},
		{"with one more", called, 200, "application/json", `{"numbers":[],"waiting":0,"site":{"en":"a","zh":"b"},"seen":"1","name":"x"}`, false},
		{"another type", called, 200, "application/json", `{"numbers":[],"waiting":0,"site":{"en":"a","zh":"b"},"seen":1}`, false},
		{"another status", called, 204, "", "", false},
		{"another kind", called, 200, "text/html", "<html>", false},
	} {
		answer := httptest.NewRecorder()
		if c.kind != "" {
			answer.Header().Set("Content-Type", c.kind)
		}
		answer.WriteHeader(c.status)
		if c.body != "" {
			if _, err := answer.WriteString(c.body); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.op.Conforms(answer); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A request around a good one is often the good one itself, and never far from it.
func TestAroundStaysNear(t *testing.T) {
	op := Read(t).Operation(t, "assign-counsel-case")
	good := Good{Path: map[string]string{"id": "case-1"}, Body: map[string]string{"to": "member-1"}}
	same, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := Maker{Known: map[string][]any{"to": {"member-2"}}}.Around(t, op, good)
		var body map[string]any
		if all++; r.Target == "/counsel-cases/case-1/assign" && json.Unmarshal(r.Body, &body) == nil && body["to"] == "member-1" {
			same++
		}
	})
	if same == 0 || same == all {
		t.Errorf("%d of %d are the good one", same, all)
	}
	if good.Path["id"] != "case-1" {
		t.Error("the good one was changed")
	}
}
