package main

import (
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/textmessage"
)

// Codes are never shown on a console outside a demo.
func TestHowCodesGetToPhones(t *testing.T) {
	for _, c := range []struct {
		how  string
		demo bool
		want string // fault, or "" for what follows
		kind string
	}{
		{"", false, "", "none"}, {"", true, "", "console"}, {"console", true, "", "console"}, {"console", false, "textmessage.demo_only", ""},
		{"off", true, "", "none"}, {"folder:" + t.TempDir(), false, "", "folder"}, {"folder:/nowhere/at/all", false, "textmessage.address", ""},
		{"https://sms.example.org/send", false, "", "gateway"}, {"http://sms.example.org/send", true, "textmessage.address", ""},
	} {
		driver, err := driverOf(c.how, c.demo)
		kind := map[bool]string{true: "none", false: "gateway"}[driver == nil]
		switch driver.(type) {
		case *textmessage.Console:
			kind = "console"
		case textmessage.Folder:
			kind = "folder"
		}
		if got := fault.CodeOf(err); got != c.want || err == nil && kind != c.kind {
			t.Errorf("%q, demo %t: %s, %v", c.how, c.demo, kind, err)
		}
	}
}
