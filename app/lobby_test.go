//go:build production

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/proof/journey"
)

// lobbySite is open every day: it always has bookings.
const lobbySite = "wangfujing"

// lobby is a kiosk as it stands in front of people, all of it real: a center with
// made-up people, the node, the built pages and the web engine in the program's
// window, on a virtual display with a window manager. What the tests add is a way
// to ask the page something, and to lay cards on the simulated reader.
type lobby struct {
	*screen
	*window
	t      *testing.T
	center *center.Center
	phones *phones
	device string      // the kiosk's name at the center
	stands standing    // how the kiosk stands with its center
	cut    func(bool)  // takes the line between them away, and gives it back
	asks   enrolling   // what it is to be let in by
	page   journey.Ask // the kiosk's API, asked in its process and not through the page
	keeps  bool        // its page stays from one person to the next
	owners []owner     // read once
	asked  int
	people int
	where  map[string]string // how inMemory found one value, for each process
}

// openLobby opens everything and waits for the welcome screen.
func openLobby(t *testing.T, settings ...string) *lobby {
	t.Helper()
	l := newLobby(t, settings...)
	l.becomes(serving)
	l.wakes()
	return l
}

// newLobby opens everything; the kiosk is unknown to its center.
func newLobby(t *testing.T, settings ...string) *lobby {
	t.Helper()
	data := t.TempDir()
	l := &lobby{t: t}
	l.openCenter(filepath.Join(data, "center"))
	l.screen = openScreen(t)
	l.window = startKiosk(t, l.display, append(settings, lobbyVariable+"="+data, "BROWSER="+browserStub(t, data))...)
	l.keeps = slices.Contains(settings, keepsPage)
	l.window.data = data
	l.page = l.call
	l.line("painted ")
	l.locate(l.cmd.Process.Pid)
	return l
}

// keepsPage is a setting of openLobby for what a page itself forgets and holds.
const keepsPage = keepsVariable + "=1"

// browserStub is a program that stands for the system's browser: it leaves a file
// when somebody starts it.
func browserStub(t *testing.T, data string) string {
	t.Helper()
	path := filepath.Join(data, "browser")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ntouch "+filepath.Join(data, "browser-opened")+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// wakes waits for the welcome screen.
func (l *lobby) wakes() {
	l.t.Helper()
	l.until("the welcome screen", func() bool { return l.eval(`return !!document.querySelector("button.check-in")`) == "true" })
}

// until asks again and again, for what nobody announces.
func (l *lobby) until(what string, holds func() bool) {
	l.t.Helper()
	l.untilWithin(patience, what, holds)
}

func (l *lobby) untilWithin(limit time.Duration, what string, holds func() bool) {
	l.t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			l.t.Fatalf("it never came about: %s (%s, %s)", what, l.eval(`return [location.hash, document.querySelector("h1")?.textContent]`), l.keep(l.shot(), "waiting"))
		}
	}
}

// ask sends a command to the kiosk's process and returns its answer. What is asked
// of a page that is just being loaded again is lost with it, and asked once more.
func (l *lobby) ask(c command) (a answer, err error) {
	for range 3 {
		l.asked++
		c.ID = l.asked
		if a, err = l.askOnce(c); err == nil || c.Eval == "" {
			break
		}
	}
	return a, err
}

func (l *lobby) askOnce(c command) (a answer, err error) {
	text, err := json.Marshal(c)
	if err != nil {
		return a, err
	}
	if _, err := l.in.Write(append(text, '\n')); err != nil {
		return a, fmt.Errorf("the kiosk does not listen: %w", err)
	}
	for a.ID != c.ID && err == nil {
		var line string
		if line, err = l.next("answer ", patience/2); err == nil {
			a = answer{}
			err = json.Unmarshal([]byte(line), &a)
		}
	}
	return a, err
}

// eval runs the body of a function in the page and returns what it returns, as JSON.
func (l *lobby) eval(body string) string {
	l.t.Helper()
	a, err := l.ask(command{Eval: body})
	if err == nil && a.Failed != "" {
		err = errors.New(a.Failed)
	}
	if err != nil {
		l.t.Fatalf("the page does not answer: %v\n%.200s", err, body)
	}
	return string(a.Value)
}

