package app

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// typed stands in what a page asks for, and never in a log.
const typed = "110101199003070000"

// Whatever a page asks for, it is answered; what reaches the handler is a call of this
// process with the body as it was, and what does not is in no log.
func FuzzFetch(f *testing.F) {
	f.Add("GET", "/visits?q="+typed, "Accept", "application/json", "")
	f.Add("POST", "/echo", "Idempotency-Key", "a", `{"number":"`+typed+`"}`)
	f.Add("POST", "//"+typed+".example/x", "A", "b", "")
	f.Add("CONNECT", "/", "", "", "")
	f.Add("GET", "/%zz"+typed, "", "", "")
	f.Add("GET", "/a b\\c#d", "Host", "x\r\nY: z", "\xff\xfe")
	f.Add("PUT", "/panic/"+typed, "", "", "")
	f.Fuzz(func(t *testing.T, method, path, name, value, body string) {
		var log bytes.Buffer
		reached := false
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reached = true
			got, err := io.ReadAll(r.Body)
			if err != nil || string(got) != body || r.Host != "lianxin.local" || r.URL.Host != "" || r.URL.Scheme != "" || !strings.HasPrefix(r.URL.Path, "/") {
				t.Errorf("%q %q arrives as %q of %q with %q, %v", method, path, r.URL, r.Host, got, err)
			}
			w.Header()["X"] = []string{value}
			_, _ = w.Write(got)
		})
		headers := map[string]string{}
		if name != "" {
			headers[name] = value
		}
		answer := NewBridge(handler, slog.New(slog.NewTextHandler(&log, nil)), func() {}).Fetch(method, path, headers, body)
		if _, err := json.Marshal(answer); err != nil || reached != (answer.Status == http.StatusOK) || !reached && answer.Status != http.StatusBadRequest {
			t.Fatalf("%q %q: %+v, %v", method, path, answer, err)
		}
		if strings.Contains(log.String(), typed) {
			t.Fatalf("the log says %s", log.String())
		}
	})
}
