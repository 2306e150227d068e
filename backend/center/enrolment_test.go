package center

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/site"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/token"
)

func TestClaims(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		if err := b.SaveSite(t.Context(), site.Site{ID: testSite, Station: "station-test", District: "110105"}); err != nil {
			t.Fatal(err)
		}
		invite := func() (token.Enrolment, token.Code) {
			e, invitation, err := b.Invite(t.Context(), "一层大厅 1号机", "kiosk", testSite, "terminal", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return e, invitation.Code
		}
		_, code := invite()
		key, other := newKey(t), newKey(t)
		good := claimOf(code, key)
		unknown, err := token.NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		with := func(edit func(*api.EnrolmentClaim)) api.EnrolmentClaim { c := good; edit(&c); return c }
		for _, c := range []struct {
			name  string
			claim api.EnrolmentClaim
			code  string
		}{
			{"a slip of the finger", with(func(c *api.EnrolmentClaim) { c.Code = c.Code[:4] + "?" }), "enrolment.code_malformed"},
			{"nobody's code", claimOf(unknown, key), "enrolment.code_unknown"},
			{"no key", with(func(c *api.EnrolmentClaim) { c.PublicKey = nil }), "request.invalid"},
			{"a key too short", with(func(c *api.EnrolmentClaim) { c.PublicKey = c.PublicKey[:31] }), "token.key_malformed"},
			{"somebody else's proof", with(func(c *api.EnrolmentClaim) { c.Proof = token.ProvePossession(other, code) }), "enrolment.proof"},
			{"a proof for another code", with(func(c *api.EnrolmentClaim) { c.Proof = token.ProvePossession(key, "BBBBBBBBBBB") }), "enrolment.proof"},
			{"no proof", with(func(c *api.EnrolmentClaim) { c.Proof = "" }), "enrolment.proof"},
			{"right", good, ""},
			{"again, the answer was lost", good, ""},
			{"typed with hyphens", with(func(c *api.EnrolmentClaim) { c.Code = strings.ToLower(code.Display()) }), ""},
			{"another device with the same code", claimOf(code, other), "enrolment.code_used"},
		} {
			var view api.EnrolmentView
			b.want(c.name, http.MethodPost, "/enrolments", "", c.claim, &view, c.code)
			if c.code == "" && (view.Status != "pending" || view.Grant != nil || view.Fingerprint != key.Public().Fingerprint()) {
				t.Errorf("%s: %+v", c.name, view)
			}
		}

		waiting, late := invite()
		b.pass(time.Minute)
		b.want("too late", http.MethodPost, "/enrolments", "", claimOf(late, key), nil, "enrolment.expired")
		_, err = b.Approve(t.Context(), waiting.ID, key.Public().Fingerprint(), "terminal")
		if fault.CodeOf(err) != "enrolment.expired" {
			t.Errorf("approved after its time: %v", err)
		}
		regretted, code := invite()
		if err := b.Refuse(t.Context(), regretted.ID, "terminal"); err != nil {
			t.Fatal(err)
		}
		b.want("refused before", http.MethodPost, "/enrolments", "", claimOf(code, key), nil, "enrolment.refused")
		if _, _, err := b.Invite(t.Context(), "x", "kiosk", "no-such-site", "terminal", time.Minute); fault.CodeOf(err) != "site.not_found" {
			t.Errorf("invited to nowhere: %v", err)
		}
		if _, _, err := b.Invite(t.Context(), "x", "kiosk", testSite, "terminal", time.Hour); fault.CodeOf(err) != "enrolment.life" {
			t.Errorf("a code for an hour: %v", err)
		}
	})
}

