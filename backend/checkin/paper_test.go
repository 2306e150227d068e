package checkin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/checkin"
	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/seal"
	"lianxin/backend/store"
)

// lobby is a real kiosk with a real center behind it.
type lobby struct {
	t      *testing.T
	node   *node.Node
	center *center.Center
	data   string
	prints string
	log    apitest.Heard // what center and kiosk write down
	ready  chan struct{}
}

const paperSite = "aoti"

func newLobby(t *testing.T) *lobby {
	t.Helper()
	l := &lobby{t: t, data: t.TempDir(), prints: t.TempDir(), ready: make(chan struct{}, 64)}
	log := slog.New(slog.NewJSONHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	l.must(err)
	l.center, err = center.Open(t.Context(), center.Config{Data: t.TempDir(), URL: "http://" + listener.Addr().String(), Demo: true, Version: "test", Log: log})
	l.must(err)
	_, err = l.center.Seed(t.Context(), 7, 200, nil)
	l.must(err)
	server := httptest.NewUnstartedServer(l.center.Handler())
	l.must(server.Listener.Close())
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		l.must(l.center.Close())
	})
	l.node, err = node.Open(t.Context(), node.Config{Data: l.data, Demo: true, Version: "test", Printer: printer.NewFolder(l.prints), Log: log})
	l.must(err)
	l.node.Subscribe(func(string, any) {
		select {
		case l.ready <- struct{}{}:
		default:
		}
	})
	l.enrol()
	return l
}

func (l *lobby) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// ask calls the kiosk as its page does.
func (l *lobby) ask(method, path string, in, out any) {
	l.t.Helper()
	body, err := json.Marshal(in)
	l.must(err)
	request := httptest.NewRequest(method, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	l.node.Handler().ServeHTTP(answer, request)
	if answer.Code >= 300 {
		l.t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
	if out != nil {
		reflect.ValueOf(out).Elem().SetZero()
		l.must(json.Unmarshal(answer.Body.Bytes(), out))
	}
}

func (l *lobby) enrol() {
	l.t.Helper()
	made, invitation, err := l.center.Invite(l.t.Context(), "一层大厅 1号机", "kiosk", paperSite, "test", time.Minute)
	l.must(err)
	payload, err := invitation.Encode()
	l.must(err)
	var state api.EnrolmentState
	l.ask(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: payload}, &state)
	_, err = l.center.Approve(l.t.Context(), made.ID, state.Fingerprint, "test")
	l.must(err)
	deadline := time.After(60 * time.Second)
	for {
		state, err := l.node.State(l.t.Context())
		l.must(err)
		if state.Phase == "ready" && state.Online {
			return
		}
		select {
		case <-l.ready:
		case <-deadline:
			l.t.Fatalf("the kiosk does not get ready: %+v", state)
		}
	}
}

// walk checks a stranger in with a choice, leaving every question to staff.
func (l *lobby) walk(doc identity.Document, choice string) checkin.Session {
	l.t.Helper()
	const session = "/kiosk/session"
	var s checkin.Session
	l.ask("POST", session, map[string]string{"language": "zh-CN"}, &s)
	l.ask("POST", session+"/identity", checkin.TypedIdentity{Kind: doc.Kind, Number: doc.Number}, &s)
	l.ask("POST", session+"/purpose", checkin.Purpose{Choice: &s.Choices[0]}, &s)
	l.ask("POST", session+"/continue", nil, &s)
	for {
		i := slices.IndexFunc(s.Questionnaire.Items, func(q checkin.Question) bool { return q.Answer == nil })
		if i < 0 {
			break
		}
		l.ask("PUT", session+"/answers/"+s.Questionnaire.Items[i].LinkID, checkin.Answer{Staff: true}, &s)
	}
	l.ask("POST", session+"/answers/submit", nil, &s)
	var line consent.Stroke
	for i := range 40 {
		line = append(line, consent.Point{X: 1000 + i*150, Y: 2000 + i%7*300, T: i * 20})
	}
	l.ask("POST", session+"/consent", checkin.Signed{Version: s.Consent.Version, ScrolledIn: s.Language, Strokes: []consent.Stroke{line}}, &s)
	l.ask("POST", session+"/exclusion", map[string]string{"code": choice}, &s)
	l.ask("DELETE", session, nil, nil)
	return s
}

// TestPapersAndLogsKnowNothingOfThePrivateChoice takes a real kiosk, its stored
// receipts, its printed pages and every log line of kiosk and center.
func TestPapersAndLogsKnowNothingOfThePrivateChoice(t *testing.T) {
	l := newLobby(t)
	born := calendar.Of(time.Now()).AddYears(-30).String()
	digits := "110199" + born[:4] + born[5:7] + born[8:]
	docs := map[string]identity.Document{"use": identity.WithCheck(digits + "901"), "discard": identity.WithCheck(digits + "903")}
	for choice, doc := range docs {
		l.walk(doc, choice)
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
	defer cancel()
	l.must(l.node.Close(closing)) // waits for the paper

	keyring, err := seal.Load(seal.Source{File: filepath.Join(l.data, "keys.json"), Demo: true, Now: time.Now()})
	l.must(err)
	kept, err := store.Open(t.Context(), store.Options{URL: filepath.Join(l.data, "kiosk.db"), Keyring: keyring})
	l.must(err)
	defer func() { l.must(kept.Close()) }()
	visits, err := kept.VisitsAt(t.Context(), paperSite, calendar.Of(time.Now()))
	l.must(err)
	if len(visits) != 2 {
		t.Fatalf("%d visits", len(visits))
	}
	texts := map[string]string{"the log": l.log.String()}
	var shapes []string
	for _, v := range visits {
		snapshot, ok, err := kept.ReceiptOf(t.Context(), v.ID)
		if err != nil || !ok {
			t.Fatalf("no receipt of %s: %v", v.Ticket, err)
		}
		texts["receipt "+v.Ticket] = string(snapshot)
		shapes = append(shapes, shape(t, snapshot))
	}
	if shapes[0] != shapes[1] {
		t.Errorf("the two receipts are built differently:\n%s\n%s", shapes[0], shapes[1])
	}
	pages, err := filepath.Glob(filepath.Join(l.prints, "*.pdf"))
	if err != nil || len(pages) != 2 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		text, err := exec.CommandContext(t.Context(), "pdftotext", page, "-").Output()
		l.must(err)
		content, err := os.ReadFile(page)
		l.must(err)
		texts[page] = string(text) + string(content[:min(len(content), 2000)])
	}
	for where, text := range texts {
		for _, word := range []string{"discard", "exclusion", "弃血", "undisclosed", docs["use"].Number, docs["discard"].Number} {
			if strings.Contains(text, word) {
				t.Errorf("%s holds %q", where, word)
			}
		}
	}
	if !strings.Contains(texts["the log"], "request") || strings.Contains(texts["the log"], "not printed") {
		t.Errorf("log %s", texts["the log"])
	}
}

// shape is a snapshot with its values blanked out.
func shape(t *testing.T, snapshot json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(snapshot, &v); err != nil {
		t.Fatal(err)
	}
	var blank func(v any) any
	blank = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				v[name] = blank(inner)
			}
			return v
		case []any:
			for i, inner := range v {
				v[i] = blank(inner)
			}
			return v
		case string:
			return ""
		}
		return v
	}
	out, err := json.Marshal(blank(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
