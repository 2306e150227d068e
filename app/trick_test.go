//go:build production

package app

import (
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	everywhere = flag.Bool("everywhere", false, "every trick on every screen, instead of each on one of them")
	trickName  = flag.String("trick", "", "only the tricks whose names match")
	trickOn    = flag.String("screen", "", "only on screens whose names match")
)

// trickTable is what people try, once for this window and for the browser (frontend/tests/tricks.mjs).
//
//go:embed testdata/tricks.json
var trickTable []byte

// trick is one thing to try. One of the fields after ID is set.
type trick struct {
	ID      string            `json:"id"`
	Keys    []string          `json:"keys"`    // pressed one after the other, in xdotool's names
	Pointer *pointer          `json:"pointer"` // what one finger or a mouse does
	Touch   json.RawMessage   `json:"touch"`   // several fingers: in the browser only
	Drop    map[string]string `json:"drop"`    // dropped by another program, by type
	Manager []string          `json:"manager"` // the program that tells the window manager, and its words
	Script  string            `json:"script"`  // run in the page as if its policy had a hole
	Answer  any               `json:"answer"`  // what the script has to return
	Markup  string            `json:"markup"`  // shown unescaped; #trick in it is clicked
}

type pointer struct {
	Button string   `json:"button"`
	At     any      `json:"at"` // text, button, picture, corner; or shares of width and height
	To     []any    `json:"to"` // drags to there
	Clicks int      `json:"clicks"`
	Hold   int      `json:"hold"`  // ms
	Wheel  int      `json:"wheel"` // turns instead of a click; up is less than nothing
	Keys   []string `json:"keys"`  // held meanwhile
}

// stopsStory goes to the story and stops it at its first scene: it plays by itself, and
// on a busy machine the next scene would come while tricks are tried.
func (l *lobby) stopsStory() {
	l.t.Helper()
	l.eval(`location.hash = "#/story"`)
	l.until("a story that stands still", func() bool {
		return l.eval(`const picture = document.querySelector(".story .picture");
			if (picture && !picture.matches(".still, .calm")) document.querySelector(".push + button").click();
			else if (picture) document.querySelector(".story .bar").click();
			await new Promise((done) => requestAnimationFrame(done));
			return !!document.querySelector(".story .picture.still, .story .picture.calm")`) == "true"
	})
}

// identifies goes to the first step, where the reader waits for a card.
func (l *lobby) identifies() {
	l.t.Helper()
	// A tap while the last person's end is under way starts nothing; people tap again.
	l.until("a reader that waits", func() bool {
		return l.eval(`document.querySelector("button.check-in")?.click(); return !!document.querySelector(".stage[data-state=ready]")`) == "true"
	})
}

// typesNumber goes to the pad for the number of an identity card.
func (l *lobby) typesNumber() {
	l.t.Helper()
	l.identifies()
	for _, id := range []string{"by-number", "kind-resident_id"} {
		l.until(id, func() bool {
			return l.eval(`const b = document.querySelector("[data-testid=`+id+`]"); b?.click(); return !!b`) == "true"
		})
	}
	l.until("the pad", func() bool { return l.eval(`return !!document.querySelector(".keypad")`) == "true" })
}

func TestWindowHoldsAgainstEveryTrick(t *testing.T) {
	t.Parallel()
	var all []trick
	if err := json.Unmarshal(trickTable, &all); err != nil {
		t.Fatal(err)
	}
	here := slices.DeleteFunc(places(t), func(p place) bool { return p.BrowserOnly != "" })
	l := newLobby(t)
	b := &burglar{lobby: l, opened: filepath.Join(l.data, "browser-opened")}
	tried, changed, last := 0, 0, ""
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("the last one tried:", last)
		}
	})
	on := regexp.MustCompile(*trickOn)
	for i, p := range here {
		if !on.MatchString(p.ID) {
			continue
		}
		b.comes(p)
		for n, x := range all {
			if isTried(x, p, n%len(here) == i) {
				tried, last = tried+1, x.ID+" on "+p.ID
				if b.tries(x) {
					changed++
				}
			}
		}
	}
	t.Logf("%d tricks tried in the window on %d screens, %d left it; %d changed something on the page itself", tried, len(here), b.left, changed)
	if tried == 0 {
		t.Error("nothing was tried")
	}
}

// isTried tells whether a trick is tried on a screen: where it is its turn, or everywhere; what
// needs no hand (files dropped, the window's manager, scripts, markup) on the welcome screen,
// or everywhere.
func isTried(x trick, on place, turn bool) bool {
	here := *everywhere || turn
	if x.Keys == nil && x.Pointer == nil && !*everywhere {
		here = on.ID == "welcome"
	}
	return x.Touch == nil && (here || *trickName != "") && regexp.MustCompile(*trickName).MatchString(x.ID)
}

// burglar tries tricks on one screen.
type burglar struct {
	*lobby
	at     place
	open   func(*lobby)
	url    string
	seen   []string // windows
	usual  picture
	opened string // file that exists once a browser was started
	left   int
}

