package sync_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// told is a network that answers once what it is told to, and then is a center that works.
type told struct {
	at     string // the path that is answered so
	status int
	text   []byte
	isOver bool
}

// RoundTrip implements http.RoundTripper.
func (n *told) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, text []byte) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
	}
	switch {
	case !n.isOver && strings.HasSuffix(r.URL.Path, n.at):
		n.isOver = true
		return answer(n.status, n.text)
	case strings.HasSuffix(r.URL.Path, "/token"):
		return answer(http.StatusOK, []byte(`{"access_token":"good","expires_in":600}`))
	case r.Header.Get("Authorization") != "Bearer good":
		return answer(http.StatusUnauthorized, []byte(`{"code":"token.key_unknown"}`))
	}
	return answer(http.StatusOK, []byte(`{"protocol":1,"cursor":"e;*=1"}`))
}

// somebody stands in what answers: no fault repeats it, for faults are logged.
const somebody = "110101199003070000"

// Whatever says 200 in the center's place: it is a center's answer or a fault, and the next
// time the center is asked it is heard.
func FuzzAnswer(f *testing.F) {
	key, err := token.KeyFromSeed(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		f.Fatal(err)
	}
	paths := []string{"/sync/push", "/sync/changes", "/sync/lookup"}
	f.Add(uint8(0), 200, []byte(`{"protocol":1,"now":"2026-11-23T04:00:00Z","answers":[{"id":"a","seq":1,"fate":"applied"}],"resend_from":-1}`))
	f.Add(uint8(0), 200, []byte(`{"protocol":1,"now":"`+somebody+`"}`))
	f.Add(uint8(1), 200, []byte(`{"protocol":1,"changes":[{"noun":"site","id":"a","data":null}],"cursor":"e;*=1","more":true}`))
	f.Add(uint8(1), 206, []byte(`{"protocol":`+somebody+`9999999}`))
	f.Add(uint8(2), 200, []byte(`{"protocol":1,"changes":null}`))
	f.Add(uint8(2), 204, []byte(nil))
	f.Add(uint8(2), 200, []byte(`<html>`+somebody))
	f.Add(uint8(3), 200, []byte(`{"access_token":"of-something-else","expires_in":9223372036}`))
	f.Add(uint8(3), 200, []byte(`{"access_token":"of\nsomething","expires_in":600}`))
	f.Add(uint8(3), 200, []byte(`{"access_token":"good","expires_in":-600}`))
	f.Fuzz(func(t *testing.T, kind uint8, status int, text []byte) {
		if status < 0 || status > 999 {
			return // no line of a status
		}
		n := &told{at: paths[kind%3], status: status, text: text}
		if kind/3%2 == 1 {
			n.at = "/token"
		}
		h := (&gate{key: key}).device("http://center.example.invalid", &http.Client{Transport: n})
		ask := func() error {
			var err error
			switch kind % 3 {
			case 0:
				_, err = h.Push(t.Context(), sync.PushRequest{Protocol: sync.Protocol})
			case 1:
				_, err = h.Pull(t.Context(), "", 0)
			default:
				_, err = h.Lookup(t.Context(), sync.LookupRequest{DonorKey: "k"})
			}
			return err
		}
		if err := ask(); err != nil {
			got := fault.From(err)
			if got.Code == "" || got.Kind == fault.Internal || strings.Contains(err.Error(), somebody) {
				t.Fatalf("%d %q became %v", status, text, err)
			}
		} else if n.at != "/token" && (status < 200 || status > 299) {
			t.Fatalf("%d %q is taken for an answer", status, text)
		}
		if err := ask(); err != nil {
			t.Fatalf("after %d %q the center is not heard: %v", status, text, err)
		}
	})
}

