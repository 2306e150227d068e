package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/checkin"
	"lianxin/backend/fault"
)

// canary stands for what a person entered; no problem may repeat it.
const canary = "11010519491231002X"

// TestBadInput sends what a broken or hostile page could send.
func TestBadInput(t *testing.T) {
	w := newWindow(t, nil)
	w.must("POST", sessionPath, map[string]string{"language": "zh-CN"})
	many := `{"kind":"passport","number":"X"`
	for i := range 5000 {
		many += fmt.Sprintf(`,"field%d":"%s"`, i, canary)
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code               string
		places             string
	}{
		"not JSON":            {"POST", "/identity", canary, 400, "request.malformed", "body"},
		"half of it":          {"POST", "/identity", `{"kind":"resident_id","number":"` + canary, 400, "request.malformed", "body"},
		"more after the end":  {"POST", "/identity", `{"kind":"resident_id","number":"1"} ` + canary, 400, "request.malformed", "body"},
		"nothing":             {"POST", "/identity", "", 400, "request.malformed", ""},
		"null":                {"POST", "/identity", "null", 422, "request.invalid", "body"},
		"a list":              {"POST", "/identity", `["` + canary + `"]`, 422, "request.invalid", "body"},
		"a text":              {"POST", "/identity", `"` + canary + `"`, 422, "request.invalid", "body"},
		"very deep":           {"POST", "/identity", strings.Repeat(`{"number":`, 20_000), 400, "request.malformed", "body"},
		"over a megabyte":     {"POST", "/identity", `{"number":"` + strings.Repeat("9", 1<<20) + `"}`, 413, "request.too_large", ""},
		"over everything":     {"POST", "/identity", strings.Repeat(" ", maxPush+1), 413, "request.too_large", ""},
		"wrong types":         {"POST", "/identity", `{"kind":7,"number":` + canary[:17] + `,"birth_date":{"a":"` + canary + `"},"sex":["male"]}`, 422, "request.invalid", "body.birth_date body.kind body.number body.sex"},
		"outside the lists":   {"POST", "/identity", `{"kind":"` + canary + `","number":"` + canary + `","sex":"` + canary + `","country":"` + canary + `"}`, 422, "request.invalid", "body.country body.kind body.sex"},
		"no such day":         {"POST", "/identity", `{"kind":"passport","number":"X","birth_date":"1949-02-30"}`, 422, "request.invalid", "body.birth_date"},
		"missing":             {"POST", "/identity", `{}`, 422, "request.invalid", "body body"},
		"unknown field":       {"POST", "/identity", `{"kind":"passport","number":"X","favourite":"` + canary + `"}`, 422, "request.invalid", "body.?"},
		"a number as a name":  {"POST", "/identity", `{"kind":"passport","number":"X","` + canary + `":1}`, 422, "request.invalid", "body.?"},
		"thousands of them":   {"POST", "/identity", many + "}", 422, "request.invalid", "*"},
		"too long":            {"POST", "/identity", `{"kind":"passport","number":"` + strings.Repeat(canary, 3) + `"}`, 422, "request.invalid", "body.number"},
		"nested":              {"POST", "/purpose", `{"choice":{"product":"` + canary + `","volume_ml":"` + canary + `"}}`, 422, "request.invalid", "body.choice.product body.choice.volume_ml"},
		"in a list":           {"POST", "/consent", `{"version":"1","scrolled_in":1,"strokes":[[{"x":-1,"y":"` + canary + `","t":0}],"` + canary + `"]}`, 422, "request.invalid", "body.scrolled_in body.strokes[0][0].x body.strokes[0][0].y body.strokes[1]"},
		"a code too long":     {"POST", "/code", `{"text":"` + strings.Repeat("x", 2001) + `"}`, 422, "request.invalid", "body.text"},
		"another language":    {"PUT", "/language", `{"language":"` + canary + `"}`, 422, "request.invalid", "body.language"},
		"the private choice":  {"POST", "/exclusion", `{"code":"` + canary + `"}`, 422, "request.invalid", "body.code"},
		"judged by the nouns": {"POST", "/identity", `{"kind":"resident_id","number":"110105194912310021"}`, 422, "identity.check_digit", "body.number[17]"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.send(c.method, sessionPath+c.path, "", []byte(c.body))
			body := answer.Body.String()
			p := problem(t, answer)
			if p.Status != c.status || p.Code != c.code {
				t.Errorf("answered %d %s, want %d %s", p.Status, p.Code, c.status, c.code)
			}
			var places []string
			for _, place := range p.Errors {
				places = append(places, place.Location)
			}
			slices.Sort(places)
			if got := strings.Join(places, " "); c.places != "*" && got != c.places {
				t.Errorf("places %q, want %q", got, c.places)
			}
			if len(p.Errors) > maxPlaces || len(body) > 64<<10 {
				t.Errorf("%d places, %d bytes", len(p.Errors), len(body))
			}
			for _, secret := range []string{canary, canary[:17], "110105194912310021", "1949-02-30"} {
				if strings.Contains(body, secret) {
					t.Errorf("the problem repeats %q: %s", secret, body)
				}
			}
		})
	}
	if s := w.must("GET", sessionPath, nil); s.Step != checkin.StepIdentify {
		t.Errorf("after all that the session is at %s", s.Step)
	}
}

