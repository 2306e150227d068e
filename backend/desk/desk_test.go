package desk_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/desk"
	"lianxin/backend/printer"
	"lianxin/backend/site"
	"lianxin/backend/staff"
)

const password = "三只猫在窗台上晒太阳呢 x7"

// cheap makes tests fast; the real cost is staff.Current.
var cheap = staff.Params{Memory: 64, Passes: 1, Threads: 1}

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// office is a real center, a desk of it, and somebody who works there.
type office struct {
	t      testing.TB
	clock  *clock
	center *center.Center
	server *http.Server
	desk   *desk.Desk
	data   string
	config desk.Config
	line   *line
	member staff.Member
	secret string
	page   strings.Builder // all the page was ever told
	told   chan struct{}
	drops  atomic.Int32 // how often the page was told of files that lie ready
}

func newOffice(t testing.TB, role staff.Role) *office {
	t.Helper()
	o := &office{t: t, clock: &clock{now: time.Now().UTC()}, data: t.TempDir(), told: make(chan struct{}, 1)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	// Devices reach the center by another name than it calls itself by: that must not matter.
	if o.center, err = center.Open(t.Context(), center.Config{Data: t.TempDir(), URL: "http://center.example.invalid", Demo: true, Version: "test", Now: o.clock.Now, Hash: cheap}); err != nil {
		t.Fatal(err)
	}
	if err := o.center.SaveSite(t.Context(), site.Site{ID: "site-1", Station: "station-test", District: "110105"}); err != nil {
		t.Fatal(err)
	}
	o.server = &http.Server{Handler: o.center.Handler(), ReadHeaderTimeout: time.Second}
	go func() { _ = o.server.Serve(listener) }()
	o.hire(role)
	o.line = &line{}
	o.config = desk.Config{Center: address, Data: o.data, Version: "test", Now: o.clock.Now, Hash: cheap, Printer: printer.NewFolder(filepath.Join(o.data, "papers")), Paper: "a5",
		Client: &http.Client{Transport: o.line}}
	o.open()
	t.Cleanup(func() {
		if err := o.desk.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if err := o.server.Close(); err != nil {
			t.Error(err)
		}
		if err := o.center.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// open starts the desk; what was not on the disk is gone.
func (o *office) open() {
	o.desk = desk.Open(o.config)
	o.desk.Subscribe(func(topic string, _ any) {
		if topic == "drop" {
			o.drops.Add(1)
		}
		select {
		case o.told <- struct{}{}:
		default:
		}
	})
}

func (o *office) hire(role staff.Role) {
	o.t.Helper()
	account := staff.Account{Login: "front.test", Name: "测试员", Role: role, Password: password}
	drawn, err := o.center.DraftMember(account)
	if err != nil {
		o.t.Fatal(err)
	}
	account.TOTPSecret, account.TOTPCode = drawn.Secret, o.code(drawn.Secret)
	if o.member, err = o.center.AddMember(o.t.Context(), account, "terminal"); err != nil {
		o.t.Fatal(err)
	}
	o.secret = drawn.Secret
	o.clock.pass(time.Minute)
}

func (o *office) code(secret string) string {
	o.t.Helper()
	code, err := totp.GenerateCode(secret, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	return code
}

// ask calls as the page does and returns the status and the code of a refusal.
func (o *office) ask(method, path string, in, out any) (int, string) {
	o.t.Helper()
	var body strings.Builder
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			o.t.Fatal(err)
		}
	}
	request := httptest.NewRequest(method, path, strings.NewReader(body.String()))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	o.desk.Handler().ServeHTTP(answer, request)
	o.page.WriteString(answer.Body.String())
	for _, values := range answer.Header() {
		o.page.WriteString(strings.Join(values, " "))
	}
	var problem struct {
		Code string `json:"code"`
	}
	into := out
	if answer.Code >= 300 {
		into = &problem
	}
	if into != nil && answer.Body.Len() > 0 {
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			o.t.Fatalf("%s %s: %v in %s", method, path, err, answer.Body)
		}
	}
	return answer.Code, problem.Code
}

func (o *office) want(method, path string, in, out any, code string) {
	o.t.Helper()
	if status, got := o.ask(method, path, in, out); got != code || (code == "") != (status < 300) {
		o.t.Errorf("%s %s answered %d %q, want %q", method, path, status, got, code)
	}
}

func (o *office) phase() string {
	o.t.Helper()
	var state api.DeskState
	o.want(http.MethodGet, "/desk/state", nil, &state, "")
	return state.Phase
}

func (o *office) enter() {
	o.t.Helper()
	o.clock.pass(time.Minute)
	o.want(http.MethodPost, "/desk/login", api.DeskLogin{Login: "front.test", Password: password, Code: o.code(o.secret)}, nil, "")
}

// until waits for a phase by what the page is told.
func (o *office) until(phase string) {
	o.t.Helper()
	for o.phase() != phase {
		select {
		case <-o.told:
		case <-o.t.Context().Done():
			o.t.Fatalf("still %s", o.phase())
		}
	}
}

func TestThePageNeverSeesAToken(t *testing.T) {
	o := newOffice(t, staff.Reception)
	o.want(http.MethodGet, "/sites/site-1/reception", nil, nil, "desk.signed_out")
	o.want(http.MethodPost, "/desk/login", api.DeskLogin{Login: "front.test", Password: "not the password", Code: "000000"}, nil, "staff.login_refused")
	o.enter()
	var list api.ReceptionList
	o.want(http.MethodGet, "/sites/site-1/reception", nil, &list, "")
	var me api.StaffView
	o.want(http.MethodGet, "/staff/me", nil, &me, "")
	if me.ID != o.member.ID || list.Seen == "" {
		t.Errorf("%+v %+v", me, list)
	}
	// What programs talk to each other is not for pages, whatever they send along.
	for _, path := range []string{"/token", "/staff/login", "/staff/logout", "/sync/push", "/enrolments", "/first-run"} {
		o.want(http.MethodPost, path, map[string]string{}, nil, "request.not_found")
	}
	for _, secret := range []string{"eyJ", "Bearer", "session:", password} {
		if strings.Contains(o.page.String(), secret) {
			t.Errorf("the page was told %q", secret)
		}
	}
	kept, err := os.ReadDir(o.data)
	if err != nil || len(kept) != 1 || kept[0].Name() != "device-cookie" {
		t.Errorf("the desk keeps %v, %v", kept, err)
	}
	// An access token lasts ten minutes; the desk fetches the next one by itself.
	o.clock.pass(15 * time.Minute)
	o.want(http.MethodPost, "/desk/activity", nil, nil, "")
	if status, code := o.ask(http.MethodGet, "/sites/site-1/reception", nil, nil); status != 200 && code != "desk.locked" {
		t.Errorf("after a quarter of an hour: %d %s", status, code)
	}
}

func TestLocking(t *testing.T) {
	o := newOffice(t, staff.Reception)
	o.enter()
	draft := map[string]string{"comment": "half typed"}
	o.want(http.MethodPut, "/desk/drafts/interview-1", draft, nil, "")
	o.clock.pass(desk.IdleTime)
	o.until("locked")
	for _, path := range []string{"/sites/site-1/reception", "/staff/me", "/desk/drafts/interview-1"} {
		o.want(http.MethodGet, path, nil, nil, "desk.locked")
	}
	o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": "wrong"}, nil, "desk.password")
	// Without a line as well: who works here gets back to what they were typing.
	if err := o.server.Close(); err != nil {
		t.Fatal(err)
	}
	o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": password}, nil, "")
	var kept map[string]string
	o.want(http.MethodGet, "/desk/drafts/interview-1", nil, &kept, "")
	if kept["comment"] != "half typed" {
		t.Errorf("%v", kept)
	}
	o.want(http.MethodGet, "/sites/site-1/reception", nil, nil, "desk.offline")
	var state api.DeskState
	o.want(http.MethodGet, "/desk/state", nil, &state, "")
	if state.Online || state.Since.IsZero() {
		t.Errorf("%+v", state)
	}
	o.want(http.MethodPost, "/desk/lock", nil, nil, "")
	for range 4 {
		o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": "guess"}, nil, "desk.password")
	}
	o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": "guess"}, nil, "desk.signed_out")
	if phase := o.phase(); phase != "signed_out" {
		t.Errorf("after five guesses the desk is %s", phase)
	}
}

func TestLoggingOutLeavesNothing(t *testing.T) {
	o := newOffice(t, staff.Reception)
	o.enter()
	o.want(http.MethodPut, "/desk/drafts/registration", map[string]string{"name": "half typed"}, nil, "")
	o.want(http.MethodPost, "/desk/logout", nil, nil, "")
	o.want(http.MethodGet, "/desk/drafts/registration", nil, nil, "desk.signed_out")
	o.enter()
	var kept any
	o.want(http.MethodGet, "/desk/drafts/registration", nil, &kept, "")
	if kept != nil {
		t.Errorf("the next login finds %v", kept)
	}
	// Somebody who is kept out is out with their next question.
	if _, err := o.center.SetMemberActive(t.Context(), o.member.ID, false, "terminal"); err != nil {
		t.Fatal(err)
	}
	o.want(http.MethodGet, "/staff/me", nil, nil, "desk.signed_out")
	if phase := o.phase(); phase != "signed_out" {
		t.Errorf("%s", phase)
	}
}

func TestDraftsAreBounded(t *testing.T) {
	o := newOffice(t, staff.Reception)
	o.enter()
	o.want(http.MethodPut, "/desk/drafts/large", strings.Repeat("x", 300<<10), nil, "desk.draft_large")
	o.want(http.MethodPut, "/desk/drafts/small", "x", nil, "")
	o.want(http.MethodGet, "/desk/nowhere", nil, nil, "request.not_found")
}
