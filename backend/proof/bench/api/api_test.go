package api

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"lianxin/backend/proof/figure"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/store/pgtest"
)

var (
	rows     = flag.Int("rows", 2000, "how many visits there are before")
	rounds   = flag.Int("rounds", 1, "how often everybody has a turn")
	calls    = flag.Int("calls", 640, "how many calls a turn has")
	peers    = flag.Bool("peers", true, "measure the peers too")
	only     = flag.String("only", "", "measure nothing but this: create or read")
	alone    = flag.Int("connections", 0, "measure with so many connections only")
	postgres = flag.Bool("postgres", false, "measure our center on PostgreSQL too")
)

func TestMain(m *testing.M) {
	os.Exit(fleet.Profiled(func() int { return fleet.Main(func() int { return pgtest.Run(m) }) }))
}

// subject is a server that is measured.
type subject interface {
	name() string
	creates(connections, calls int) [][]call
	reads(connections, calls int) [][]call
	pid() int // 0: this process
}

// Our center and its peers take turns: whatever else this machine does meets all of them.
func TestCreateAndReadVisits(t *testing.T) {
	connections := []int{1, 16, 64}
	if *alone > 0 {
		connections = []int{*alone}
	}
	subjects := []subject{newLianxin(t, "", *rows, 64, len(connections)**rounds)}
	if *postgres {
		subjects = append(subjects, onPostgres{newLianxin(t, pgtest.Database(t), *rows, 64, len(connections)**rounds)})
	}
	if *peers {
		subjects = append(subjects, newPocketBase(t, *rows), newEcho(t))
	}
	for _, n := range connections {
		create, read := results{}, results{}
		for round := range *rounds {
			for i := range subjects {
				s := subjects[(round+i)%len(subjects)]
				if *only != "read" {
					create.measure(t, s, n, s.creates(n, *calls))
				}
				if *only != "create" {
					read.measure(t, s, n, s.reads(n, *calls))
				}
			}
		}
		create.report(t, "create a visit", n, subjects, twiceAsMany)
		read.report(t, "read a visit", n, subjects, twiceAsMany)
	}
}

type onPostgres struct{ *lianxin }

func (onPostgres) name() string { return "center on PostgreSQL" }

// measured is what one server did in each of its turns.
type measured struct{ perSecond, p50, p99, processor []float64 }

// results are by the server's name.
type results map[string]*measured

func (r results) measure(t *testing.T, s subject, connections int, lists [][]call) {
	t.Helper()
	l := newLoad(connections)
	defer l.client.CloseIdleConnections()
	before := processorTime(t, s.pid())
	took, each, err := l.run(lists)
	must(t, err)
	m := r[s.name()]
	if m == nil {
		m = &measured{}
		r[s.name()] = m
	}
	m.processor = append(m.processor, float64((processorTime(t, s.pid())-before).Microseconds())/float64(len(each)))
	m.perSecond = append(m.perSecond, float64(len(each))/took.Seconds())
	m.p50 = append(m.p50, figure.Percentile(each, 0.5))
	m.p99 = append(m.p99, figure.Percentile(each, 0.99))
}

// twiceAsMany is the aim where both do the same.
var twiceAsMany = figure.Aim{RatioAtLeast: 2}

// report prints what everybody did and keeps our figures beside PocketBase's.
func (r results) report(t *testing.T, work string, connections int, subjects []subject, aim figure.Aim) {
	t.Helper()
	if len(r) == 0 {
		return // was not wanted
	}
	for _, s := range subjects {
		m := r[s.name()]
		t.Logf("%-15s %2d connections  %-21s %s a second, p50 %s ms, p99 %s ms, %s µs of processor a call", work, connections, s.name(),
			inWords(m.perSecond, 0), inWords(m.p50, 2), inWords(m.p99, 1), inWords(m.processor, 0))
	}
	ours, theirs := r["center"], r["PocketBase"]
	if theirs == nil {
		return
	}
	what := fmt.Sprintf("%s, %d connections", work, connections)
	if connections == 1 {
		what = work + ", 1 connection"
	}
	must(t, figure.Keep(
		figure.Figure{Work: what, Unit: "per s", Ours: figure.SpreadOf(ours.perSecond...), Peer: "PocketBase 0.39.9",
			Theirs: figure.SpreadOf(theirs.perSecond...), Aim: aim},
		figure.Figure{Work: what + ", p99", Unit: "ms", Ours: figure.SpreadOf(ours.p99...), Peer: "PocketBase 0.39.9",
			Theirs: figure.SpreadOf(theirs.p99...), Aim: figure.Aim{RatioAtMost: 1}}))
}

func inWords(values []float64, digits int) string {
	s := figure.SpreadOf(values...)
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, s.Median, digits, s.Min, digits, s.Max)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
