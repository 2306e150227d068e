package center

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"lianxin/frontend"
)

// firstRunPath is where the first administrator makes their account. It is a page
// to a browser that opens it and an operation of the API to the page that sends it.
const firstRunPath = "/first-run"

// giftsPath is where staff see what gifts are asked for.
const giftsPath = "/gifts"

// waitingRoomPath is where any screen shows the numbers called at a site, named behind the #.
const waitingRoomPath = "/waiting-room"

// pagePolicy lets a page run nothing but what this program carries, talk to
// nobody but this center, and be shown inside no other page.
var pagePolicy = strings.Join([]string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
	"font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"}, "; ")

// pages serves the center's own pages out of the program itself.
func (c *Center) pages(mux *http.ServeMux) { servePages(mux, frontend.Pages()) }

func servePages(mux *http.ServeMux, built fs.FS) {
	mux.Handle("GET "+firstRunPath, page(built, "first-run.html"))
	mux.Handle("GET "+giftsPath, page(built, "gifts.html"))
	mux.Handle("GET "+waitingRoomPath, page(built, "waiting-room.html"))
	mux.Handle("GET "+checkPath, page(built, "verify.html"))
	mux.Handle("GET /mark.svg", file(built, "mark.svg"))
	mux.HandleFunc("GET /assets/{name}", func(w http.ResponseWriter, r *http.Request) {
		// The name of an asset holds a hash of its content: what it says never changes.
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		file(built, path.Join("assets", r.PathValue("name"))).ServeHTTP(w, r)
	})
}

// page serves one page. A program that was built without its pages says so
// instead of showing nothing.
func page(built fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", pagePolicy)
		header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Frame-Options", "DENY")
		if _, err := fs.Stat(built, name); errors.Is(err, fs.ErrNotExist) {
			http.Error(w, "本程序未包含网页。请在血液中心的主机上运行 lianxin-center user add 建立管理员。\n"+
				"This program was built without its pages. On the center's machine, run: lianxin-center user add", http.StatusServiceUnavailable)
			return
		}
		file(built, name).ServeHTTP(w, r)
	})
}

// file serves one file; there are no listings.
func file(built fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if info, err := fs.Stat(built, name); err != nil || info.IsDir() {
			w.Header().Del("Cache-Control")
			http.NotFound(w, r)
			return
		}
		http.ServeFileFS(w, r, built, name)
	})
}
