package app

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"
)

// ErrNoPage says that the program was built without its pages.
var ErrNoPage = errors.New("this program was built without its pages: run `make build`")

// contentSecurityPolicy lets the page load and run only what the program carries.
// Pictures may be data: URLs because files cross the bridge as text.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// framingPolicy is that of a desk, whose page shows a kiosk's in a frame: only its own, and
// only in its own.
var framingPolicy = strings.Replace(contentSecurityPolicy, "frame-ancestors 'none'", "frame-src 'self'; frame-ancestors 'self'", 1)

var pageHeaders = map[string]string{
	"X-Content-Type-Options":     "nosniff",
	"Referrer-Policy":            "no-referrer",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Permissions-Policy":         "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Cache-Control":              "no-cache",
}

func checkPage(page fs.FS) error {
	if _, err := fs.Stat(page, "index.html"); err != nil {
		return ErrNoPage
	}
	return nil
}

// secured adds a policy and the headers above to every answer, and answers GET and HEAD only:
// request bodies over the window's own scheme crash the web engine.
func secured(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		for name, value := range pageHeaders {
			w.Header().Set(name, value)
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// windowHost is the host the window itself asks for; a browser at the
// development server asks for that server's address.
const windowHost = "wails"

// browserOnly keeps the real window on a plain note while a browser drives the
// page through the development server: two pages would fight over one kiosk.
func browserOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != windowHost {
			next.ServeHTTP(w, r)
			return
		}
		if !strings.HasSuffix(r.URL.Path, "/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Lianxin</title><p>A browser shows this window."))
	})
}
