//go:build production

package app

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
)

var (
	abandoned     = flag.Int("abandoned", 12, "how many people walk away")
	abandonedSeed = flag.Uint64("abandoned-seed", 1, "seed of how far they come")
)

// remains.js is the body of a function that returns every text the page still holds.
//
//go:embed testdata/remains.js
var remains string

// somebody is a made-up person with what nobody may read once they are gone.
type somebody struct {
	identity.Person
	scanned string // code shown to the scanner
}

// secrets are the person's values as a page could hold them, whole and in the pieces
// screens show. No value is so short that it may stand there by chance.
func (s somebody) secrets() []string {
	number, born := s.Document.Number, s.Born.String()
	found := []string{number, number[6:], number[:10], born, strings.ReplaceAll(born, "-", "")}
	if s.Name != "" {
		found = append(found, s.Name)
	}
	if s.scanned != "" {
		found = append(found, s.scanned)
	}
	return found
}

// ways are how far people come before they walk away.
var abandonedAt = []struct {
	name string
	come func(l *lobby, random *rand.Rand) somebody
}{
	{"a number half typed", func(l *lobby, random *rand.Rand) somebody { return l.types(10 + random.IntN(8)) }},
	{"a number typed to its end", func(l *lobby, _ *rand.Rand) somebody { return l.types(18) }},
	{"a card, nothing chosen", comesTo(checkin.StepBooking)},
	{"may donate", comesTo(checkin.StepGate)},
	{"in the questionnaire", func(l *lobby, random *rand.Rand) somebody {
		p := l.stranger()
		s := l.walk(l.begins(p), checkin.StepQuestionnaire)
		for range random.IntN(25) {
			next, err := l.page.Next(s, "use")
			if err != nil {
				l.t.Fatal(err)
			}
			if next.Step != s.Step {
				break
			}
			s = next
		}
		l.shows(s)
		return somebody{Person: p}
	}},
	{"reading the consent", comesTo(checkin.StepConsent)},
	{"before the private choice", comesTo(checkin.StepExclusion)},
	{"with a ticket", comesTo(checkin.StepDone)},
	{"not today", func(l *lobby, _ *rand.Rand) somebody {
		p := l.stranger()
		today := l.center.Today()
		p.Born = calendar.New(today.Year()-17, p.Born.Month(), p.Born.Day())
		p.Document = identity.WithCheck("110199" + strings.ReplaceAll(p.Born.String(), "-", "") + p.Document.Number[14:17])
		l.walk(l.begins(p), checkin.StepDeferred)
		return somebody{Person: p}
	}},
	{"here a second time", func(l *lobby, _ *rand.Rand) somebody {
		p := l.stranger()
		if _, err := l.page.Walk(l.begins(p), "use"); err != nil {
			l.t.Fatal(err)
		}
		l.shows(l.begins(p))
		return somebody{Person: p}
	}},
	{"with a code of a booking", func(l *lobby, random *rand.Rand) somebody {
		a := l.booked(random.IntN(40))
		code := identity.Code{Kind: identity.BookingCode, ID: a.Code}.Text()
		l.identifies()
		// In one command: a scanner does not wait for a program to start before it presses Enter.
		l.hand("type", "--delay", "3", "--args", "1", code, "key", "Return")
		l.leavesIdentify()
		return somebody{Person: a.Person, scanned: code}
	}},
	{"calling staff", func(l *lobby, random *rand.Rand) somebody {
		p := comesTo(checkin.StepBooking)(l, random)
		l.eval(`document.querySelector("button.call").click()`)
		return p
	}},
}

func comesTo(step checkin.Step) func(*lobby, *rand.Rand) somebody {
	return func(l *lobby, _ *rand.Rand) somebody {
		p := l.stranger()
		l.walk(l.begins(p), step)
		return somebody{Person: p}
	}
}

// types types so many characters of a number on a keyboard and, when it is whole, goes on.
// The number comes to the kiosk's processes by its keys only.
func (l *lobby) types(count int) somebody {
	l.t.Helper()
	p := l.stranger()
	p.Name = "" // a number has none
	l.typesNumber()
	l.eval(`document.querySelector(".keypad").focus()`)
	for _, key := range p.Document.Number[:count] { // slower than a scanner
		l.hand("key", string(key))
		l.eval(`await new Promise((done) => setTimeout(done, 90))`)
	}
	l.until("what was typed", func() bool {
		return strings.Contains(l.eval(`return document.querySelector("output.value")?.textContent.replaceAll(/\s/g, "") ?? ""`), p.Document.Number[:count])
	})
	if count == len(p.Document.Number) {
		l.eval(`document.querySelector(".actions .next").click()`)
		l.leavesIdentify()
	}
	return somebody{Person: p}
}