// One code, many devices at once: one of them is in.
func TestACodeIsUsedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		if err := b.SaveSite(t.Context(), site.Site{ID: testSite, Station: "station-test", District: "110105"}); err != nil {
			t.Fatal(err)
		}
		_, invitation, err := b.Invite(t.Context(), "x", "kiosk", testSite, "terminal", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var group gosync.WaitGroup
		codes := make([]string, 8)
		for i := range codes {
			claim := claimOf(invitation.Code, newKey(t))
			group.Go(func() { _, codes[i] = b.ask(http.MethodPost, "/enrolments", "", claim, nil) })
		}
		group.Wait()
		in := 0
		for _, code := range codes {
			switch code {
			case "":
				in++
			case "enrolment.code_used":
			default:
				t.Errorf("a claim answered %q", code)
			}
		}
		if in != 1 {
			t.Errorf("%d devices used one code", in)
		}
	})
}

// The kiosks of a site have letters of their own; the one that takes over from a
// broken one gets a new letter, for the tickets of the old one are still waiting.
func TestLetters(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		lettered := func(siteID string, want string) *kiosk {
			t.Helper()
			k := b.newKiosk(siteID, "")
			if k.letter != want {
				t.Errorf("letter %s at %s, want %s", k.letter, siteID, want)
			}
			return k
		}
		a := lettered("site-1", "A")
		lettered("site-1", "B")
		lettered("site-2", "A")
		if err := b.Revoke(t.Context(), a.id, api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		lettered("site-1", "C")
		for _, letter := range letters[3:] {
			lettered("site-1", string(letter))
		}
		// All are used up: the revoked one's comes round again, and no other.
		lettered("site-1", "A")
		_, invitation, err := b.Invite(t.Context(), "x", "kiosk", "site-1", "terminal", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var waiting api.EnrolmentView
		b.want("claim", http.MethodPost, "/enrolments", "", claimOf(invitation.Code, newKey(t)), &waiting, "")
		if _, err := b.Approve(t.Context(), waiting.ID, waiting.Fingerprint, "terminal"); fault.CodeOf(err) != "device.letters_used" {
			t.Errorf("a letter too many: %v", err)
		}
	})
}

// Somebody approves a whole row of kiosks on two screens.
func TestApprovalsAtOnceGetLettersOfTheirOwn(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		if err := b.SaveSite(t.Context(), site.Site{ID: testSite, Station: "station-test", District: "110105"}); err != nil {
			t.Fatal(err)
		}
		got := make([]string, 6)
		var group gosync.WaitGroup
		for i := range got {
			_, invitation, err := b.Invite(t.Context(), "x", "kiosk", testSite, "terminal", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			var waiting api.EnrolmentView
			b.want("claim", http.MethodPost, "/enrolments", "", claimOf(invitation.Code, newKey(t)), &waiting, "")
			group.Go(func() {
				d, err := b.Approve(t.Context(), waiting.ID, waiting.Fingerprint, "terminal")
				if err != nil {
					t.Error(err)
				}
				got[i] = d.Letter
			})
		}
		group.Wait()
		slices.Sort(got)
		if all := strings.Join(got, ""); all != "ABCDEF" {
			t.Errorf("letters %s", all)
		}
	})
}

