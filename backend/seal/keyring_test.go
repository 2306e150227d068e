package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/c2sp/wycheproof"
	"golang.org/x/crypto/chacha20poly1305"

	"lianxin/backend/fault"
)

// fixed is a key file whose secrets are the bytes 0…31 and 32…63.
func fixed() File {
	bytesFrom := func(first byte) []byte {
		out := make([]byte, secretSize)
		for i := range out {
			out[i] = first + byte(i)
		}
		return out
	}
	key := Key{ID: 1, Algorithm: algorithmName, Created: noon, Secret: bytesFrom(0)}
	return File{Format: Format, Current: 1, Seal: []Key{key}, Index: IndexKey{Created: noon, Secret: bytesFrom(32)}}
}

// The expected values were computed with OpenSSL 3 (openssl kdf HKDF, openssl
// mac HMAC), so that a change of derivation cannot slip through: it would make
// every stored index and envelope unreadable.
func TestDerivationIsFrozen(t *testing.T) {
	ring := ringOf(t, fixed())
	if got := ring.Index("donor.number", "11010519491231002X"); got != "0tpf-soDFXOtf82lGeEnwRO7RwCa0Von2hTymG6_m_8" {
		t.Errorf("index %s", got)
	}
	if got := hex.EncodeToString(ring.Derive("gate.list")); got != "465ced690bc2e513d0a13cfd11fae3294457a806b14193555d90072c0689b843" {
		t.Errorf("derived key %s", got)
	}
	if got := hex.EncodeToString(derive(fixed().Seal[0].Secret, labelField)); got != "de3afa233554545f41ca0d543f63f698e8511cba8d9042c7db1412b7ce91a816" {
		t.Errorf("field key %s", got)
	}
}

func TestIndex(t *testing.T) {
	ring, other := newRing(t), newRing(t)
	number := ring.Index("donor.number", "11010519491231002X")
	if len(number) != 43 || strings.ContainsAny(number, "+/=") {
		t.Errorf("index %q is not 43 URL-safe characters", number)
	}
	if number != ring.Index("donor.number", "11010519491231002X") {
		t.Error("the same text gives another index")
	}
	differ := map[string]string{
		"another text":         ring.Index("donor.number", "360426199101010071"),
		"another purpose":      ring.Index("donor.phone", "11010519491231002X"),
		"text moved to label":  ring.Index("donor.number1", "1010519491231002X"),
		"another installation": other.Index("donor.number", "11010519491231002X"),
	}
	for name, got := range differ {
		if got == number {
			t.Errorf("%s gives the same index", name)
		}
	}
	if bytes.Equal(ring.Derive("x"), ring.Derive("y")) || bytes.Equal(ring.Derive("x"), other.Derive("x")) {
		t.Error("derived keys are shared")
	}
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	f := fixed()
	ring := ringOf(t, f)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, printed := range []string{fmt.Sprintf(verb, f), fmt.Sprintf(verb, ring)} {
			if strings.Contains(printed, "1 2 3 4") || strings.Contains(printed, "0x1, 0x2") || strings.Contains(printed, "\x01\x02") {
				t.Errorf("%s prints a secret: %s", verb, printed)
			}
		}
	}
}

func TestParseFile(t *testing.T) {
	good, err := fixed().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseFile(good); err != nil || got.Current != 1 || !bytes.Equal(got.Seal[0].Secret, fixed().Seal[0].Secret) {
		t.Fatalf("%v, %v", got, err)
	}
	change := func(edit func(*File)) string {
		f := fixed()
		edit(&f)
		text, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	cases := map[string]string{
		"empty":                 "",
		"not JSON":              "secret: hunter2",
		"two documents":         string(good) + string(good),
		"unknown field":         strings.Replace(string(good), `"current"`, `"note": "x", "current"`, 1),
		"too long":              string(good) + strings.Repeat(" ", maxFile),
		"other format":          change(func(f *File) { f.Format = "lianxin-keys/2" }),
		"no current key":        change(func(f *File) { f.Current = 7 }),
		"no keys":               change(func(f *File) { f.Seal = nil }),
		"key id zero":           change(func(f *File) { f.Seal[0].ID, f.Current = 0, 0 }),
		"key id twice":          change(func(f *File) { f.Seal = append(f.Seal, f.Seal[0]) }),
		"other algorithm":       change(func(f *File) { f.Seal[0].Algorithm = "sm4-gcm" }),
		"short secret":          change(func(f *File) { f.Seal[0].Secret = f.Seal[0].Secret[:31] }),
		"no index secret":       change(func(f *File) { f.Index.Secret = nil }),
		"zero secret":           change(func(f *File) { f.Index.Secret = make([]byte, secretSize) }),
		"one secret for both":   change(func(f *File) { f.Index.Secret = f.Seal[0].Secret }),
		"secret is not base 64": strings.Replace(string(good), "AAECAwQ", "A*ECAwQ", 1),
	}
	for name, text := range cases {
		_, err := ParseFile([]byte(text))
		if fault.CodeOf(err) != "seal.key_malformed" {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "AAECAwQ") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: the message quotes the file: %v", name, err)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	good, err := fixed().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":"lianxin-keys/1","current":1,"seal":[],"index":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := ParseFile(text)
		if err != nil {
			return
		}
		if _, err := file.Keyring(); err != nil {
			t.Fatalf("parsed but gives no keyring: %v", err)
		}
	})
}

// The cipher the envelopes rest on answers every Wycheproof case rightly.
func TestWycheproofXChaCha20Poly1305(t *testing.T) {
	raw, err := fs.ReadFile(wycheproof.TestVectors, "xchacha20_poly1305_test.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			Tests []struct {
				TcID                               int
				Key, IV, AAD, Msg, CT, Tag, Result string
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	ran, otherNonce := 0, 0
	for _, group := range file.TestGroups {
		for _, c := range group.Tests {
			ran++
			nonce := unhex(c.IV)
			if len(nonce) != nonceSize { // an envelope has room for no other length
				otherNonce++
				if c.Result == "valid" {
					t.Errorf("case %d: a valid nonce of %d bytes", c.TcID, len(nonce))
				}
				continue
			}
			aead, err := chacha20poly1305.NewX(unhex(c.Key))
			if err != nil {
				t.Fatal(err)
			}
			got, err := aead.Open(nil, nonce, append(unhex(c.CT), unhex(c.Tag)...), unhex(c.AAD))
			if (err == nil) != (c.Result == "valid") || (err == nil && !bytes.Equal(got, unhex(c.Msg))) {
				t.Errorf("case %d: %v, want %s", c.TcID, err, c.Result)
			}
		}
	}
	if ran != file.NumberOfTests || ran < 250 {
		t.Errorf("ran %d of %d", ran, file.NumberOfTests)
	}
	t.Logf("%d cases, %d of them with a nonce no envelope can hold", ran, otherNonce)
}
