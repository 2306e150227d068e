package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

func TestCheckPassword(t *testing.T) {
	cases := []struct {
		password string
		broken   []string
	}{
		{goodPassword, nil},
		{"correct horse battery staple", nil},
		{"kestrel-violin-84-marsh", nil},
		{"春江潮水连海平海上明月共潮生", nil},
		{"tV9#qL2!mX7z", nil},
		{"", []string{"too_short", "common"}},
		{"tV9#qL2!mX7", []string{"too_short"}},
		{"春江潮水连海平", []string{"too_short"}},
		{strings.Repeat("春江潮水连海平", 19), []string{"too_long"}},
		{"wang.test-ab1", []string{"is_login"}},
		{"WANG.TEST12345", []string{"is_login", "common"}},
		{"aaaaaaaaaaaa", []string{"common"}},
		{"abababababab", []string{"common"}},
		{"123456789012", []string{"common"}},
		{"abcdefghijklmnop", []string{"common"}},
		{"password1234", []string{"common"}},
		{"P@ssw0rd2026!", []string{"common"}},
		{"ＰＡＳＳＷＯＲＤ１２３４", []string{"common"}},
		{"qwertyuiop123", []string{"common"}},
		{"1qaz2wsx1qaz2wsx", []string{"common"}},
		{"woaini5201314", []string{"common"}},
		{"Lianxin@2026!!", []string{"common"}},
		{"beijing-xianxue-2026", []string{"common"}},
		{"Admin123456!", []string{"common"}},
	}
	for _, c := range cases {
		var got []string
		if err := CheckPassword(c.password, "wang.test"); err != nil {
			f, ok := errors.AsType[*fault.Fault](err)
			if !ok || f.Code != "staff.password_rejected" || f.Kind != fault.Invalid {
				t.Fatalf("%q: %v", c.password, err)
			}
			for _, p := range f.Places {
				got = append(got, p.Code)
			}
		}
		if !slices.Equal(got, c.broken) {
			t.Errorf("%q: broken %v, want %v", c.password, got, c.broken)
		}
	}
}

// Twelve characters drawn by chance are never called common, and the fault never holds the password.
func TestRandomPasswordsPass(t *testing.T) {
	letters := []rune("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+-")
	rapid.Check(t, func(t *rapid.T) {
		password := string(rapid.SliceOfNDistinct(rapid.SampledFrom(letters), 16, 40, rapid.ID).Draw(t, "password"))
		if err := CheckPassword(password, "wang.test"); err != nil {
			if strings.Contains(err.Error(), password) {
				t.Fatalf("the fault shows the password")
			}
			// Distinct letters may still be mostly rows such as "abcdef"; then too little of one's own is left.
			if left := withoutRuns(strings.ToLower(password)); len(left) >= minOwn+8 {
				t.Fatalf("%q: %v", password, err)
			}
		}
	})
}

func TestHash(t *testing.T) {
	h, err := NewHasher(cheap, rand.Reader, 2)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	stored, err := h.Hash(ctx, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Hash(ctx, goodPassword)
	if err != nil || again == stored {
		t.Errorf("two hashes of one password are equal (%v)", err)
	}
	for password, want := range map[string]bool{
		goodPassword: true,
		strings.ReplaceAll(goodPassword, "x7", "ｘ７"): true, // the same keys with a Chinese input method on
		goodPassword + " ":            false,
		strings.ToUpper(goodPassword): false,
		"":                            false,
	} {
		ok, outdated, err := h.Check(ctx, stored, password)
		if ok != want || outdated || err != nil {
			t.Errorf("%q: %v, %v, %v", password, ok, outdated, err)
		}
	}
	stronger, err := NewHasher(Params{Memory: 128, Passes: 1, Threads: 1}, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	if ok, outdated, err := stronger.Check(ctx, stored, goodPassword); !ok || !outdated || err != nil {
		t.Errorf("a hash of less cost: %v, %v, %v", ok, outdated, err)
	}
	if _, err := NewHasher(cheap, strings.NewReader("short"), 1); err == nil {
		t.Error("a salt from too little randomness")
	}
}

// Published with the reference implementation (phc-winner-argon2, src/test.c:
// Argon2id v=19, t=2, m=64 MiB, p=1, "password", "somesalt").
func TestHashVector(t *testing.T) {
	h, err := NewHasher(cheap, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, outdated, err := h.Check(t.Context(), stored, "password"); !ok || !outdated || err != nil {
		t.Errorf("%v, %v, %v", ok, outdated, err)
	}
}

func TestCurrentParams(t *testing.T) {
	if Current != (Params{Memory: 65536, Passes: 3, Threads: 4}) {
		t.Errorf("%+v is not the second recommended option of RFC 9106 §4", Current)
	}
	h, err := NewHasher(Current, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h.decoy, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("written as %s", h.decoy)
	}
}

func TestStoredHashMalformed(t *testing.T) {
	h, err := NewHasher(cheap, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	const salt, sum = "c29tZXNhbHRzb21l", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, stored := range []string{
		"", "plain password", "$", strings.Repeat("$", 5),
		"$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1,x=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=064,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=300$" + salt + "$" + sum,
		"$argon2id$v=19$m=4294967295,t=1,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=4000000000,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1$$" + sum,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + sum + "=",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + sum + "$",
	} {
		ok, _, err := h.Check(t.Context(), stored, "password")
		if ok || !errors.Is(err, errHash) {
			t.Errorf("%q: %v, %v", stored, ok, err)
		}
	}
}

// A rush of logins waits for its turn and gives up when its caller does.
func TestHasherIsBounded(t *testing.T) {
	h, err := NewHasher(cheap, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	h.slots <- struct{}{} // somebody else is hashing
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := h.Hash(ctx, goodPassword); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hashed without a free slot: %v", err)
	}
	<-h.slots
	if _, err := h.Hash(t.Context(), goodPassword); err != nil {
		t.Error(err)
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, stored string) {
		p, _, _, err := parsePHC(stored)
		if err == nil && (p.Memory > maxMemory || p.Passes > maxPasses || p.Threads > maxThreads || p.Threads == 0) {
			t.Fatalf("%q allows %+v", stored, p)
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("P@ssw0rd2026!", "wang")
	f.Add("ａａａａ\u0301", "")
	f.Fuzz(func(t *testing.T, password, login string) {
		err := CheckPassword(password, login)
		if err == nil && len([]rune(normal(password))) < MinPassword {
			t.Fatalf("%q is too short", password)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	h, err := NewHasher(Current, rand.Reader, 1)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.Hash(b.Context(), goodPassword); err != nil {
			b.Fatal(err)
		}
	}
}
