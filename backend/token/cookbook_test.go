package token

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// cookbookExample is a token of the JOSE cookbook in one serialisation, or a key alone.
type cookbookExample struct {
	Name       string
	Keys       []map[string]any
	Algorithms []string        // one for each key; none of a key alone
	Token      json.RawMessage // a string, or an object in a JSON serialisation
}

func (e cookbookExample) text() string {
	return wycheproofCase{JWS: e.Token}.text()
}

// key reads the example's one key for its one algorithm. The cookbook's keys name none.
func (e cookbookExample) key(t *testing.T) verificationKey {
	t.Helper()
	members := map[string]any{"alg": e.Algorithms[0]}
	for name, value := range e.Keys[0] {
		members[name] = value
	}
	if e.Algorithms[0] != Algorithm {
		key, err := foreignKeys(mustJSON(t, members), "")
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	_, err := ParseJWK(mustJSON(t, members))
	wantCode(t, e.Name, err, "token.key_private")
	delete(members, "d")
	key, err := ParseJWK(mustJSON(t, members))
	if err != nil {
		t.Fatal(err)
	}
	return key.verificationKey()
}

// What the product refuses of the cookbook's good examples, and why. The first whose
// words are in an example's name is its own; whatever is left is accepted.
var cookbookRefusals = []struct{ words, code, why string }{
	{"json", "token.malformed", "a JSON serialisation; a token is compact, as headers carry no other"},
	{"jwe/", "token.malformed", "encrypted (JWE): the product has no encrypted tokens"},
	{"ecdh-es", "token.malformed", "the same"},
	{"encryption encrypt", "token.malformed", "the same, around a signed token, which is accepted by itself"},
	{"detached_content", "token.malformed", "its payload is elsewhere; a token always has claims"},
	{"b64_false", "token.malformed", "a payload that is not base64url (RFC 7797), and an extension that must be understood"},
}

// Every example of the cookbook (RFC 7520), with those of RFC 7797 and RFC 8037 its
// authors keep beside it, goes through the product's own gate.
func TestCookbookTokens(t *testing.T) {
	accepted, refused := 0, 0
	var before *cookbookExample
	for _, e := range cookbook(t) {
		if e.Token == nil {
			continue
		}
		if code := cookbookRefusal(e.Name); code != "" {
			refused++
			_, err := parseCompact(e.text())
			wantCode(t, e.Name, err, code)
			continue
		}
		accepted++
		good, err := parseCompact(e.text())
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		if err := good.verify(e.key(t)); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
		for i := range good.signature {
			good.signature[i] ^= 1
			wantCode(t, fmt.Sprintf("%s, byte %d of its signature changed", e.Name, i), good.verify(e.key(t)), "token.signature")
			good.signature[i] ^= 1
		}
		if before != nil && good.verify(before.key(t)) == nil {
			t.Errorf("%s: the key of %s opens it", e.Name, before.Name)
		}
		before = &e
	}
	t.Logf("%d accepted, %d refused for reasons that are listed", accepted, refused)
	if accepted != 6 || refused != 63 {
		t.Errorf("%d accepted and %d refused are not all", accepted, refused)
	}
}

// The cookbook's keys are of kinds the product has not, or give a secret away.
func TestCookbookKeys(t *testing.T) {
	n := 0
	for _, e := range cookbook(t) {
		if e.Token != nil {
			continue
		}
		n++
		want := "token.key_unsupported"
		if e.Keys[0]["d"] != nil || e.Keys[0]["k"] != nil {
			want = "token.key_private"
		}
		_, err := ParseJWK(mustJSON(t, e.Keys[0]))
		wantCode(t, e.Name, err, want)
	}
	if n != 6 {
		t.Errorf("%d keys are not all", n)
	}
}

func cookbook(t *testing.T) []cookbookExample {
	t.Helper()
	raw, err := os.ReadFile("testdata/cookbook.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Examples []cookbookExample }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Examples
}

func cookbookRefusal(name string) string {
	for _, r := range cookbookRefusals {
		if strings.Contains(name, r.words) {
			return r.code
		}
	}
	return ""
}
