package lang

import (
	"encoding/json"
	"testing"
)

func TestParse(t *testing.T) {
	for text, ok := range map[string]bool{"zh-CN": true, "en": true, "": false, "zh": false, "zh-cn": false, "EN": false, "en-GB": false, "fr": false} {
		tag, err := Parse(text)
		if (err == nil) != ok || ok && string(tag) != text {
			t.Errorf("Parse(%q) = %q, %v", text, tag, err)
		}
	}
}

func TestTextIn(t *testing.T) {
	hello := Text{ZH: "您好", EN: "Hello"}
	for tag, want := range map[Tag]string{Chinese: "您好", English: "Hello", "": "您好", "fr": "您好"} {
		if got := hello.In(tag); got != want {
			t.Errorf("in %q: %q, want %q", tag, got, want)
		}
	}
}

func TestIsComplete(t *testing.T) {
	for text, want := range map[Text]bool{{}: false, {ZH: "您好"}: false, {EN: "Hello"}: false, {ZH: "您好", EN: "Hello"}: true} {
		if text.IsComplete() != want {
			t.Errorf("%+v is complete: %v", text, !want)
		}
	}
}

func TestJSON(t *testing.T) {
	body, err := json.Marshal(Text{ZH: "您好", EN: "Hello"})
	if err != nil || string(body) != `{"zh":"您好","en":"Hello"}` {
		t.Errorf("%s, %v", body, err)
	}
}
