package token

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
)

var hashKey = []byte("a key only of this test")

func newCode(t testing.TB) Code {
	t.Helper()
	code, err := NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCodeTypedByPeople(t *testing.T) {
	code := newCode(t)
	wide := strings.Map(func(r rune) rune { return r - '!' + '！' }, string(code))
	for _, typed := range []string{string(code), code.Display(), strings.ToLower(string(code)), " " + string(code) + " ", wide, strings.ToLower(code.Display()) + "\u3000"} {
		if got, err := ParseCode(typed); err != nil || got != code {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "ABC", string(code)[:10], string(code) + "2", "0" + string(code)[1:], "连" + string(code)[1:], "\x00" + string(code)[1:], strings.Repeat("-", 5000)} {
		_, err := ParseCode(typed)
		wantCode(t, typed, err, "enrolment.code_malformed")
	}
	if d := code.Display(); len(d) != 13 || d[4] != '-' || d[9] != '-' {
		t.Errorf("displayed %q", d)
	}
}

// Every single wrong character and every two characters exchanged are noticed.
func TestCodeCheckCharacter(t *testing.T) {
	for range 20 {
		code := newCode(t)
		for i := range code {
			for _, c := range alphabet {
				if byte(c) == code[i] {
					continue
				}
				if got, err := ParseCode(string(code[:i]) + string(c) + string(code[i+1:])); err == nil {
					t.Fatalf("%s with %c at %d is taken as %s", code, c, i, got)
				}
			}
			for j := range i {
				swapped := []byte(code)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if _, err := ParseCode(string(swapped)); err == nil && swapped[i] != swapped[j] {
					t.Fatalf("%s with %d and %d exchanged is taken", code, i, j)
				}
			}
		}
	}
}

func TestCodeIsEvenlyDrawn(t *testing.T) {
	counts := map[byte]int{}
	const draws = 6200
	for range draws {
		counts[newCode(t)[0]]++
	}
	if len(counts) != len(alphabet) {
		t.Fatalf("%d of %d characters ever come first", len(counts), len(alphabet))
	}
	for c, n := range counts { // 200 expected; six standard deviations are 84
		if n < 116 || n > 284 {
			t.Errorf("%c came %d times of %d", c, n, draws)
		}
	}
	if _, err := NewCode(bytes.NewReader(nil)); err == nil {
		t.Error("a code without randomness")
	}
}

func TestCodeHash(t *testing.T) {
	code := newCode(t)
	if !bytes.Equal(code.Hash(hashKey), code.Hash(hashKey)) || bytes.Equal(code.Hash(hashKey), code.Hash([]byte("other"))) || bytes.Equal(code.Hash(hashKey), newCode(t).Hash(hashKey)) {
		t.Error("the hash does not follow from code and key alone")
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("ABCD-EFGH-JKM")
	f.Add("ａｂｃｄ２３４５６７８")
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseCode(typed)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.Display()); err != nil || again != code {
			t.Fatalf("%q read as %q, and that as %q, %v", typed, code, again, err)
		}
	})
}
