package node

import (
	"net/http"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/demo"
	"lianxin/backend/lang"
)

// The README promises one, whoever has booked today.
func TestTheDemoHasSomebodyWithARareCharacter(t *testing.T) {
	t.Parallel()
	tray, err := demo.NewTray(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tray.Close)
	b := newCenterAt(t, time.Now, nil)
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: b.line}, Tray: tray})
	b.enrol(testSite)
	b.whole()
	var cards []api.DemoCard
	if status := b.ask("GET", "/kiosk/demo/cards", nil, &cards); status != http.StatusOK {
		t.Fatal(status)
	}
	told := map[lang.Text]int{}
	for _, card := range cards {
		told[card.Story]++
		if status := b.ask("POST", "/kiosk/demo/cards/"+card.ID, nil, nil); status >= 300 {
			t.Errorf("%s cannot be put on the reader: %d", card.Story.EN, status)
		}
		if card.Story == storyRare && !hasRare(card.Name) {
			t.Errorf("no rare character in %q", card.Name)
		}
	}
	for _, story := range []lang.Text{storyRare, storyNew, storyExpired, storyTooYoung} {
		if told[story] != 1 {
			t.Errorf("%d people: %s", told[story], story.EN)
		}
	}
}
