package simulation

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
)

var errLine = errors.New("the line is gone")

// mostLost and mostTwice are the worst a line gets, also together.
const (
	mostLost  = 50
	mostTwice = 80
)

// line is the network between one kiosk and the center. It implements
// http.RoundTripper; every figure is in percent.
type line struct {
	world  *World
	kiosk  *kiosk // whose it is
	cut    bool   // nothing passes
	loss   int    // of requests, and of answers
	twice  int    // requests that arrive two times
	hold   int    // requests of which a copy arrives again much later
	garble int    // answers of which only a part arrives
	portal int    // answers that are somebody else's login page
	held   []request
}

// request is one on its way.
type request struct {
	method, path string
	header       http.Header
	body         []byte
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(in *http.Request) (*http.Response, error) {
	r := request{method: in.Method, header: in.Header.Clone(), path: patient(in.URL)}
	if in.Body != nil {
		var err error
		if r.body, err = io.ReadAll(in.Body); err != nil {
			return nil, err
		}
	}
	w := l.world
	if l.kiosk.fuse.isBurnt() {
		return nil, errLine // nobody is there any more who could ask
	}
	if l.cut {
		w.count(CutLine)
		return nil, errLine
	}
	if w.luck(l.loss) {
		w.count(Lost)
		return nil, errLine
	}
	if w.luck(l.hold) {
		l.held = append(l.held, r)
	}
	answer := w.center.serve(r)
	if w.luck(l.twice) {
		w.count(Twice)
		if l.loss == mostLost && l.twice == mostTwice {
			w.count(Worst)
		}
		if again := w.center.serve(r); w.luck(50) {
			answer = again
		}
	}
	switch {
	case answer == nil:
		return nil, errLine // the center ended meanwhile
	case w.luck(l.loss):
		w.count(Lost)
		return nil, errLine
	case w.luck(l.portal):
		w.count(Portal)
		page := httptest.NewRecorder()
		page.Header().Set("Content-Type", "text/html")
		_, _ = page.WriteString("<html>Welcome to the Wi-Fi of the hotel</html>")
		return page.Result(), nil
	case w.luck(l.garble):
		w.count(Garbled)
		answer.Body.Truncate(answer.Body.Len() / 2)
	}
	return answer.Result(), nil
}

// patient takes the waiting out of a pull: a simulation has no time for it.
func patient(u *url.URL) string {
	query := u.Query()
	if query.Has("wait") {
		query.Set("wait", "0")
	}
	return u.Path + "?" + query.Encode()
}

// http makes the request anew, to be served any number of times.
func (r request) http() *http.Request {
	out := httptest.NewRequest(r.method, r.path, bytes.NewReader(r.body))
	out.Header = r.header.Clone()
	return out
}

// change draws how the line is from now on.
func (l *line) change() {
	w := l.world
	*l = line{world: w, kiosk: l.kiosk, held: l.held}
	switch w.chance.IntN(6) {
	case 0: // good
	case 1:
		l.cut = true
	case 2:
		l.loss, l.hold = w.chance.IntN(mostLost+1), w.chance.IntN(30)
	case 3:
		l.twice, l.hold = w.chance.IntN(mostTwice+1), w.chance.IntN(60)
	case 4:
		l.garble, l.portal = w.chance.IntN(30), w.chance.IntN(30)
	case 5:
		l.loss, l.twice, l.hold, l.garble = w.chance.IntN(mostLost+1), w.chance.IntN(mostTwice+1), w.chance.IntN(40), w.chance.IntN(20)
		if w.luck(30) {
			l.loss, l.twice = mostLost, mostTwice
		}
	}
}

// heal makes the line good; what it holds back stays on its way.
func (l *line) heal() { *l = line{world: l.world, kiosk: l.kiosk, held: l.held} }