// What a center says became of operations may be anything: none is lost, and with the next
// answer of a center that works all of them have arrived.
func FuzzPushResponse(f *testing.F) {
	c := sqliteCenter(f)
	k := newKiosk(f, c)
	f.Add([]byte(`{"protocol":1,"now":"2026-11-23T04:00:00Z","answers":[{"id":"$ID","seq":$SEQ,"fate":"refused","code":"visit.conflict"}]}`))
	f.Add([]byte(`{"protocol":1,"answers":[{"id":"$ID","seq":$SEQ,"fate":"applied"},{"id":"$ID","seq":$SEQ,"fate":"pending"}],"late":[{"id":"$ID","seq":$SEQ,"fate":"parked"}]}`))
	f.Add([]byte(`{"protocol":1,"answers":[{"id":"$ID","seq":$SEQ,"fate":"done"}]}`))
	f.Add([]byte(`{"protocol":1,"answers":[{"id":"$ID","seq":$SEQ,"fate":""}],"now":"9999-12-31T23:59:59Z"}`))
	f.Add([]byte(`{"protocol":1,"answers":[{"id":"$ID","seq":$SEQ,"fate":"parked"}],"late":[{"id":"$ID","seq":$SEQ,"fate":"done"}]}`))
	f.Add([]byte(`{"protocol":1,"answers":[null],"resend_from":$SEQ}`))
	f.Add([]byte(`{"protocol":1,"answers":[{"id":"other","seq":1,"fate":"applied"}],"resend_from":9223372036854775807}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		k.checkIn(t)
		last, err := k.LastSeq(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ops, err := k.OperationsFrom(t.Context(), last, 1)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.NewReplacer("$ID", ops[0].ID, "$SEQ", strconv.FormatInt(last, 10)).Replace(string(text))
		var out sync.PushResponse
		if json.Unmarshal([]byte(said), &out) != nil {
			return
		}
		pushes := 0
		k.replica.Center = answering(func(sync.PushRequest) (sync.PushResponse, error) {
			if pushes++; pushes > 3 {
				return sync.PushResponse{}, errLine
			}
			return out, nil
		})
		err = k.replica.PushAll(t.Context())
		if sum := k.count(t, outbox.Applied, outbox.AlreadyApplied, outbox.Refused, outbox.Parked, outbox.Pending); sum != k.made {
			t.Fatalf("after %s (%v) %d operations were made and %d are counted", said, err, k.made, sum)
		}
		k.replica.Center = k.line
		k.drain(t)
	})
}

// What a center says is new may be anything: the device takes it over or not, its clock
// stays one, and it follows the next center that works.
func FuzzPullResponse(f *testing.F) {
	c := sqliteCenter(f)
	c.saveSite(f, storetest.Site, "a", "1")
	k := newKiosk(f, c)
	built := storetest.At.AddDate(0, -1, 0)
	k.replica.Clock.Built = built
	f.Add([]byte(`{"protocol":1,"now":"2026-11-23T04:00:00Z","changes":[{"noun":"site","id":"a","data":{"id":"a"}}],"cursor":"e;*=1"}`))
	f.Add([]byte(`{"protocol":1,"now":"9999-12-31T23:59:59Z","changes":[{"noun":"site","id":"a","deleted":true}],"cursor":"x;*=1","more":true}`))
	f.Add([]byte(`{"protocol":1,"changes":[{"noun":"site","id":"a","data":7}],"cursor":"e;*=9223372036854775807"}`))
	f.Add([]byte(`{"protocol":1,"changes":[null],"cursor":"; \u0000;=;*"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var page sync.PullResponse
		if json.Unmarshal(text, &page) != nil {
			return
		}
		k.replica.Center = paging{page}
		_ = k.replica.PullOnce(t.Context()) // it is taken over or not
		if at := k.replica.Clock.Now(); at.Before(built.AddDate(0, 0, -1)) || at.Year() >= 2200 {
			t.Fatalf("after %s it is %s", text, at.Format(time.RFC3339))
		}
		k.replica.Center = k.line
		var err error
		for range 5 {
			if err = k.replica.PullOnce(t.Context()); err == nil && k.replica.Status().Progress.Cursor != page.Cursor {
				break
			}
		}
		sites, listed := k.Sites(t.Context())
		if err != nil || listed != nil || len(sites) != 1 {
			t.Fatalf("after %s: %v, %d sites, %v", text, err, len(sites), listed)
		}
	})
}

// paging is a center with one page.
type paging struct{ page sync.PullResponse }

func (p paging) Push(context.Context, sync.PushRequest) (sync.PushResponse, error) {
	return sync.PushResponse{}, errLine
}
func (p paging) Pull(context.Context, string, time.Duration) (sync.PullResponse, error) {
	return p.page, nil
}
