//go:build production

package app

import (
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/checkin"
	"lianxin/backend/identity"
)

// placeList is every screen a person can meet at a kiosk, once for this window and for
// the browser (frontend/tests/tricks.mjs); frontend/src/kiosk/screens.test.ts holds it
// against the router, the steps, the sheets and the states of the API's document.
//
//go:embed testdata/screens.json
var placeList []byte

// place is a screen of the list.
type place struct {
	ID          string   `json:"id"`
	Covers      []string `json:"covers"`
	Shows       string   `json:"shows"`        // what one knows it by, as a selector
	BrowserOnly string   `json:"browser_only"` // why the window does not come there
}

func places(t *testing.T) (all []place) {
	t.Helper()
	if err := json.Unmarshal(placeList, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// way is how to come to a screen that is nobody's, from the welcome screen.
type way struct {
	at   standing
	come func(l *lobby)
}

// ways are those; what is somebody's has a stop.
var ways = map[string]way{
	"unenrolled":       {unknown, func(*lobby) {}},
	"pending":          {asked, func(*lobby) {}},
	"welcome":          {serving, func(*lobby) {}},
	"sites":            {serving, func(l *lobby) { l.goes("sites") }},
	"sites-map":        {serving, func(l *lobby) { l.goes("sites"); l.presses(".filters > :last-child [role=radio]:last-child") }},
	"site-detail":      {serving, func(l *lobby) { l.goes("sites"); l.presses("button.site") }},
	"story-1":          {serving, func(l *lobby) { l.stopsStory() }},
	"gifts-public":     {serving, func(l *lobby) { l.goes("gifts") }},
	"gifts-search":     {serving, func(l *lobby) { l.goes("gifts"); l.presses("[data-testid=search]") }},
	"gifts-public-one": {serving, func(l *lobby) { l.goes("gifts"); l.presses(".shelves button"); l.presses(".gifts li button") }},
	"more-time":        {serving, func(l *lobby) { l.goes("sites"); l.isAsked() }},
	"operator-pin":     {serving, func(l *lobby) { l.knocks() }},
	"operator":         {serving, func(l *lobby) { l.knocks(); l.taps("2580"); l.presses(".door > button") }},
	"identify":         {serving, func(l *lobby) { l.identifies() }},
	"identify-code":    {serving, func(l *lobby) { l.identifies(); l.presses("[data-testid=by-code]") }},
	"kind":             {serving, func(l *lobby) { l.identifies(); l.presses("[data-testid=by-number]") }},
	"country":          {serving, func(l *lobby) { l.typesKind("passport") }},
	"typed-wait":       {serving, func(l *lobby) { l.typedOften(); l.identifies(); l.presses("[data-testid=by-number]") }},
	"leave":            {serving, func(l *lobby) { comesTo(checkin.StepQuestionnaire)(l, nil); l.presses("[data-testid=leave]") }},
	"own-card":         {serving, func(l *lobby) { l.wantsOwn() }},
	"own-give-back":    {serving, func(l *lobby) { givesBack(l) }},
	"voucher-failed":   {serving, func(l *lobby) { asksForNoVoucher(l) }},
	"gift-confirmed":   {serving, func(l *lobby) { confirms(l) }},
	"own-code-wrong":   {serving, func(l *lobby) { asksForCode(l, person()); l.wrongCodes(1) }},
	"own-code-over":    {serving, func(l *lobby) { asksForCode(l, person()); l.wrongCodes(5) }},
	"welcome-offline":  {offline, func(*lobby) {}},
	"own-failed":       {offline, func(l *lobby) { l.failsToOwn("account") }},
	"own-code-offline": {offline, func(l *lobby) { l.asksForResult(l.numbers()) }},
	"gift-failed":      {offline, func(l *lobby) { l.failsToHave() }},
	"gift-requested":   {offline, func(l *lobby) { l.failsToHave(); l.presses("[data-testid=request]") }},
	"revoked":          {revoked, func(*lobby) {}},
}

// person is the chance by which everybody of the tricks is chosen: the same one each time.
func person() *rand.Rand { return rand.New(rand.NewPCG(1, 0)) }

// wayTo is how to come to a screen: as nobody, or as the first who stops there.
func wayTo(id string) (way, bool) {
	if w, ok := ways[id]; ok {
		return w, true
	}
	i := slices.IndexFunc(stops, func(s stop) bool { return s.screen == id })
	if i < 0 {
		return way{}, false
	}
	return way{serving, func(l *lobby) { stops[i].come(l, person()) }}, true
}

// Every screen of the list has a way, or says why the window does not come there; every
// way and stop is on the list, and so is everything that is somebody's.
func TestWindowHasAWayToEveryScreen(t *testing.T) {
	all, known := places(t), map[string]bool{}
	for _, p := range all {
		known[p.ID] = true
		if _, ok := wayTo(p.ID); ok == (p.BrowserOnly != "") {
			t.Errorf("%s: has a way: %v, but %q", p.ID, ok, p.BrowserOnly)
		}
	}
	for id := range ways {
		if !known[id] {
			t.Errorf("a way leads to %s, which is not on the list", id)
		}
	}
	for _, s := range stops {
		if !known[s.screen] {
			t.Errorf("%s is at %s, which is not on the list", s.name, s.screen)
		}
	}
}

// goes to a page anybody may see.
func (l *lobby) goes(route string) {
	l.t.Helper()
	l.eval(fmt.Sprintf(`location.hash = "#/%s"`, route))
}

// isAsked lets time pass until somebody is asked whether they are still there.
func (l *lobby) isAsked() {
	l.t.Helper()
	l.sees(".journey")
	l.eval(`const now = performance.now.bind(performance), from = now();
		performance.now = () => now() + 80_000`)
	l.sees("[role=alertdialog]")
}

// knocks holds the corner that is the staff's door.
func (l *lobby) knocks() {
	l.t.Helper()
	l.until("the staff's door", func() bool {
		return l.eval(`if (document.querySelector("[role=dialog] .keypad")) return true;
			document.querySelector(".corner").dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerId: 1}));
			for (let n = 0; n < 100 && !document.querySelector("[role=dialog] .keypad"); n++) await new Promise((done) => setTimeout(done, 50));
			document.querySelector(".corner").dispatchEvent(new PointerEvent("pointerup", {bubbles: true, pointerId: 1}));
			return !!document.querySelector("[role=dialog] .keypad")`) == "true"
	})
}

// typesKind goes on to the page for one kind of document.
func (l *lobby) typesKind(kind string) {
	l.t.Helper()
	l.typeAnew()
	l.identifies()
	l.presses("[data-testid=by-number]")
	l.presses("[data-testid=kind-" + kind + "]")
}

// typedOften types numbers until the kiosk takes none for a while.
func (l *lobby) typedOften() {
	l.t.Helper()
	l.until("a kiosk that takes no numbers", func() bool {
		if _, err := l.page.Step(http.MethodPost, "", map[string]string{"language": "zh-CN"}); err != nil {
			l.t.Fatal(err)
		}
		_, err := l.page.Step(http.MethodPost, "/identity", checkin.TypedIdentity{Kind: identity.ResidentID, Number: l.stranger().Document.Number})
		return err != nil && strings.Contains(err.Error(), "identity.too_many")
	})
	l.must(http.MethodDelete, "/kiosk/session", nil, nil)
}

// typeAnew forgets how many numbers were typed, as askAnew does at the center: nothing in
// the kiosk itself does.
func (l *lobby) typeAnew() {
	l.t.Helper()
	kiosk, err := sql.Open("sqlite3", filepath.Join(l.data, "kiosk", "kiosk.db")+"?_busy_timeout=10000")
	if err == nil {
		_, err = kiosk.Exec("DELETE FROM settings WHERE name = 'checkin.typing'")
	}
	if err == nil {
		err = kiosk.Close()
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

// wantsOwn goes to the reader that waits for the card of somebody who wants what is theirs.
func (l *lobby) wantsOwn() {
	l.t.Helper()
	l.until("a reader that waits", func() bool {
		return l.eval(`document.querySelector("[data-testid=own-results]")?.click(); return !!document.querySelector(".stage[data-state=ready]")`) == "true"
	})
}

// failsToOwn lays a card on the reader of a kiosk whose center is out of reach.
func (l *lobby) failsToOwn(aim string) (s checkin.Session) {
	l.t.Helper()
	l.lays(l.owner(person(), rich).Person, map[string]string{"language": "zh-CN", "aim": aim})
	l.until("no answer of the center", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Account != nil && s.Account.State == "failed"
	})
	l.shows(s)
	return s
}

// failsToHave chooses a gift there.
func (l *lobby) failsToHave() {
	l.t.Helper()
	l.failsToOwn("gifts")
	var s checkin.Session
	l.must(http.MethodPost, "/kiosk/session/gifts/choose", l.wish(20), &s)
	l.until("no answer of the center", func() bool {
		l.must(http.MethodGet, "/kiosk/session", nil, &s)
		return s.Redemption.State == "failed"
	})
	l.shows(s)
}
