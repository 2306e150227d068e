package token

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
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

// invited returns an enrolment with its code and the claim of a device.
func invited(t testing.TB) (Enrolment, Claim) {
	t.Helper()
	code, key := newCode(t), keyOf(t, 2)
	e, err := Invite(Enrolment{ID: "e", CodeHash: code.Hash(hashKey), Name: "测试机", Surface: "kiosk", SiteID: "s", CreatedBy: "staff-1"}, noon, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return e, Claim{Code: code, Key: key.Public(), Proof: ProvePossession(key, code)}
}

func TestEnrolment(t *testing.T) {
	e, claim := invited(t)
	e, err := e.Accept(noon.Add(9*time.Minute), claim, hashKey)
	if err != nil || e.Status != Pending {
		t.Fatalf("%+v, %v", e, err)
	}
	again, err := e.Accept(noon.Add(10*time.Minute), claim, hashKey)
	if err != nil || !again.ClaimedAt.Equal(e.ClaimedAt) || !again.ExpiresAt.Equal(e.ExpiresAt) {
		t.Errorf("said again: %+v, %v", again, err)
	}
	approved, err := e.Approve(noon.Add(20*time.Minute), "staff-2", claim.Key.Fingerprint())
	if err != nil || approved.Status != Approved || approved.DecidedBy != "staff-2" {
		t.Fatalf("%+v, %v", approved, err)
	}
	if got := approved.StatusAt(noon.AddDate(1, 0, 0)); got != Approved {
		t.Errorf("a year later it is %s", got)
	}
	if same, err := approved.Accept(noon.AddDate(1, 0, 0), claim, hashKey); err != nil || same.Status != Approved {
		t.Errorf("the device asks how it went: %v, %v", same.Status, err)
	}
}

func TestEnrolmentRefusals(t *testing.T) {
	fresh, claim := invited(t)
	pending, err := fresh.Accept(noon, claim, hashKey)
	if err != nil {
		t.Fatal(err)
	}
	stranger := keyOf(t, 9)
	theirs := Claim{Code: claim.Code, Key: stranger.Public(), Proof: ProvePossession(stranger, claim.Code)}
	stolen := Claim{Code: claim.Code, Key: stranger.Public(), Proof: claim.Proof}
	guess := Claim{Code: newCode(t), Key: claim.Key, Proof: claim.Proof}
	refused, err := pending.Refuse(noon, "staff-1")
	if err != nil {
		t.Fatal(err)
	}
	accept := func(e Enrolment, after time.Duration, c Claim) error {
		_, err := e.Accept(noon.Add(after), c, hashKey)
		return err
	}
	approve := func(e Enrolment, after time.Duration, fingerprint string) error {
		_, err := e.Approve(noon.Add(after), "staff-1", fingerprint)
		return err
	}
	shown := claim.Key.Fingerprint()
	cases := []struct {
		name string
		err  error
		code string
	}{
		{"guessed code", accept(fresh, 0, guess), "enrolment.code_unknown"},
		{"key without its secret", accept(fresh, 0, stolen), "enrolment.proof"},
		{"no key", accept(fresh, 0, Claim{Code: claim.Code, Proof: claim.Proof}), "enrolment.proof"},
		{"too late", accept(fresh, 10*time.Minute, claim), "enrolment.expired"},
		{"a second device", accept(pending, 0, theirs), "enrolment.code_used"},
		{"after the wait", accept(pending, MaxCodeLife, claim), "enrolment.expired"},
		{"after a refusal", accept(refused, 0, claim), "enrolment.refused"},
		{"approve before a device came", approve(fresh, 0, shown), "enrolment.not_pending"},
		{"approve too late", approve(pending, MaxCodeLife, shown), "enrolment.expired"},
		{"approve another key", approve(pending, 0, stranger.Public().Fingerprint()), "enrolment.fingerprint_mismatch"},
		{"approve without looking", approve(pending, 0, ""), "enrolment.fingerprint_mismatch"},
		{"approve after refusal", approve(refused, 0, shown), "enrolment.not_pending"},
	}
	for _, c := range cases {
		wantCode(t, c.name, c.err, c.code)
	}
	if _, err := pending.Approve(noon, "", shown); err == nil {
		t.Error("approved by nobody")
	}
	if early, err := fresh.Refuse(noon, "staff-1"); err != nil || early.Status != Refused {
		t.Errorf("a code taken back: %v, %v", early.Status, err)
	}
	if _, err := Invite(Enrolment{ID: "e", CodeHash: []byte("x"), Surface: "kiosk", CreatedBy: "s"}, noon, MaxCodeLife+1); fault.CodeOf(err) != "enrolment.life" {
		t.Errorf("a code for too long: %v", err)
	}
	if _, err := Invite(Enrolment{}, noon, time.Minute); err == nil {
		t.Error("an invitation of nothing")
	}
}

// Whatever is tried in whatever order: nothing decided changes again, and no
// device is approved whose key nobody compared in time.
func TestEnrolmentProperty(t *testing.T) {
	fresh, claim := invited(t)
	stranger := keyOf(t, 9)
	theirs := Claim{Code: claim.Code, Key: stranger.Public(), Proof: ProvePossession(stranger, claim.Code)}
	rapid.Check(t, func(t *rapid.T) {
		e, now := fresh, noon
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second)
			before, status := e, e.StatusAt(now)
			var err error
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				e, err = e.Accept(now, claim, hashKey)
			case 1:
				e, err = e.Accept(now, theirs, hashKey)
			case 2:
				e, err = e.Approve(now, "s", claim.Key.Fingerprint())
			case 3:
				e, err = e.Approve(now, "s", stranger.Public().Fingerprint())
			case 4:
				e, err = e.Refuse(now, "s")
			}
			isClosed := status == Approved || status == Refused || status == Expired
			if (err != nil || isClosed) && e.Status != before.Status {
				t.Fatalf("%s became %s (%v)", status, e.Status, err)
			}
			if !before.Key.IsZero() && !e.Key.Equal(before.Key) {
				t.Fatal("the key was exchanged")
			}
			if e.Status == Approved && (e.Key.IsZero() || e.DecidedAt.Sub(e.ClaimedAt) >= MaxCodeLife) {
				t.Fatalf("approved %+v", e)
			}
		}
	})
}

