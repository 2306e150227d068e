package token

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestJWK(t *testing.T) {
	key, other := rfc8037Key(t).Public(), keyOf(t, 1).Public()
	text, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kty":"OKP","crv":"Ed25519","x":"` + rfc8037X + `","use":"sig","alg":"EdDSA","kid":"` + rfc8037Thumbprint + `"}`
	if string(text) != want {
		t.Errorf("written %s", text)
	}
	var read PublicKey
	if err := json.Unmarshal(text, &read); err != nil || !read.Equal(key) {
		t.Errorf("read back %v, %v", read, err)
	}
	if _, err := json.Marshal(PublicKey{}); err == nil {
		t.Error("no key was written")
	}
	weak := segment.EncodeToString(make([]byte, 32))
	cases := []struct{ name, text, code string }{
		{"as written", want, ""},
		{"only what is needed (RFC 8037 A.2)", `{"kty":"OKP","crv":"Ed25519","x":"` + rfc8037X + `"}`, ""},
		{"for verifying", `{"kty":"OKP","crv":"Ed25519","key_ops":["verify"],"x":"` + rfc8037X + `"}`, ""},
		{"private (RFC 8037 A.1)", `{"kty":"OKP","crv":"Ed25519","d":"` + rfc8037Seed + `","x":"` + rfc8037X + `"}`, "token.key_private"},
		{"secret", `{"kty":"oct","k":"AAAA"}`, "token.key_private"},
		{"for encryption", strings.Replace(want, `"sig"`, `"enc"`, 1), "token.key_use"},
		{"for signing", `{"kty":"OKP","crv":"Ed25519","key_ops":["sign"],"x":"` + rfc8037X + `"}`, "token.key_use"},
		{"key_ops is text", `{"kty":"OKP","crv":"Ed25519","key_ops":"verify","x":"` + rfc8037X + `"}`, "token.key_use"},
		{"X25519", strings.Replace(want, "Ed25519", "X25519", 1), "token.key_unsupported"},
		{"other alg", strings.Replace(want, "EdDSA", "ES256", 1), "token.key_unsupported"},
		{"other kty", strings.Replace(want, "OKP", "EC", 1), "token.key_unsupported"},
		{"no x", `{"kty":"OKP","crv":"Ed25519"}`, "token.key_malformed"},
		{"short x", strings.Replace(want, rfc8037X, rfc8037X[:40], 1), "token.key_malformed"},
		{"padded x", strings.Replace(want, rfc8037X, rfc8037X+"=", 1), "token.key_malformed"},
		{"line break in x", strings.Replace(want, rfc8037X, rfc8037X[:9]+`\n`+rfc8037X[9:], 1), "token.key_malformed"},
		{"unused bits in x", strings.Replace(want, rfc8037X, rfc8037X[:42]+nextCharacter(rfc8037X[42]), 1), "token.key_malformed"},
		{"x twice", strings.Replace(want, `"x"`, `"x":"A","x"`, 1), "token.key_malformed"},
		{"other kid", strings.Replace(want, rfc8037Thumbprint, other.ID(), 1), "token.key_malformed"},
		{"weak", `{"kty":"OKP","crv":"Ed25519","x":"` + weak + `"}`, "token.key_weak"},
		{"not an object", `"key"`, "token.key_malformed"},
		{"too large", want + strings.Repeat(" ", MaxKeySet), "token.key_malformed"},
	}
	for _, c := range cases {
		_, err := ParseJWK([]byte(c.text))
		wantCode(t, c.name, err, c.code)
	}
}

func TestJWKS(t *testing.T) {
	one, two := keyOf(t, 1).Public(), keyOf(t, 2).Public()
	text, err := MarshalJWKS([]PublicKey{one, two})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseJWKS(text)
	if err != nil || len(keys) != 2 || !keys[0].Equal(one) || !keys[1].Equal(two) {
		t.Fatalf("%v, %v", keys, err)
	}
	if empty, err := MarshalJWKS(nil); err != nil || string(empty) != `{"keys":[]}` {
		t.Errorf("%s, %v", empty, err)
	}
	private := `{"kty":"OKP","crv":"Ed25519","d":"` + rfc8037Seed + `","x":"` + rfc8037X + `"}`
	cases := []struct{ name, text, code string }{
		{"one key twice", strings.Replace(string(text), string(mustJSON(t, two)), string(mustJSON(t, one)), 1), "token.key_malformed"},
		{"a private one among them", strings.Replace(string(text), "[", "["+private+",", 1), "token.key_private"},
		{"empty", `{"keys":[]}`, "token.key_malformed"},
		{"no keys", `{}`, "token.key_malformed"},
		{"keys twice", `{"keys":[],` + string(text[1:]), "token.key_malformed"},
		{"keys is an object", `{"keys":{}}`, "token.key_malformed"},
		{"too many", `{"keys":[` + strings.Repeat(`{},`, maxKeys) + `{}]}`, "token.key_malformed"},
		{"too large", strings.Repeat(" ", MaxKeySet) + string(text), "token.key_malformed"},
	}
	for _, c := range cases {
		_, err := ParseJWKS([]byte(c.text))
		wantCode(t, c.name, err, c.code)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func FuzzParseJWKS(f *testing.F) {
	text, err := MarshalJWKS([]PublicKey{keyOf(f, 1).Public()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"keys":[{"kty":"OKP"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ParseJWKS(data)
		if err != nil {
			return
		}
		again, err := MarshalJWKS(keys)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseJWKS(again); err != nil || len(back) != len(keys) {
			t.Fatalf("%s does not read back: %v", again, err)
		}
	})
}