func TestTheOldestRevokedLetterComesRoundFirst(t *testing.T) {
	b := newBench(t)
	for i, letter := range letters {
		d := device.Device{ID: "device-" + string(letter), SiteID: testSite, Letter: string(letter), Status: device.Revoked,
			PublicKey: newKey(t).Public().Bytes(), EnrolledAt: b.clock(), LastSeen: b.clock().Add(time.Duration(i%5) * time.Hour)}
		if letter == 'A' {
			d.LastSeen = b.clock().Add(24 * time.Hour)
		}
		if err := b.store.InsertDevice(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	letter, err := b.freeLetter(t.Context(), testSite)
	if err != nil || letter != "F" { // the sixth is the next whose hour is the first
		t.Errorf("letter %q, %v", letter, err)
	}
}

func TestAssertions(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk(testSite, "")
		send := func(assertion string) string {
			_, code := b.ask(http.MethodPost, "/token", "", map[string]string{"grant_type": api.AssertionGrant, "assertion": assertion}, nil)
			return code
		}
		sign := func(a token.Assertion, key token.Key, at time.Time) string {
			t.Helper()
			out, err := a.Sign(key, at)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		now := b.clock()
		a := token.Assertion{Device: k.id, Audience: b.tokenEndpoint(), ID: "1"}
		with := func(edit func(*token.Assertion)) token.Assertion { c := a; edit(&c); return c }
		for _, c := range []struct{ name, assertion, code string }{
			{"too old", sign(a, k.key, now.Add(-time.Hour)), "token.expired"},
			{"from the future", sign(a, k.key, now.Add(time.Hour)), "token.early"},
			{"for another address", sign(with(func(a *token.Assertion) { a.Audience = "http://elsewhere.invalid/token" }), k.key, now), "token.audience"},
			{"with a foreign key", sign(a, newKey(t), now), "token.binding"},
			{"of nobody", sign(with(func(a *token.Assertion) { a.Device = "nobody" }), k.key, now), "token.key_unknown"},
			{"no token at all", "x.y.z", "token.malformed"},
			{"empty", "", "token.malformed"},
			{"right", sign(a, k.key, now), ""},
			{"the same again", sign(a, k.key, now), "token.replayed"},
			{"the next", sign(with(func(a *token.Assertion) { a.ID = "2" }), k.key, now), ""},
			{"an access token in its place", k.bearer(), "token.type"},
		} {
			if got := send(c.assertion); got != c.code {
				t.Errorf("%s: %q, want %q", c.name, got, c.code)
			}
		}
		if _, code := b.ask(http.MethodPost, "/token", "", map[string]string{"grant_type": "password", "assertion": "x"}, nil); code != "request.invalid" {
			t.Errorf("another grant: %q", code)
		}
	})
}

func TestAccess(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk(testSite, "")
		stranger := newBench(t)
		theirs := stranger.newKiosk(testSite, "")
		get := func(path, bearer string) string { _, code := k.raw(http.MethodGet, path, bearer, "", nil); return code }
		mine := k.bearer()
		for _, c := range []struct{ name, path, bearer, code string }{
			{"no token", "/sync/changes", "", "token.missing"},
			{"no token for staff's", "/devices", "", "token.missing"},
			{"not a token", "/sync/changes", "x", "token.malformed"},
			{"another center's", "/sync/changes", theirs.bearer(), "token.key_unknown"},
			{"altered", "/sync/changes", altered(mine), "token.signature"},
			{"right", "/sync/changes", mine, ""},
			{"a device where staff belong", "/devices", mine, "token.scope"},
			{"a device reading a visit", "/visits/1", mine, "token.scope"},
			{"a device as a person", "/staff/me", mine, "token.scope"},
		} {
			if got := get(c.path, c.bearer); got != c.code {
				t.Errorf("%s: %q, want %q", c.name, got, c.code)
			}
		}
		b.pass(token.MaxLifetime + token.MaxLeeway)
		if got := get("/sync/changes", mine); got != "token.expired" {
			t.Errorf("after its life: %q", got)
		}
		mine = k.bearer()
		if err := b.Revoke(t.Context(), k.id, api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		if got := get("/sync/changes", mine); got != "token.revoked" {
			t.Errorf("at the next call after it was revoked: %q", got)
		}
		if _, code := b.exchange(k.id, k.key); code != "token.revoked" {
			t.Errorf("the next token: %q", code)
		}
	})
}

// altered changes one character in the middle of a token's signature.
func altered(token string) string {
	at := len(token) - 40
	with := "A"
	if token[at] == 'A' {
		with = "B"
	}
	return token[:at] + with + token[at+1:]
}

// A database that does not answer is no reason to tell a kiosk that it was
// revoked: it would show that to everybody in the lobby.
func TestADatabaseThatIsAwayRevokesNobody(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk(testSite, "")
	bearer := k.bearer()
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, code := k.raw(http.MethodGet, "/sync/changes", bearer, "", nil); status != 500 || code != "internal" {
		t.Errorf("answered %d %q", status, code)
	}
}

