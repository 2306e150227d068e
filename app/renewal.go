package app

import (
	"context"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Everybody gets a page of their own. The page says "left" when its person is gone and
// the welcome screen is there again; its process is then replaced behind a picture of
// that screen, and the new page says "settled" once it looks the same. What the process
// held of the person goes with it, and so does what a web engine gathers over months
// (docs/decisions/0032-a-page-for-everybody.md).

// ending is why a session ended, a word of the page's for its own next page.
var ending = regexp.MustCompile(`^[a-z]{1,16}$`)

func (k *Kiosk) listen(ctx context.Context) {
	runtime.EventsOn(ctx, "painted", func(...any) { k.painted() })
	if k.config.DevServer != "" || k.keepsPage || k.config.Frame != nil {
		return // the page is in a browser, or one of a desk, which has one person all day
	}
	runtime.EventsOn(ctx, "left", func(data ...any) { k.left(data) })
	runtime.EventsOn(ctx, "settled", func(...any) { k.settled() })
}

// left begins a new page, with the reason for the old one's end for who comes back too late.
func (k *Kiosk) left(data []any) {
	k.renewing.Store(time.Now().UnixNano())
	fragment := "/"
	if len(data) == 1 {
		if word, is := data[0].(string); is && ending.MatchString(word) {
			fragment += "?ended=" + word
		}
	}
	renewWebView(fragment)
}

// settled shows the new page, and gives back what this process held for the last person.
func (k *Kiosk) settled() {
	began := k.renewing.Swap(0)
	if began == 0 {
		return
	}
	showWebView()
	k.config.Log.Debug("a new page", "ms", time.Since(time.Unix(0, began)).Milliseconds())
	go debug.FreeOSMemory()
}
