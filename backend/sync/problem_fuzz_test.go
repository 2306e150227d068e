package sync

import (
	"net/http"
	"testing"

	"lianxin/backend/fault"
)

// Anything may answer in the center's place: a kiosk makes a fault of it that is
// never its own, and never a time or a code that is not there.
func FuzzProblem(f *testing.F) {
	f.Add(422, []byte(`{"type":"urn:lianxin:fault:token.expired","code":"token.expired","params":{"now":1795406400}}`))
	f.Add(401, []byte(`{"code":"token.early","params":{"now":"soon"}}`))
	f.Add(401, []byte(`{"code":"token.expired","params":{"now":1e300}}`))
	f.Add(409, []byte(`{"code":"a","errors":[{"location":"body","code":"x"}]}`))
	f.Add(502, []byte(`<html><title>Bad Gateway</title></html>`))
	f.Add(511, []byte(`null`))
	f.Fuzz(func(t *testing.T, status int, text []byte) {
		if status < http.StatusMultipleChoices {
			return
		}
		err := faultOf(status, text)
		from := fault.From(err)
		if err == nil || from.Code == "" || from.Kind == fault.Internal {
			t.Fatalf("%d %q became %v", status, text, err)
		}
		if at, ok := centerTime(err); ok && from.Code != "token.expired" && from.Code != "token.early" {
			t.Fatalf("%q tells the time %s", from.Code, at)
		}
		if from.Kind == fault.Unauthorized && status != http.StatusUnauthorized {
			t.Fatalf("%d makes the kiosk fetch a new token", status)
		}
	})
}