func TestKeysRotateAndRoll(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk(testSite, "")
		use := func(bearer, want string) {
			t.Helper()
			if _, code := k.raw(http.MethodGet, "/sync/changes", bearer, "", nil); code != want {
				t.Errorf("token answered %q, want %q", code, want)
			}
		}
		published := func() int {
			t.Helper()
			var set struct{ Keys []struct{ D string } }
			b.want("keys", http.MethodGet, "/.well-known/jwks.json", "", nil, &set, "")
			for _, key := range set.Keys {
				if key.D != "" {
					t.Error("a private key is published")
				}
			}
			return len(set.Keys)
		}
		before := k.bearer()
		if err := b.RotateKeys(t.Context(), "terminal"); err != nil {
			t.Fatal(err)
		}
		if n := published(); n != 2 {
			t.Errorf("%d keys are published early", n)
		}
		if err := b.RotateKeys(t.Context(), "terminal"); fault.CodeOf(err) != "token.rotation_pending" {
			t.Errorf("rotated twice: %v", err)
		}
		use(before, "")
		b.pass(publishedEarly - time.Minute)
		before = k.bearer()
		b.pass(2 * time.Minute)
		use(before, "")
		use(k.bearer(), "")
		b.pass(acceptedLate)
		if n := published(); n != 1 {
			t.Errorf("%d keys are published after the rotation", n)
		}
		after := k.bearer()
		if err := b.RollKeys(t.Context(), "terminal"); err != nil {
			t.Fatal(err)
		}
		use(after, "token.key_rolled")
		use(k.bearer(), "")
		if n := published(); n != 1 {
			t.Errorf("%d keys are published after the roll", n)
		}
		b.wantAction("token.rotate")
		b.wantAction("token.roll")
	})
}

// One key id in 32 begins with a character no other id has.
func TestAKeyOfAnyNameIsWrittenDown(t *testing.T) {
	b := newBench(t)
	for {
		seed := make([]byte, 32)
		if _, err := rand.Read(seed); err != nil {
			t.Fatal(err)
		}
		key, err := token.KeyFromSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		if id := key.Public().ID(); id[0] == '-' || id[0] == '_' {
			b.config.Random = bytes.NewReader(seed)
			break
		}
	}
	if err := b.RollKeys(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	b.wantAction("token.roll")
}

// wantAction tells whether the log holds an entry of an action from the machine.
func (b *bench) wantAction(action string) {
	b.t.Helper()
	for _, e := range b.entries() {
		if e.Action == action && e.Who == "terminal" && e.Role == atMachine {
			return
		}
	}
	b.t.Errorf("the audit log has no %s", action)
}

// Two instances share one database: what one rotated the other accepts.
func TestAnotherInstanceRotates(t *testing.T) {
	one := newBenchOn(t, pgtest.Database(t))
	two := &bench{t: t, now: one.now, data: one.data, database: one.database}
	two.use(two.open())
	k := one.newKiosk(testSite, "")
	if err := two.RollKeys(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	out, code := two.exchange(k.id, k.key)
	if code != "" {
		t.Fatal(code)
	}
	if _, code := k.raw(http.MethodGet, "/sync/changes", out.AccessToken, "", nil); code != "" {
		t.Errorf("the other instance answers %q", code)
	}
}

func TestWhatIsDoneToDevicesIsWrittenDown(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk(testSite, "")
		if err := b.Rename(t.Context(), k.id, "二层 2号机", api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		if err := b.Revoke(t.Context(), k.id, api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		for _, action := range []string{"enrolment.approve", "device.rename", "device.revoke"} {
			b.wantEntry("terminal", atMachine, action, k.id, map[bool]string{true: testSite}[action != "enrolment.approve"])
		}
		b.wantAction("enrolment.invite")
		if _, err := b.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}
		if err := b.Revoke(t.Context(), "no-such-device", api.Caller{StaffID: "terminal"}); fault.CodeOf(err) != "device.not_found" {
			t.Errorf("revoked nobody: %v", err)
		}
	})
}
