package apitest

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReadFindsEveryOperation(t *testing.T) {
	d := Read(t)
	bodies, parameters := 0, 0
	for _, op := range d.Operations {
		if op.ID == "" || op.Method == "" || op.Permission == "" {
			t.Errorf("%+v", op)
		}
		if op.Body != nil {
			bodies++
		}
		parameters += len(op.Parameters)
	}
	if len(d.Operations) < 50 || bodies < 20 || parameters < 10 {
		t.Errorf("%d operations, %d bodies, %d parameters", len(d.Operations), bodies, parameters)
	}
}

// Without wrongness a value has the members its schema requires and the types it names.
func TestValuesAreRight(t *testing.T) {
	s := Read(t).Schema(t, "StaffLogin")
	rapid.Check(t, func(t *rapid.T) {
		var out struct{ Login, Password, Code, PublicKey *string }
		text := strings.ReplaceAll(string(encode(Maker{}.Value(t, s, "", 0))), "public_key", "publickey")
		if err := json.Unmarshal([]byte(text), &out); err != nil || out.Login == nil || out.Password == nil || out.Code == nil || out.PublicKey == nil {
			t.Fatalf("%v in %s", err, text)
		}
		if len([]rune(*out.Login)) > 64 || len([]rune(*out.Code)) > 16 {
			t.Fatalf("too long: %s", text)
		}
	})
}

func TestJudge(t *testing.T) {
	m := Maker{Personal: []string{"13800138000"}}
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string
		good   bool
	}{
		{"an answer", 200, "text/plain", "13800138000", true},
		{"a problem", 422, "application/problem+json", `{"type":"urn:lianxin:fault:a.b","title":"t","status":422,"code":"a.b"}`, true},
		{"sent elsewhere", 307, "application/problem+json", `{"type":"urn:lianxin:fault:internal","title":"t","status":307,"code":"internal"}`, false},
		{"a breakdown", 500, "application/problem+json", `{"type":"urn:lianxin:fault:internal","title":"t","status":500,"code":"internal"}`, false},
		{"no problem document", 404, "text/plain", "404 page not found", false},
		{"a problem without a code", 422, "application/problem+json", `{"type":"about:blank","title":"t","status":422}`, false},
		{"another status inside", 422, "application/problem+json", `{"type":"urn:lianxin:fault:a.b","title":"t","status":400,"code":"a.b"}`, false},
		{"somebody's number", 422, "application/problem+json", `{"type":"urn:lianxin:fault:a.b","title":"13800138000","status":422,"code":"a.b"}`, false},
	} {
		answer := httptest.NewRecorder()
		answer.Header().Set("Content-Type", c.kind)
		answer.WriteHeader(c.status)
		if _, err := answer.WriteString(c.body); err != nil {
			t.Fatal(err)
		}
		if err := m.Judge(answer); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
