package token

import (
	"strings"
	"testing"
)

func TestInvitation(t *testing.T) {
	code := newCode(t)
	text, err := Invitation{URL: "https://center.example", Code: code}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"handshake_version":1,"url":"https://center.example","token":"` + string(code) + `"}`; text != want {
		t.Errorf("written %s", text)
	}
	address := func(url string) string {
		return `{"handshake_version":1,"url":"` + url + `","token":"` + string(code) + `"}`
	}
	cases := []struct{ name, text, code string }{
		{"as written", text, ""},
		{"unknown member", strings.Replace(text, "{", `{"note":"x",`, 1), ""},
		{"local demo", address("http://localhost:8080"), ""},
		{"local demo by number", address("http://[::1]:8080"), ""},
		{"newer", `{"handshake_version":2,"address":"x"}`, "enrolment.version"},
		{"version 0", strings.Replace(text, ":1", ":0", 1), "enrolment.qr_malformed"},
		{"version as text", strings.Replace(text, ":1", `:"1"`, 1), "enrolment.qr_malformed"},
		{"no version", strings.Replace(text, "handshake_version", "version", 1), "enrolment.qr_malformed"},
		{"plain http", address("http://center.example"), "enrolment.address"},
		{"looks local", address("http://localhost.example"), "enrolment.address"},
		{"script", address("javascript:alert(1)"), "enrolment.address"},
		{"password inside", address("https://a:b@center.example"), "enrolment.address"},
		{"query inside", address("https://center.example?x=1"), "enrolment.address"},
		{"no host", address("https://"), "enrolment.address"},
		{"no url", `{"handshake_version":1,"token":"x"}`, "enrolment.qr_malformed"},
		{"token twice", strings.Replace(text, `"token"`, `"token":"x","token"`, 1), "enrolment.qr_malformed"},
		{"wrong check", strings.Replace(text, string(code), string(code[:10])+string(alphabet[(strings.IndexByte(alphabet, code[10])+1)%31]), 1), "enrolment.code_malformed"},
		{"another QR code", "https://example.com/menu", "enrolment.qr_malformed"},
		{"too long", text + strings.Repeat(" ", maxInvitation), "enrolment.qr_malformed"},
	}
	for _, c := range cases {
		_, err := ParseInvitation(c.text)
		wantCode(t, c.name, err, c.code)
	}
	if got, err := ParseInvitation(text); err != nil || got.Code != code || got.URL != "https://center.example" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := (Invitation{URL: "ftp://x", Code: code}).Encode(); err == nil {
		t.Error("an invitation nobody could read was written")
	}
}

func FuzzParseInvitation(f *testing.F) {
	f.Add(`{"handshake_version":1,"url":"https://center.example","token":"22222222222"}`)
	f.Fuzz(func(t *testing.T, text string) {
		i, err := ParseInvitation(text)
		if err != nil {
			return
		}
		if _, err := i.Encode(); err != nil {
			t.Fatalf("%q was read as %+v, which cannot be written: %v", text, i, err)
		}
	})
}
