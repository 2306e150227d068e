//go:build production || dev

package app

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <stdlib.h>
#include "webview_linux.h"
*/
import "C"

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"unsafe"
)

// The window library shows no way to its web view, and leaves a crashed page
// blank and every navigation allowed. So the view is looked up among GTK's
// windows and guarded natively; a process has one window, hence the one guard.
var webView atomic.Pointer[webViewGuard]

type webViewGuard struct {
	log      *slog.Logger
	reloaded func() // the page's process ended and the page is loading again
}

// guardWebView guards the view; hold says that the window keeps the whole screen.
func guardWebView(log *slog.Logger, hold bool, reloaded func()) {
	webView.Store(&webViewGuard{log: log, reloaded: reloaded})
	held := C.gboolean(0)
	if hold {
		held = 1
	}
	C.guard_web_view(held)
}

// restartWebView replaces the page's process, frozen or not, and loads the page.
func restartWebView() { C.restart_web_view() }

// renewWebView replaces the page's process behind a picture of the page; the new page
// begins at the fragment.
func renewWebView(fragment string) {
	text := C.CString(fragment)
	defer C.free(unsafe.Pointer(text))
	C.renew_web_view(text)
}

// showWebView takes the picture away: the new page looks as it should.
func showWebView() { C.show_web_view() }

//export webViewGuarded
func webViewGuarded(found C.int) {
	if found == 0 {
		webView.Load().log.Error("the web view was not found: navigation and crashes are not guarded")
	}
}

//export webProcessEnded
func webProcessEnded(reason C.int, renewed C.gboolean) {
	guard := webView.Load()
	if renewed != 0 {
		guard.reloaded()
		return
	}
	reasons := map[C.int]string{
		C.WEBKIT_WEB_PROCESS_CRASHED:               "crashed",
		C.WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT: "memory",
		C.WEBKIT_WEB_PROCESS_TERMINATED_BY_API:     "restarted",
	}
	guard.log.Warn("the page's process ended: loading the page again", "reason", reasons[reason])
	guard.reloaded()
}

//export navigationRefused
func navigationRefused() {
	webView.Load().log.Warn("the page tried to leave") // the address may be personal
}

//export messageRefused
func messageRefused() {
	webView.Load().log.Warn("the page asked the window for what is not allowed") // the words may be personal
}

// WebEngine is the version of the web engine this process runs with.
func WebEngine() string {
	return fmt.Sprintf("WebKitGTK %d.%d.%d, GTK %d.%d.%d",
		C.webkit_get_major_version(), C.webkit_get_minor_version(), C.webkit_get_micro_version(),
		C.gtk_get_major_version(), C.gtk_get_minor_version(), C.gtk_get_micro_version())
}