// comes goes to a screen and remembers how it looks.
func (b *burglar) comes(p place) {
	b.t.Helper()
	to, _ := wayTo(p.ID) // TestWindowHasAWayToEveryScreen
	b.becomes(to.at)
	b.at, b.open = p, to.come
	b.opens()
	b.rests()
	b.url, b.seen, b.usual = b.eval(`return location.href`), b.windows(), b.shot()
}

// opens goes there from the welcome screen.
func (b *burglar) opens() {
	b.t.Helper()
	b.home()
	b.open(b.lobby)
	b.sees(b.at.Shows)
	b.hand("mousemove", "1", "1")
}

// rests waits until nothing moves on the screen.
func (b *burglar) rests() {
	b.t.Helper()
	b.eval(calm)
	last := b.shot()
	b.until("a screen that rests", func() bool {
		b.eval(`await document.fonts.ready; await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`)
		now := b.shot()
		still := now.differs(last) == 0
		last = now
		return still
	})
}

// calm ends animations, which differ from one moment to the next, takes the focus away,
// and lets the page's clock stand: on a busy machine a person's time would run out while
// tricks are tried, and no two pictures of a countdown be alike.
const calm = `document.activeElement?.blur();
	if (!window.stands) { const now = performance.now(); performance.now = () => now; window.stands = true; }
	document.getAnimations().forEach((a) => a.effect?.getTiming().iterations === Infinity ? a.cancel() : a.finish());`

// tries one trick; tells whether the page itself looked another way afterwards. Whatever
// it does, the same page must be alive on the whole screen with nothing beside it.
func (b *burglar) tries(x trick) (changed bool) {
	b.t.Helper()
	process := b.cmd.Process.Pid
	_ = b.call(http.MethodPost, "/kiosk/session/touch", nil, nil) // the program's clock does not stand; there may be nobody
	if err := b.does(x); err != nil {
		b.fails(x, err.Error())
	}
	if b.gone() {
		b.t.Fatalf("%s on %s: the program ended", x.ID, b.at.ID)
	}
	if !b.hears() {
		b.fails(x, "the page hears no keys any more")
	}
	if url := b.eval(`return location.href`); url != b.url {
		b.fails(x, "the address is "+url)
	}
	if _, err := os.Stat(b.opened); err == nil {
		b.fails(x, "another program was started")
	}
	if b.looksAsUsual(3 * time.Second) {
		return false
	}
	// The trick may have pressed a button of the page: there and back again it must be as before.
	b.opens()
	if !b.looksAsUsual(patience) {
		b.fails(x, fmt.Sprintf("%.1f %% of the screen look another way, windows %v, were %v", 100*b.shot().differs(b.usual), b.windows(), b.seen))
	}
	if b.cmd.Process.Pid != process {
		b.fails(x, "another process")
	}
	return true
}

// fails notes a trick that worked and shows the screen as it is.
func (b *burglar) fails(x trick, why string) {
	b.t.Helper()
	b.left++
	name := regexp.MustCompile(`\W+`).ReplaceAllString(x.ID+" on "+b.at.ID, "-")
	b.t.Errorf("%s on %s: %s (%s)", x.ID, b.at.ID, why, b.keep(b.shot(), name))
	if b.left > mostFailures {
		b.t.FailNow()
	}
	b.hand("set_desktop", "0", "windowactivate", b.id)
}

// mostFailures is when there is no use in trying more.
const mostFailures = 20

// mostChange is the share of points that may differ: the clock in the corner, a
// countdown. A menu, a dialog or an edge of the desktop is more, or a window.
const mostChange = 0.004