func TestAssertion(t *testing.T) {
	b := newBench(t)
	check := AssertionVerifier{
		Audience: endpoint, Now: func() time.Time { return b.now }, Leeway: 30 * time.Second,
		Replays: NewMemoryReplays(func() time.Time { return b.now }, 100),
		DeviceKey: func(_ context.Context, id string) (PublicKey, error) {
			switch {
			case b.revoked[id]:
				return PublicKey{}, fault.New(fault.Unauthorized, "token.revoked")
			case id == "device-1":
				return b.device.Public(), nil
			}
			return PublicKey{}, fault.New(fault.Unauthorized, "token.key_unknown")
		},
	}
	assert := func(key Key, a Assertion) string {
		raw, err := a.Sign(key, noon)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	right := assert(b.device, Assertion{"device-1", endpoint, "j1"})
	later := assert(b.device, Assertion{"device-1", endpoint, "j2"})
	stranger := keyOf(t, 9)
	borrowed := `{"alg":"EdDSA","typ":"client-authentication+jwt","kid":"` + b.device.Public().ID() + `"}`
	claims := `{"iss":"device-1","sub":"device-1","aud":"` + endpoint + `","jti":"j","iat":1795406400,"exp":1795406460}`
	cases := []struct {
		name, raw string
		at        time.Duration
		revoked   bool
		code      string
	}{
		{"right", right, 0, false, ""},
		{"again", right, time.Second, false, "token.replayed"},
		{"revoked device", later, 0, true, "token.revoked"},
		{"expired", later, 90 * time.Second, false, "token.expired"},
		{"clock behind", later, -31 * time.Second, false, "token.early"},
		{"unknown device", assert(b.device, Assertion{"device-2", endpoint, "j"}), 0, false, "token.key_unknown"},
		{"another endpoint", assert(b.device, Assertion{"device-1", center, "j"}), 0, false, "token.audience"},
		{"another key", assert(stranger, Assertion{"device-1", endpoint, "j"}), 0, false, "token.key_unknown"},
		{"another key under its name", signed(stranger, borrowed, claims), 0, false, "token.signature"},
		{"for another device", signed(b.device, borrowed, strings.Replace(claims, `"iss":"device-1"`, `"iss":"device-2"`, 1)), 0, false, "token.issuer"},
		{"lives too long", signed(b.device, borrowed, strings.Replace(claims, "406460", "406461", 1)), 0, false, "token.lifetime"},
		{"an access token", b.issue(t), 0, false, "token.type"},
		{"the refused ones did not use it up", later, 0, false, ""},
	}
	for _, c := range cases {
		b.now, b.revoked["device-1"] = noon.Add(c.at), c.revoked
		got, err := check.Verify(t.Context(), c.raw)
		wantCode(t, c.name, err, c.code)
		if err == nil && got.Subject != "device-1" {
			t.Errorf("%s: speaks for %s", c.name, got.Subject)
		}
	}
	if _, err := (Assertion{Device: "d", Audience: "a"}).Sign(b.device, noon); err == nil {
		t.Error("an assertion without jti")
	}
}

func TestBatch(t *testing.T) {
	key := keyOf(t, 2)
	batch := Batch{Device: "device-1", Seq: 41, Body: []byte(`{"operations":[]}`)}
	signature := SignBatch(key, batch)
	if err := VerifyBatch(key.Public(), batch, signature); err != nil || len(signature) != 89 {
		t.Fatalf("%q: %v", signature, err)
	}
	with := func(change func(*Batch)) Batch {
		c := batch
		change(&c)
		return c
	}
	assertion, err := Assertion{"device-1", endpoint, "j"}.Sign(key, noon)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name      string
		key       Key
		batch     Batch
		signature string
	}{
		{"another device", key, with(func(b *Batch) { b.Device = "device-2" }), signature},
		{"another place", key, with(func(b *Batch) { b.Seq = 42 }), signature},
		{"digit moved", key, with(func(b *Batch) { b.Device, b.Seq = "device-14", 1 }), signature},
		{"another body", key, with(func(b *Batch) { b.Body = []byte(`{"operations":[ ]}`) }), signature},
		{"another key", keyOf(t, 3), batch, signature},
		{"no version", key, batch, signature[3:]},
		{"other version", key, batch, "v2." + signature[3:]},
		{"line break", key, batch, signature[:20] + "\n" + signature[20:]},
		{"unused bits", key, batch, signature[:88] + nextCharacter(signature[88])},
		{"short", key, batch, signature[:85]},
		{"empty", key, batch, ""},
		{"signature of a token", key, batch, "v1." + assertion[strings.LastIndexByte(assertion, '.')+1:]},
		{"proof of possession", key, batch, ProvePossession(key, newCode(t))},
	}
	for _, c := range cases {
		wantCode(t, c.name, VerifyBatch(c.key.Public(), c.batch, c.signature), "token.batch_signature")
	}
	for i := range signature {
		altered := []byte(signature)
		altered[i] ^= 4
		if VerifyBatch(key.Public(), batch, string(altered)) == nil {
			t.Errorf("byte %d altered, still right", i)
		}
	}
}
