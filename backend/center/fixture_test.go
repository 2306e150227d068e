package center

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/audit"
	"lianxin/backend/staff"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/token"
)

const (
	testURL      = "http://center.example.invalid"
	goodPassword = "三只猫在窗台上晒太阳呢 x7"
)

// bench is a real center whose clock is moved by hand, asked over its handler.
type bench struct {
	t testing.TB
	*Center
	handler  http.Handler
	data     string
	database string // "" is SQLite in data
	log      apitest.Heard
	mu       sync.Mutex
	now      time.Time
}

func newBench(t testing.TB) *bench { return newBenchOn(t, "") }

// newBenchOn opens the center on a PostgreSQL database.
func newBenchOn(t testing.TB, database string) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC), data: t.TempDir(), database: database}
	b.use(b.open())
	return b
}

// use makes c the center that is asked.
func (b *bench) use(c *Center) { b.Center, b.handler = c, c.Handler() }

// TestMain stops the PostgreSQL server that tests may have started.
func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// onEach runs a test on both engines.
func onEach(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newBench(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newBenchOn(t, pgtest.Database(t))) })
}

// open opens a center on the bench's data: a second one is what a command is, or
// another instance.
func (b *bench) open() *Center {
	b.t.Helper()
	c, err := Open(b.t.Context(), Config{Data: b.data, Database: b.database, URL: testURL, Demo: true, Version: "test", Now: b.clock,
		Log: slog.New(slog.NewJSONHandler(&b.log, nil)), Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			b.t.Error(err)
		}
	})
	return c
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// ask calls the API; a 2xx answer goes into out, of any other the code is returned.
func (b *bench) ask(method, path, bearer string, in, out any) (status int, code string) {
	b.t.Helper()
	answer := b.send(method, path, bearer, in)
	var problem api.Problem
	var into any = &problem
	if answer.Code < 300 {
		into = out
	}
	if into == nil || answer.Body.Len() == 0 {
		return answer.Code, ""
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		b.t.Fatalf("%s %s: %v in %s", method, path, err, answer.Body)
	}
	return answer.Code, problem.Code
}

// refused is ask for a call that is refused, with all that is said of it.
func (b *bench) refused(method, path, bearer string, in any) (problem api.Problem) {
	b.t.Helper()
	answer := b.send(method, path, bearer, in)
	if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil || answer.Code < 400 {
		b.t.Fatalf("%s %s answered %d: %v", method, path, answer.Code, err)
	}
	return problem
}

// send sends a request with a body as JSON.
func (b *bench) send(method, path, bearer string, in any) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			b.t.Fatal(err)
		}
	}
	request := httptest.NewRequest(method, path, &body)
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, request)
	return answer
}

// want is ask for a call whose refusal is known; code "" is for one that works.
func (b *bench) want(what, method, path, bearer string, in, out any, code string) {
	b.t.Helper()
	if status, got := b.ask(method, path, bearer, in, out); got != code || (code == "") != (status < 300) {
		b.t.Errorf("%s: %s %s answered %d %q, want %q", what, method, path, status, got, code)
	}
}

// person is a member of staff with their phone.
type person struct {
	staff.Member
	secret string
}

// hire adds a member with the role at the command line.
func (b *bench) hire(login string, role staff.Role, scope staff.Scope) person {
	b.t.Helper()
	account := staff.Account{Login: login, Name: "测试员", Role: role, Scope: scope, Password: goodPassword}
	drawn, err := b.DraftMember(account)
	if err != nil {
		b.t.Fatal(err)
	}
	account.TOTPSecret, account.TOTPCode = drawn.Secret, b.code(drawn.Secret)
	m, err := b.AddMember(b.t.Context(), account, "terminal")
	if err != nil {
		b.t.Fatal(err)
	}
	b.pass(time.Minute)
	return person{m, drawn.Secret}
}

// code is what the app with this secret shows now.
func (b *bench) code(secret string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.clock())
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

// login is a session with its key.
type login struct {
	api.StaffSession
	key token.Key
}

func newKey(t testing.TB) token.Key {
	t.Helper()
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// enter logs a member in and lets the code they used pass by.
func (b *bench) enter(p person) login {
	b.t.Helper()
	l := login{key: newKey(b.t)}
	in := api.StaffLogin{Login: p.Login, Password: goodPassword, Code: b.code(p.secret), PublicKey: l.key.Public().Bytes()}
	b.want("log in", http.MethodPost, "/staff/login", "", in, &l.StaffSession, "")
	b.pass(time.Minute)
	return l
}

// exchange asks for an access token as a device or session does.
func (b *bench) exchange(client string, key token.Key) (api.AccessToken, string) {
	b.t.Helper()
	assertion, err := token.Assertion{Device: client, Audience: b.tokenEndpoint(), ID: rand.Text()}.Sign(key, b.clock())
	if err != nil {
		b.t.Fatal(err)
	}
	var out api.AccessToken
	_, code := b.ask(http.MethodPost, "/token", "", map[string]string{"grant_type": api.AssertionGrant, "assertion": assertion}, &out)
	return out, code
}

// entries returns the audit log as "role action noun site" lines, and that it is whole.
func (b *bench) entries() []audit.Entry {
	b.t.Helper()
	if _, err := b.VerifyAudit(b.t.Context()); err != nil {
		b.t.Error(err)
	}
	var all []audit.Entry
	for e, err := range b.audit.All(b.t.Context()) {
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// wantEntry tells whether the log holds an entry.
func (b *bench) wantEntry(who, role, action, object, site string) {
	b.t.Helper()
	for _, e := range b.entries() {
		if e.Who == who && e.Role == role && e.Action == action && e.Object.ID == object && e.Where.Site == site {
			return
		}
	}
	b.t.Errorf("the audit log has no %s of %s by %s as %s at %q", action, object, who, role, site)
}