func (l *lobby) leavesIdentify() {
	l.t.Helper()
	l.until("the booking", func() bool { s, there := l.session(); return there && s.Step != checkin.StepIdentify })
}

// walksAway lets the person's time run out by the program's clock or the page's.
func (l *lobby) walksAway(byPage bool) {
	l.t.Helper()
	if byPage {
		// What the kiosk says meanwhile, of its printer for instance, begins the countdown anew: it is run out again.
		l.eval(`window.trueNow ??= performance.now.bind(performance); window.ahead = 0; performance.now = () => window.trueNow() + window.ahead`)
		l.until("the welcome screen", func() bool {
			return l.eval(`window.ahead += 600_000; await new Promise((done) => setTimeout(done, 300)); return !!document.querySelector("button.check-in")`) == "true"
		})
		l.eval(`performance.now = window.trueNow`)
	} else {
		const later = 10 * time.Minute
		l.do(command{Shift: later})
		l.wakes() // to ask for the session would end it without the page
		l.do(command{Shift: -later})
	}
	l.until("nobody's session", func() bool { _, there := l.session(); return !there })
}

// People walk away at every step. Once their time is up nothing of them is in the page,
// its storage or its title; nor, at the end, in the kiosk's files and log.
func TestWindowForgetsWhoWalksAway(t *testing.T) {
	t.Parallel()
	l := openLobby(t)
	random := rand.New(rand.NewPCG(*abandonedSeed, 0))
	var all []string
	for n := range *abandoned {
		at := abandonedAt[n%len(abandonedAt)]
		who := at.come(l, random)
		if n < len(abandonedAt) { // what would be found, is found while they are there
			if now := l.remains(); len(found(now.Page+now.Objects, append(who.secrets(), who.masked()...))) == 0 {
				t.Fatalf("nothing of who is there was found: %s", at.name)
			}
		}
		l.walksAway(n/len(abandonedAt)%2 == 1)
		l.forgot(n, at.name, who)
		_ = l.call(http.MethodDelete, "/kiosk/staff-call", nil, nil) // only some have called
		all = append(all, who.secrets()...)
	}
	files := l.noFileHolds(all)
	t.Logf("seed %d: %d people walked away at %d places; nothing of them in the page, nor in %d files", *abandonedSeed, *abandoned, len(abandonedAt), files)
}

// forgot waits until the page holds nothing of a person any more: what is being
// taken off the screen may be reached for some frames.
func (l *lobby) forgot(n int, name string, who somebody) {
	l.t.Helper()
	var left []string
	for end := time.Now().Add(patience / 3); time.Now().Before(end); {
		now := l.remains()
		left = append(found(now.Page+now.Objects, who.secrets()), found(now.Page, who.masked())...)
		if len(left) == 0 {
			return
		}
	}
	l.t.Errorf("person %d, %s: %d values are still in the page, the first %d characters long", n, name, len(left), len(left[0]))
}

// masked is what screens show instead of the values while the person is there. It may
// not be on the page afterwards; what was taken off the screen is let go of later.
func (s somebody) masked() []string {
	if s.Name == "" {
		return []string{s.Document.Masked()}
	}
	return []string{s.Document.Masked(), identity.MaskName(s.Name)}
}

// remaining is every text the page holds.
type remaining struct {
	Page    string `json:"page"`    // markup and fields, address, title, storage
	Objects string `json:"objects"` // what its program can still reach
}

func (l *lobby) remains() (r remaining) {
	l.t.Helper()
	if err := json.Unmarshal([]byte(l.eval(remains)), &r); err != nil {
		l.t.Fatal(err)
	}
	return r
}

// found are the values that stand in a text.
func found(text string, values []string) (which []string) {
	for _, value := range values {
		if strings.Contains(text, value) {
			which = append(which, value)
		}
	}
	return which
}

// noFileHolds looks through the kiosk's folder and says how many files there are.
func (l *lobby) noFileHolds(values []string) (files int) {
	l.t.Helper()
	err := filepath.WalkDir(filepath.Join(l.data, "kiosk"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		body, err := os.ReadFile(path)
		for _, value := range values {
			if bytes.Contains(body, []byte(value)) || bytes.Contains(body, wide(value)) {
				l.t.Errorf("%s holds a value of %d characters", filepath.Base(path), len(value))
			}
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return files
}

// wide is a text as the web engine keeps it when it is not Latin.
func wide(text string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}