// looksAsUsual waits for the screen to look as it did, and tells whether it does.
func (b *burglar) looksAsUsual(limit time.Duration) bool {
	b.t.Helper()
	for end := time.Now().Add(limit); ; {
		b.eval(calm)
		if b.shot().differs(b.usual) <= mostChange && slices.Equal(b.windows(), b.seen) && b.place(b.id) == [4]int{0, 0, screenWidth, screenHeight} {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// hears presses a key nobody uses until the page notices it.
func (b *burglar) hears() bool {
	b.t.Helper()
	for end := time.Now().Add(patience / 2); time.Now().Before(end); {
		marks := b.eval(`if (window.marks === undefined) { window.marks = 0; addEventListener("keydown", (e) => { if (e.key === "Pause") window.marks++; }, true); } return window.marks`)
		b.hand("key", "Pause")
		if b.eval(`return window.marks`) != marks {
			return true
		}
	}
	return false
}

func (b *burglar) does(x trick) error {
	b.t.Helper()
	switch {
	case x.Keys != nil:
		b.hand(append([]string{"key"}, x.Keys...)...)
	case x.Pointer != nil:
		b.points(*x.Pointer)
	case x.Manager != nil:
		var words []string
		for _, word := range x.Manager {
			words = append(words, strings.NewReplacer("{window}", b.id, "{root}", b.root()).Replace(word))
		}
		b.run(words[0], words[1:]...)
	case x.Drop != nil:
		return b.drops(x.Drop)
	case x.Markup != "":
		html, err := json.Marshal(x.Markup)
		if err != nil {
			return err
		}
		b.eval(fmt.Sprintf(`const box = document.createElement("div"); box.innerHTML = %s; document.body.append(box);
			await new Promise((done) => setTimeout(done, 50)); box.querySelector("#trick")?.click();
			await new Promise((done) => setTimeout(done, 50)); box.remove()`, html))
	case x.Script != "":
		a, err := b.ask(command{Eval: x.Script})
		if err != nil {
			return err
		}
		var got any
		if err := json.Unmarshal(a.Value, &got); err != nil || x.Answer != nil && (a.Failed != "" || got != x.Answer) {
			return fmt.Errorf("it answers %s %s, want %v", a.Value, a.Failed, x.Answer)
		}
	}
	return nil
}

func (s *screen) root() string {
	s.t.Helper()
	id := regexp.MustCompile(`0x[0-9a-f]+`).FindString(s.run("xwininfo", "-root"))
	number, err := strconv.ParseUint(id, 0, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	return strconv.FormatUint(number, 10)
}

var buttons = map[string]string{"": "1", "middle": "2", "right": "3", "back": "8", "forward": "9"}

func (b *burglar) points(p pointer) {
	b.t.Helper()
	words := b.moves(p.At)
	for _, key := range p.Keys {
		words = append(words, "keydown", key)
	}
	button := buttons[p.Button]
	switch {
	case p.Wheel < 0:
		words = append(words, "click", "--repeat", strconv.Itoa(-p.Wheel), "4")
	case p.Wheel > 0:
		words = append(words, "click", "--repeat", strconv.Itoa(p.Wheel), "5")
	case p.To != nil:
		words = append(append(append(words, "mousedown", button), b.moves([]any{0.5, 0.5})...), b.moves(any(p.To))...)
		words = append(words, "mouseup", button)
	case p.Hold > 0:
		words = append(words, "mousedown", button, "sleep", fmt.Sprint(float64(p.Hold)/1000), "mouseup", button)
	default:
		words = append(words, "click", "--repeat", strconv.Itoa(max(p.Clicks, 1)), "--delay", "20", button)
	}
	for _, key := range p.Keys {
		words = append(words, "keyup", key)
	}
	b.hand(words...)
	b.hand("mousemove", "1", "1")
}

// spots are things every screen has; where one lacks it, the middle is pointed at.
var spots = map[string]string{"text": "main h1, main p, h1, p", "button": "main button, button", "picture": "main svg, svg, img", "corner": ".corner"}

// moves is how to go to a place of the screen.
func (b *burglar) moves(at any) []string {
	b.t.Helper()
	x, y := screenWidth/2, screenHeight/2
	switch at := at.(type) {
	case string:
		var middle []float64
		text := b.eval(fmt.Sprintf(`const box = document.querySelector(%q)?.getBoundingClientRect(); return box ? [box.x + box.width / 2, box.y + box.height / 2] : []`, spots[at]))
		if err := json.Unmarshal([]byte(text), &middle); err != nil {
			b.t.Fatal(err)
		}
		if len(middle) == 2 {
			x, y = int(middle[0]), int(middle[1])
		}
	case []any:
		x, y = int(at[0].(float64)*screenWidth), int(at[1].(float64)*screenHeight)
	}
	return []string{"mousemove", strconv.Itoa(x), strconv.Itoa(y)}
}

// drops lets another program's window stand over the kiosk, and drags what it offers onto the page.
func (b *burglar) drops(offer map[string]string) error {
	b.t.Helper()
	text, err := json.Marshal(offer)
	if err != nil {
		return err
	}
	source := exec.Command("/usr/bin/python3", "testdata/dragsource.py", string(text))
	source.Env = append(os.Environ(), "DISPLAY="+b.display, "GDK_BACKEND=x11")
	source.Stderr = os.Stderr
	out, err := source.StdoutPipe()
	if err != nil {
		return err
	}
	if err := source.Start(); err != nil {
		return err
	}
	defer func() {
		_ = source.Process.Kill()
		_ = source.Wait() // reports the kill
	}()
	said := make(chan string)
	go func() {
		defer close(said)
		var word string
		for {
			if _, err := fmt.Fscanln(out, &word); err != nil {
				return
			}
			said <- word
		}
	}()
	for word := range said {
		if word == "shown" {
			break
		}
	}
	b.hand("mousemove", "60", "60", "mousedown", "1", "sleep", "0.05", "mousemove", "90", "90", "sleep", "0.05", "mousemove", "300", "700",
		"sleep", "0.05", "mousemove", "540", "900", "sleep", "0.1", "mouseup", "1")
	select {
	case word := <-said:
		if word == "taken" {
			return fmt.Errorf("the page took what was dropped")
		}
		if word != "refused" {
			return fmt.Errorf("nothing was dragged: %q", word)
		}
	case <-time.After(patience):
		return fmt.Errorf("nothing was dragged")
	}
	return nil
}