func TestPathsNobodyServes(t *testing.T) {
	w := newWindow(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/kiosk/nowhere/" + canary, 404, "request.not_found", ""},
		{"GET", "/", 404, "request.not_found", ""},
		{"PATCH", sessionPath, 405, "request.method", "DELETE, GET, HEAD, POST"},
		{"DELETE", "/kiosk/state", 405, "request.method", "GET, HEAD"},
	} {
		answer := w.send(c.method, c.path, "", nil)
		allow, body := answer.Header().Get("Allow"), answer.Body.String()
		if p := problem(t, answer); p.Status != c.status || p.Code != c.code || allow != c.allow || strings.Contains(body, canary) {
			t.Errorf("%s %s: %+v, allow %q", c.method, c.path, p, allow)
		}
	}
}

func TestOtherContentTypes(t *testing.T) {
	w := newWindow(t, nil)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", strings.Repeat("x", 5000)} {
		request, err := http.NewRequest("POST", sessionPath, strings.NewReader(`{"language":"en"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		answer := recorded(w.handler, request)
		if size := answer.Body.Len(); size > 1000 {
			t.Errorf("%d bytes about a content type", size)
		}
		if p := problem(t, answer); p.Status != 415 || p.Code != "request.media_type" {
			t.Errorf("%.40s: %+v", kind, p)
		}
	}
}

// TestEveryKindHasAStatus keeps the mapping complete in both directions.
func TestEveryKindHasAStatus(t *testing.T) {
	kinds := []fault.Kind{fault.Invalid, fault.NotFound, fault.Conflict, fault.Unauthorized, fault.Forbidden, fault.TooLarge,
		fault.TooMany, fault.Unavailable, fault.Outdated, fault.Internal}
	if len(statusOf) != len(kinds) {
		t.Errorf("%d kinds are mapped, there are %d", len(statusOf), len(kinds))
	}
	seen := map[int]fault.Kind{}
	for _, kind := range kinds {
		status, ok := statusOf[kind]
		if other, taken := seen[status]; !ok || taken || status < 400 {
			t.Errorf("%s has status %d, as %q", kind, status, other)
		}
		seen[status] = kind
	}
}

// What is ours to know stays in the log; what the person's screen needs goes out.
func TestWhatAClientLearnsOfAFailure(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(previous) })
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
		logged bool
	}{
		"a fault":        {fault.New(fault.Conflict, "appointment.not_usable").With("why", "cancelled"), 409, "appointment.not_usable", false},
		"wrapped":        {fmt.Errorf("book: %w", fault.Wrap(errors.New("secret cause"), fault.NotFound, "site.not_found")), 404, "site.not_found", false},
		"another error":  {errors.New("secret cause"), 500, "internal", true},
		"ours":           {fault.Wrap(errors.New("secret cause"), fault.Internal, "store.damaged"), 500, "store.damaged", true},
		"no such kind":   {fault.New("odd", "odd.code"), 500, "odd.code", true},
		"the page left":  {fmt.Errorf("read: %w", context.Canceled), 503, "request.cancelled", false},
		"a full disk":    {fault.New(fault.Unavailable, "store.full"), 503, "store.full", false},
		"a disk fails":   {fault.Wrap(errors.New("secret cause"), fault.Unavailable, "store.failing"), 503, "store.failing", true},
		"a center's":     {fault.New(fault.Unavailable, "store.failing"), 503, "store.failing", false},
		"too old a peer": {fault.New(fault.Outdated, "sync.protocol_too_old"), 426, "sync.protocol_too_old", false},
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			p := problemFor(t.Context(), c.err)
			if p.Status != c.status || p.Code != c.code || strings.Contains(fmt.Sprintf("%+v", *p), "secret") {
				t.Errorf("problem %+v", *p)
			}
			if got := strings.Contains(log.String(), "request failed"); got != c.logged {
				t.Errorf("log %q", log.String())
			}
		})
	}
}
