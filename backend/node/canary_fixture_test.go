package node

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api/apitest"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/consent"
	"lianxin/backend/demo"
	"lianxin/backend/donation"
	documents "lianxin/backend/identity"
	"lianxin/backend/printer"
	"lianxin/backend/reader"
)

// canary is a made-up person each of whose values is found again wherever it is.
type canary struct {
	person  documents.Person
	phone   string
	card    string           // of the donor card
	booking string           // code of the booking, "" for who comes without one
	answer  calendar.Date    // told in the questionnaire
	number  donation.DIN     // of a donation long ago
	strokes []consent.Stroke // the signature
}

// newCanary makes the n-th person up. Every value is of this person alone.
func newCanary(n int) canary {
	born := calendar.New(1974+n%25, time.Month(1+n%12), 1+n%28)
	document := documents.WithCheck(fmt.Sprintf("110199%04d%02d%02d%03d", born.Year(), born.Month(), born.Day(), 500+n))
	name := "鹋" + string(rune(0x7A00+n*3)) + string(rune(0x8C00+n*2))
	var line consent.Stroke
	for i := range 40 {
		line = append(line, consent.Point{X: 2000 + n*97%7000 + i, Y: 1111 + n*53%5000 + i%7*300, T: i * 20})
	}
	return canary{number: donation.DIN(fmt.Sprintf("Z977726%06d", 700_001+n*137)), phone: fmt.Sprintf("010-5550-%04d", 6100+n), strokes: []consent.Stroke{line},
		answer: calendar.New(2001+n%9, time.Month(1+n%12), 1+n*7%28),
		person: documents.Person{Name: name, Sex: document.Sex(), Born: born, Nationality: "CHN", Document: document,
			ValidFrom: calendar.New(2020, 1, 2), ValidUntil: calendar.New(2040, 1, 2)}}
}

// identifying are the values that tell who somebody is.
func (c canary) identifying() []string {
	values := []string{c.person.Name, c.person.Document.Number, c.phone, c.card}
	if c.booking != "" {
		values = append(values, c.booking)
	}
	return values
}

// all are all values of the person.
func (c canary) all() []string {
	p := c.strokes[0][3]
	return append(c.identifying(), c.person.Born.String(), strings.ReplaceAll(c.person.Born.String(), "-", ""), c.answer.String(), fmt.Sprintf(`"x":%d,"y":%d`, p.X, p.Y))
}

// overheard is what the day left on its way: addresses, refusals, logs, and what
// the kiosks showed.
type overheard struct{ addresses, refusals, log, shown apitest.Heard }

// RoundTrip implements http.RoundTripper: it notes addresses and goes on.
func (o *overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	fmt.Fprintln(&o.addresses, r.Method, r.URL)
	return http.DefaultTransport.RoundTrip(r)
}

// watch notes what a handler refuses and, when wanted, all it answers.
func (o *overheard) watch(next http.Handler, shown io.Writer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		out := shown
		if answer.Code >= http.StatusBadRequest {
			out = &o.refusals
		}
		fmt.Fprintln(out, answer.Code, answer.Header(), answer.Body)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // who asked may be gone
	})
}

// lobby is a center and its kiosks, all in one folder, with nothing left unheard.
type lobby struct {
	phones   inbox
	vouchers []string // QR payloads and numbers of gifts canaries have redeemed
	overheard
	t      *testing.T
	dir    string
	url    string // of the center
	center *center.Center
	served http.Handler
	trays  map[*bench]*demo.Tray // the card readers
}

func newLobby(t *testing.T) *lobby {
	t.Helper()
	l := &lobby{t: t, dir: t.TempDir(), trays: map[*bench]*demo.Tray{}}
	t.Setenv("TMPDIR", l.dir+"/tmp")
	if err := os.Mkdir(l.dir+"/tmp", 0o700); err != nil {
		t.Fatal(err)
	}
	before := slog.Default()
	slog.SetDefault(l.logger())
	t.Cleanup(func() { slog.SetDefault(before) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.url = "http://" + listener.Addr().String()
	l.center, err = center.Open(t.Context(), center.Config{Data: l.dir + "/center", URL: l.url, Demo: true, Version: "test", Log: l.logger(), Messages: &l.phones})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.center.Seed(t.Context(), 1, 20, nil); err != nil {
		t.Fatal(err)
	}
	l.served = l.watch(l.center.Handler(), io.Discard)
	server := &http.Server{Handler: l.served, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := l.center.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func (l *lobby) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// kiosk opens a kiosk in the lobby and enrols it at a site; its bench walks it.
func (l *lobby) kiosk(name, site string) *bench {
	l.t.Helper()
	b := &bench{t: l.t, center: l.center, now: time.Now, prints: l.dir + "/" + name + "-prints", line: &line{RoundTripper: &l.overheard, cut: make(chan struct{})}}
	tray, err := demo.NewTray(l.t.TempDir())
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(tray.Close)
	b.node, err = Open(l.t.Context(), Config{Data: l.dir + "/" + name, Demo: true, Version: "test", PIN: "135790", Log: l.logger(),
		Reader: reader.NewSDT(reader.Serial(tray.Port()), reader.Options{}), Printer: printer.NewFolder(b.prints), HTTP: &http.Client{Transport: b.line}})
	if err != nil {
		l.t.Fatal(err)
	}
	l.trays[b] = tray
	opened := b.node
	opened.handler = l.watch(opened.handler, &l.shown)
	l.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := opened.Close(ctx); err != nil && !strings.Contains(err.Error(), "closed") {
			l.t.Error(err)
		}
	})
	b.enrol(site)
	return b
}
