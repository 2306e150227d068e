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
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"lianxin/backend/identity"
)

var (
	abandoned     = flag.Int("abandoned", 5, "how many people walk away")
	abandonedSeed = flag.Uint64("abandoned-seed", 1, "seed of how far they come")
)

// remains.js is the body of a function that returns every text the page still holds.
//
//go:embed testdata/remains.js
var remains string

// walksAway lets the person's time run out by the program's clock or the page's.
func (l *lobby) walksAway(byPage bool) {
	l.t.Helper()
	l.leaves(func() { l.runsOut(byPage) })
	l.until("nobody's session", func() bool { _, there := l.session(); return !there })
}

func (l *lobby) runsOut(byPage bool) {
	l.t.Helper()
	if byPage {
		// What the kiosk says meanwhile, of its printer for instance, begins the countdown anew: it is run out again.
		l.eval(`window.trueNow ??= performance.now.bind(performance); window.ahead = 0; performance.now = () => window.trueNow() + window.ahead`)
		l.until("the welcome screen", func() bool {
			return l.eval(`window.ahead += 600_000; await new Promise((done) => setTimeout(done, 300)); return !!document.querySelector("button.check-in")`) == "true"
		})
		l.eval(`if (window.trueNow) performance.now = window.trueNow`)
	} else {
		const later = 10 * time.Minute
		l.do(command{Shift: later})
		l.wakes() // to ask for the session would end it without the page
		l.do(command{Shift: -later})
	}
}

// People walk away everywhere. Once their time is up nothing of them is in the page, its
// storage or its title, nor to be read in the memory of the web engine's processes; nor,
// at the end, in the kiosk's files and log. In the memory of the kiosk's own process what
// is found is counted and not judged: this test's commands and the simulated reader are
// in it as well.
func TestWindowForgetsWhoWalksAway(t *testing.T) {
	t.Parallel()
	l := openLobby(t)
	random := rand.New(rand.NewPCG(*abandonedSeed, 0))
	var all []string
	var own []int
	for n := range *abandoned {
		at := stops[n%len(stops)]
		who := at.come(l, random)
		if n < len(stops) && !at.typed { // what would be found, is found while they are there
			if l.inMemory(who.known())[pageProcess] == 0 {
				t.Fatalf("nothing of who is there was found in memory: %s", at.name)
			}
		}
		l.walksAway(n/len(stops)%2 == 1)
		l.forgot(n, at.name, who)
		counts := l.inMemory(who.known())
		own = append(own, counts[kioskProcess])
		for process, count := range counts {
			if process != kioskProcess && count > 0 {
				t.Errorf("person %d, %s: can be read %d times in the memory of %s: %s", n, at.name, count, process, l.where[process])
			}
		}
		_ = l.call(http.MethodDelete, "/kiosk/staff-call", nil, nil) // only some have called
		all = append(all, who.secrets()...)
	}
	slices.Sort(own)
	t.Logf("in the kiosk's own memory a person's values stood %d times in the middle, %d at most", own[len(own)/2], own[len(own)-1])
	files := l.noFileHolds(all)
	t.Logf("seed %d: %d people walked away at %d places; nothing of them in the page, nor in %d files", *abandonedSeed, *abandoned, min(*abandoned, len(stops)), files)
}

// A page that is not replaced, as in a browser, forgets as well.
func TestPageForgetsWhoWalksAway(t *testing.T) {
	l := openLobby(t, keepsPage)
	random := rand.New(rand.NewPCG(*abandonedSeed, 1))
	for n := range min(*abandoned, 2*len(stops)) {
		at := stops[(2*len(stops)-1-n)%len(stops)] // from the other end
		who := at.come(l, random)
		if now := l.remains(); len(found(now.Page+now.Objects, append(who.secrets(), who.masked()...))) == 0 {
			t.Fatalf("nothing of who is there was found: %s", at.name)
		}
		l.walksAway(n/len(stops)%2 == 1)
		l.forgot(n, at.name, who)
		_ = l.call(http.MethodDelete, "/kiosk/staff-call", nil, nil) // only some have called
	}
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

// masked is what screens show instead of the values while the person is there. It may not
// be on the page afterwards; a page that is kept lets go of what it took off the screen
// later (the kiosk's page is not kept).
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
