package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/fleet"
)

// pocketBase is its program, built from build/bench/pocketbase, which pins the version.
type pocketBase struct {
	t      *testing.T
	base   string
	bearer string
	record string
	rows   int
	made   int

	process int
}

func newPocketBase(t *testing.T, rows int) *pocketBase {
	t.Helper()
	program := filepath.Join(t.TempDir(), "pocketbase")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../../../build/bench/pocketbase"
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build PocketBase: %v\n%s", err, said)
	}
	p := &pocketBase{t: t, rows: rows, made: rows, record: record(t)}
	address := freeAddress(t)
	serving := exec.CommandContext(t.Context(), program, filepath.Join(t.TempDir(), "data"), address, "0", fmt.Sprint(rows))
	serving.Stdin = strings.NewReader(p.record)
	out, err := serving.StdoutPipe()
	must(t, err)
	must(t, serving.Start())
	p.process = serving.Process.Pid
	t.Cleanup(func() { _ = serving.Process.Kill(); _ = serving.Wait() })
	said := bufio.NewReader(out)
	p.bearer, err = said.ReadString('\n')
	must(t, err)
	go func() { _, _ = io.Copy(io.Discard, said) }()
	p.bearer, p.base = strings.TrimSpace(p.bearer), "http://"+address+"/api/collections/visits/records"
	waitFor(t, address)
	return p
}

// record is a visit of ours as one of its records; %09d stands for what is another in each.
func record(t *testing.T) string {
	d := fleet.Device{ID: fleet.NewID(), SiteID: "test-site-0", Letter: "A"}
	v := d.VisitOf(1, time.Now())
	v.DonorKey = "%09d-test-donor"
	text, err := json.Marshal(v)
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(text, &fields))
	fields["visit"], fields["arrived_at"] = "01900000-0000-7000-8000-000%09d", fields["at"]
	delete(fields, "id")
	delete(fields, "at")
	text, err = json.Marshal(fields)
	must(t, err)
	return string(text)
}

// freeAddress is one nobody listens on at this moment.
func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, listener.Close())
	return listener.Addr().String()
}

// waitFor returns when somebody listens.
func waitFor(t *testing.T, address string) {
	var dialer net.Dialer
	for range 600 {
		connection, err := dialer.DialContext(t.Context(), "tcp", address)
		if err == nil {
			must(t, connection.Close())
			return
		}
		time.Sleep(50 * time.Millisecond) // a peer gives no sign of its own
	}
	t.Fatal("the peer does not serve")
}

func (p *pocketBase) name() string { return "PocketBase" }

func (p *pocketBase) pid() int { return p.process }

func (p *pocketBase) creates(connections, calls int) [][]call {
	lists := make([][]call, connections)
	for n := range lists {
		for range calls / connections {
			number := fmt.Sprintf("%09d", p.made)
			p.made++
			lists[n] = append(lists[n], call{method: http.MethodPost, url: p.base, bearer: p.bearer,
				body: []byte(strings.ReplaceAll(p.record, "%09d", number)), answer: number})
		}
	}
	return lists
}

func (p *pocketBase) reads(connections, calls int) [][]call {
	lists := make([][]call, connections)
	for n := range lists {
		for range calls / connections {
			id := fmt.Sprintf("%015d", rand.IntN(p.rows))
			lists[n] = append(lists[n], call{method: http.MethodGet, url: p.base + "/" + id, bearer: p.bearer, answer: id})
		}
	}
	return lists
}

// echo is a net/http server that sends back what it got: what this machine's client and
// network allow at most.
type echo struct {
	base string
	body []byte
}

func newEcho(t *testing.T) *echo {
	t.Helper()
	e := &echo{body: []byte(record(t))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if len(body) == 0 {
			body = e.body
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	e.base = server.URL
	return e
}

func (e *echo) name() string { return "echo" }

func (e *echo) pid() int { return 0 }

func (e *echo) calls(method string, connections, calls int, body []byte) [][]call {
	lists := make([][]call, connections)
	for n := range lists {
		lists[n] = bytesOf(calls/connections, call{method: method, url: e.base, body: body, answer: "test-site-0"})
	}
	return lists
}

func bytesOf(times int, one call) []call {
	all := make([]call, times)
	for i := range all {
		all[i] = one
	}
	return all
}

func (e *echo) creates(connections, calls int) [][]call {
	return e.calls(http.MethodPost, connections, calls, bytes.Clone(e.body))
}

func (e *echo) reads(connections, calls int) [][]call {
	return e.calls(http.MethodGet, connections, calls, nil)
}
