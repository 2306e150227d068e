package token

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lianxin/backend/fault"
)

// RFC 8037 appendix A: the key (A.1, A.2), its thumbprint (A.3) and a signature (A.4, A.5).
const (
	rfc8037Seed       = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
	rfc8037X          = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
	rfc8037Thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
	rfc8037JWS        = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc." +
		"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)

func rfc8037Key(t *testing.T) Key {
	t.Helper()
	seed, err := segment.DecodeString(rfc8037Seed)
	if err != nil {
		t.Fatal(err)
	}
	key, err := KeyFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestRFC8037(t *testing.T) {
	key := rfc8037Key(t)
	if got := segment.EncodeToString(key.Public().Bytes()); got != rfc8037X {
		t.Errorf("public key %s", got)
	}
	if got := key.Public().ID(); got != rfc8037Thumbprint {
		t.Errorf("thumbprint %s", got)
	}
	parsed, err := parseCompact(rfc8037JWS)
	if err != nil {
		t.Fatal(err)
	}
	if string(parsed.payload) != "Example of Ed25519 signing" {
		t.Errorf("payload %q", parsed.payload)
	}
	if err := parsed.verify(key.Public().verificationKey()); err != nil {
		t.Error(err)
	}
	if got := signed(key, `{"alg":"EdDSA"}`, "Example of Ed25519 signing"); got != rfc8037JWS {
		t.Errorf("signed %s", got)
	}
	wantCode(t, "with another key", parsed.verify(keyOf(t, 1).Public().verificationKey()), "token.signature")
}

func TestParseCompact(t *testing.T) {
	key := rfc8037Key(t)
	good := signed(key, `{"alg":"EdDSA","typ":"at+jwt","kid":"k"}`, `{}`)
	part := strings.Split(good, ".")
	head := func(text string) string { return signed(key, text, `{}`) }
	cases := []struct{ name, raw, code string }{
		{"good", good, ""},
		{"empty", "", "token.malformed"},
		{"two parts", part[0] + "." + part[1], "token.malformed"},
		{"four parts", good + ".", "token.malformed"},
		{"no signature", part[0] + "." + part[1] + ".", "token.malformed"},
		{"no payload", part[0] + ".." + part[2], "token.malformed"},
		{"line break in the signature", part[0] + "." + part[1] + "." + part[2][:20] + "\n" + part[2][20:], "token.malformed"},
		{"line break at the end", good + "\n", "token.malformed"},
		{"padding", part[0] + "." + part[1] + "." + part[2] + "==", "token.malformed"},
		{"standard base64", part[0] + "." + part[1] + "." + strings.Repeat("+/", 43), "token.malformed"},
		{"unused bits set", part[0] + "." + part[1] + "." + part[2][:85] + nextCharacter(part[2][85]), "token.malformed"},
		{"a space", " " + good, "token.malformed"},
		{"zero byte", good + "\x00", "token.malformed"},
		{"full width", strings.Replace(good, ".", "．", 1), "token.malformed"},
		{"too large", good + strings.Repeat("A", MaxToken), "token.too_large"},
		{"header is a list", head(`["EdDSA"]`), "token.malformed"},
		{"header is cut", head(`{"alg":"EdDSA"`), "token.malformed"},
		{"header with more text", head(`{"alg":"EdDSA"}{}`), "token.malformed"},
		{"header not UTF-8", head("{\"alg\":\"EdDSA\",\"kid\":\"\xff\"}"), "token.malformed"},
		{"alg twice", head(`{"alg":"none","alg":"EdDSA"}`), "token.malformed"},
		{"alg twice by an escape", head(`{"alg":"EdDSA","\u0061lg":"none"}`), "token.malformed"},
		{"alg in capitals", head(`{"ALG":"EdDSA"}`), "token.header_forbidden"},
		{"alg null", head(`{"alg":null}`), "token.malformed"},
		{"alg empty", head(`{"alg":""}`), "token.malformed"},
		{"alg a number", head(`{"alg":1}`), "token.malformed"},
		{"no alg", head(`{"typ":"at+jwt"}`), "token.algorithm"},
		{"kid too long", head(`{"alg":"EdDSA","kid":"` + strings.Repeat("k", maxText+1) + `"}`), "token.malformed"},
	}
	for _, forbidden := range []string{"crit", "jku", "jwk", "x5u", "x5c", "x5t", "b64", "zip", "cty", "x"} {
		raw := head(`{"alg":"EdDSA","` + forbidden + `":["exp"]}`)
		cases = append(cases, struct{ name, raw, code string }{forbidden, raw, "token.header_forbidden"})
	}
	for _, c := range cases {
		_, err := parseCompact(c.raw)
		wantCode(t, c.name, err, c.code)
	}
}

// nextCharacter is the base64url character whose value is one higher.
func nextCharacter(c byte) string {
	const order = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(order[strings.IndexByte(order, c)+1])
}

func TestParseObject(t *testing.T) {
	cases := map[string]bool{
		`{}`:                                true,
		`{"a":[1,{"b":null}],"c":"\u00e9"}`: true,
		" {\n} ":                            true,
		``:                                  false,
		`null`:                              false,
		`[]`:                                false,
		`{"a":1,"a":1}`:                     false,
		`{"a":{"b":1,"b":2}}`:               false,
		`{"a":[{"b":1,"b":2}]}`:             false,
		`{"a":[[[[1]]]]}`:                   false,
		`{"a":1,}`:                          false,
		`{"a":01}`:                          false,
		`{"a" 1}`:                           false,
		`{"a":1]`:                           false,
		`{1:1}`:                             false,
		`{"a":tru}`:                         false,
		"{\"a\":\"\xc3\"}":                  false,
		`{}}`:                               false,
		`{} x`:                              false,
		`{"a":"` + "\n" + `"}`:              false,
	}
	for text, want := range cases {
		if _, err := parseObject([]byte(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// No alteration of a right token is accepted: of its text, of its decoded
// parts under the old signature, and with parts of another right token.
func TestMutations(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	if _, err := b.verify(t, raw); err != nil {
		t.Fatal(err)
	}
	other := b.issue(t)
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, 1))
	codes, tried := map[string]int{}, 0
	try := func(mutant string) {
		if mutant == raw || mutant == other {
			return
		}
		tried++
		claims, err := b.verify(t, mutant)
		if err == nil {
			t.Fatalf("seed %d: accepted %q as %v", seed, mutant, claims)
		}
		if code := fault.CodeOf(err); !strings.HasPrefix(code, "token.") {
			t.Fatalf("seed %d: %q gives %v, not a refusal of its own", seed, mutant, err)
		} else {
			codes[code]++
		}
	}
	for i := range len(raw) { // every position: another character, left out, doubled, a bit changed, cut off
		try(raw[:i] + "A" + raw[i+1:])
		try(raw[:i] + raw[i+1:])
		try(raw[:i+1] + raw[i:])
		try(raw[:i] + string(raw[i]^1) + raw[i+1:])
		try(raw[:i])
	}
	for range 3000 {
		try(mutate(random, raw))
		try(mutateParts(random, raw, other))
	}
	if tried < 2000 || len(codes) < 4 {
		t.Errorf("%d mutants, codes %v: too few to mean much", tried, codes)
	}
	t.Logf("seed %d: %d mutants refused, by code %v", seed, tried, codes)
}

// mutate changes the text at some places.
func mutate(random *rand.Rand, raw string) string {
	text := []byte(raw)
	for range 1 + random.IntN(4) {
		i := random.IntN(len(text))
		switch random.IntN(4) {
		case 0:
			text[i] = byte(random.IntN(256))
		case 1:
			text = append(text[:i:i], text[i+1:]...)
		case 2:
			text = append(text[:i:i], append([]byte("\n. =-_A"[random.IntN(7):]), text[i:]...)...)
		case 3:
			j := random.IntN(len(text))
			text[i], text[j] = text[j], text[i]
		}
	}
	return string(text)
}

// mutateParts changes what is inside the parts, or takes some from another token.
func mutateParts(random *rand.Rand, raw, other string) string {
	mine, theirs := strings.Split(raw, "."), strings.Split(other, ".")
	if at := 1 + random.IntN(2); random.IntN(8) == 0 {
		mine[at] = theirs[at]
		return strings.Join(mine, ".")
	}
	at := random.IntN(3)
	decoded, err := segment.DecodeString(mine[at])
	if err != nil {
		panic(err)
	}
	if random.IntN(2) == 0 && at < 2 { // other JSON of the same meaning
		decoded = append(decoded, bytes.Repeat([]byte(" "), 1+random.IntN(3))...)
	} else {
		decoded[random.IntN(len(decoded))] ^= 1 << random.IntN(8)
	}
	mine[at] = segment.EncodeToString(decoded)
	return strings.Join(mine, ".")
}

// What we accept the library accepts too, set as strictly as it can be: the gate adds, it never loosens.
func TestLibraryAgrees(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	parser := jwt.NewParser(jwt.WithValidMethods([]string{Algorithm}), jwt.WithStrictDecoding(), jwt.WithIssuer(center),
		jwt.WithAudience(center), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return b.now }))
	parsed, err := parser.Parse(raw, func(*jwt.Token) (any, error) { return b.center.public.raw, nil })
	if err != nil || parsed.Header["typ"] != TypeAccess || parsed.Header["kid"] != b.center.Public().ID() {
		t.Fatalf("%v, %v", parsed, err)
	}
}

func FuzzVerify(f *testing.F) {
	b := newBench(f)
	raw := b.issue(f)
	f.Add(raw)
	f.Add(rfc8037JWS)
	f.Add("a.b.c")
	f.Add(signed(b.center, `{"alg":"EdDSA","typ":"at+jwt"}`, `{"exp":1}`))
	f.Fuzz(func(t *testing.T, text string) {
		if claims, err := b.verify(t, text); err == nil && text != raw {
			t.Fatalf("forged: %q is %v", text, claims)
		}
	})
}

func FuzzParseObject(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}],"c":"x"}`))
	f.Add([]byte(`{"a":1,"a":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := parseObject(data)
		if err != nil {
			return
		}
		var plain map[string]any
		if err := json.Unmarshal(data, &plain); err != nil || len(plain) != len(o) {
			t.Fatalf("%q: %d names, the plain reader has %d (%v)", data, len(o), len(plain), err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	bench := newBench(b)
	raw := bench.issue(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bench.verify(b, raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	bench := newBench(b)
	for b.Loop() {
		bench.issue(b)
	}
}
