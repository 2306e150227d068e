package api

import (
	"strings"
	"testing"
)

// Whoever misspells a member finds it without its name being repeated.
func TestAnUnknownMemberIsHintedAt(t *testing.T) {
	for sent, want := range map[string]string{
		"nubmer":                  `its name has 6 characters; did you mean "number"?`,
		"birthdate":               `its name has 9 characters; did you mean "birth_date"?`,
		"favourite_colour":        "its name has 16 characters",
		"11010519491231002X":      "its name has 18 characters",
		"13800138000":             "its name has 11 characters",
		"欧阳测试":                    "its name has 4 characters",
		"测试.甲":                    "its name has 4 characters",
		strings.Repeat("n", 3000): "its name has 3000 characters",
	} {
		body := `{"kind":"passport","number":"X","` + sent + `":1}`
		w := newWindow(t, nil)
		w.must("POST", sessionPath, map[string]string{"language": "zh-CN"})
		answer := w.send("POST", sessionPath+"/identity", "", []byte(body))
		p := problem(t, answer)
		if len(p.Errors) != 1 || p.Errors[0].Location != "body.?" || p.Errors[0].Detail != unknownMember+", "+want {
			t.Errorf("%q: %+v", sent, p.Errors)
		}
		if text := answer.Body.String(); strings.Contains(text, sent) {
			t.Errorf("the name is repeated: %s", text)
		}
	}
}