// call is a journey.Ask.
func (l *lobby) call(method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	a, err := l.ask(command{Method: method, Path: path, Body: body})
	if err != nil {
		return err
	}
	if a.Failed != "" {
		return errors.New(a.Failed)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(a.Value, out)
}

func (l *lobby) must(method, path string, in, out any) {
	l.t.Helper()
	if err := l.call(method, path, in, out); err != nil {
		l.t.Fatal(err)
	}
}

// do is a command without an answer of interest.
func (l *lobby) do(c command) {
	l.t.Helper()
	if a, err := l.ask(c); err != nil || a.Failed != "" {
		l.t.Fatalf("%+v: %v %s", c, err, a.Failed)
	}
}

// stranger is the next made-up person nobody has heard of: healthy, of age.
func (l *lobby) stranger() identity.Person {
	l.people++
	born := calendar.New(1980+l.people%25, time.Month(1+l.people%12), 1+l.people%28)
	document := identity.WithCheck(fmt.Sprintf("110199%04d%02d%02d%03d", born.Year(), born.Month(), born.Day(), 100+l.people%900))
	return identity.Person{Name: "鹋" + string(rune(0x7A00+l.people)) + string(rune(0x8C00+l.people%3000)), Sex: document.Sex(), Born: born, Nationality: "CHN",
		Document: document, ValidFrom: calendar.New(2020, 1, 2), ValidUntil: calendar.New(2040, 1, 2)}
}

// booked is somebody with a booking here today.
func (l *lobby) booked(n int) appointment.Appointment {
	l.t.Helper()
	all, err := l.center.Store().AppointmentsAt(l.t.Context(), lobbySite, l.center.Today())
	if err != nil || len(all) == 0 {
		l.t.Fatalf("nobody is booked: %v", err)
	}
	return all[n%len(all)]
}

// begins starts somebody's check-in with a card, on the page.
func (l *lobby) begins(p identity.Person) checkin.Session {
	l.t.Helper()
	return l.lays(p, map[string]string{"language": "zh-CN"})
}

// lays starts a session and lays a card on the reader until the kiosk has read it.
func (l *lobby) lays(p identity.Person, beginning map[string]string) (s checkin.Session) {
	l.t.Helper()
	if _, err := l.page.Step(http.MethodPost, "", beginning); err != nil {
		l.t.Fatal(err)
	}
	return l.card(p)
}

// card lays a card on the reader, which waits for one, until the kiosk has read it.
func (l *lobby) card(p identity.Person) (s checkin.Session) {
	l.t.Helper()
	l.until("a reader that has seen the last card go", func() bool {
		var now api.KioskState
		l.must(http.MethodGet, "/kiosk/state", nil, &now)
		return now.Reader.State == "ready"
	})
	l.do(command{Card: &p})
	l.until("the card is read", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Step != checkin.StepIdentify
	})
	l.do(command{Lift: true})
	return s
}

// walk goes on until the session is at the step, and shows it.
func (l *lobby) walk(s checkin.Session, to checkin.Step) checkin.Session {
	l.t.Helper()
	for err := error(nil); s.Step != to; {
		if s, err = l.page.Next(s, "use"); err != nil {
			l.t.Fatal(err)
		}
	}
	l.shows(s)
	return s
}

// shows lets the page hear of the session and waits until it shows it.
func (l *lobby) shows(s checkin.Session) { l.t.Helper(); l.showsAt(s, "") }

// showsAt is shows with a query of the page's address.
func (l *lobby) showsAt(s checkin.Session, query string) {
	l.t.Helper()
	l.eval(`location.hash = "#/check-in` + query + `"`)
	l.tells()
	l.until("the page shows "+string(s.Step), func() bool {
		return l.eval(`return !document.querySelector("button.check-in") && !!document.querySelector(".journey, .step-frame")`) == "true"
	})
}

// pages is how many pages there were since the start.
func (l *lobby) pages() int {
	l.t.Helper()
	a, err := l.ask(command{Pages: true})
	if err != nil {
		l.t.Fatal(err)
	}
	n, err := strconv.Atoi(string(a.Value))
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// leaves ends somebody's session by deed and waits for the page that follows it, and
// until the process of the one before has ended: it takes a busy machine a while.
func (l *lobby) leaves(deed func()) {
	l.t.Helper()
	before, old := l.pages(), engineProcesses(l.t, l.cmd.Process.Pid, pageProcessStat)
	deed()
	if !l.keeps {
		l.until("a new page", func() bool { return l.pages() > before })
		l.until("the old page's process to have ended", func() bool {
			return !slices.ContainsFunc(engineProcesses(l.t, l.cmd.Process.Pid, pageProcessStat), func(id int) bool { return slices.Contains(old, id) })
		})
	}
	l.wakes()
}

// tells the page that its session is another one: what is asked past the page says nothing to it.
func (l *lobby) tells() {
	l.t.Helper()
	l.eval(`window.wails.EventsNotify(JSON.stringify({name: "lianxin", data: [{topic: "session", data: null}]}))`)
}

// home ends whatever goes on and waits for the welcome screen, or for what stands in
// its place where nobody can be served.
func (l *lobby) home() {
	l.t.Helper()
	if l.stands != serving && l.stands != offline {
		l.reloads()
		l.sees(".phase")
		return
	}
	if _, there := l.session(); there && l.eval(`return location.hash.startsWith("#/check-in")`) == "true" {
		l.leaves(func() {
			_ = l.call(http.MethodDelete, "/kiosk/session", nil, nil) // it may end by itself
			l.tells()
		})
	}
	_ = l.call(http.MethodDelete, "/kiosk/session", nil, nil) // there may be none
	_ = l.call(http.MethodDelete, "/kiosk/staff-call", nil, nil)
	l.tells()
	l.eval(`location.hash = "#/"`)
	if l.eval(`return !!document.querySelector("[role=dialog], [role=alertdialog]")`) == "true" {
		l.reloads()
	}
	l.wakes()
}

// reloads loads the page again and waits until the old one is gone.
func (l *lobby) reloads() {
	l.t.Helper()
	before := l.pages()
	l.eval(`location.reload()`)
	l.until("another page", func() bool { return l.pages() > before })
}

// logged counts the lines of the kiosk's log that hold one of the texts.
func (l *lobby) logged(texts ...string) (count int) {
	l.t.Helper()
	log, err := os.ReadFile(filepath.Join(l.data, "kiosk", "log", "kiosk.log"))
	if err != nil {
		l.t.Fatal(err)
	}
	for _, text := range texts {
		count += strings.Count(string(log), text)
	}
	return count
}

// gone reports whether the kiosk's process has ended.
func (l *lobby) gone() bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d/exe", l.cmd.Process.Pid))
	return err != nil
}

// patience is how long a test waits for what must come; it is no measure of speed.
const patience = 30 * time.Second
