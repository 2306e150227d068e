package checkin

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/proof/figure"
)

var (
	rows   = flag.Int("rows", 2000, "rows every database holds beforehand")
	rounds = flag.Int("rounds", 1, "how many rounds; a median is one of rounds")
	times  = flag.Int("times", 10, "commits of each in a round")
)

// What a commit may take: times of the driver alone, and milliseconds.
const (
	ratioAim = 3
	mostAim  = 10
)

// contender is one way to make two rows durable.
type contender struct {
	name     string
	before   func() // what is not measured; nil: nothing
	commit   func() error
	after    func() // the same
	p50, p99 []float64
}

// Every commit of one is followed by one of the others, so that all have the same disk.
func TestCommit(t *testing.T) {
	k := openKiosk(t, *rows)
	visit, operation := k.sizes()
	t.Logf("a check-in is %d bytes of visit, answers and paper and %d of operation, sealed", visit, operation)
	folder := t.TempDir()
	plain := openPlain(t, filepath.Join(folder, "plain.db"), *rows, visit, operation)
	mapped := openMapped(t, filepath.Join(folder, "mapped.db"), *rows, visit, operation)
	ours := &contender{name: "Lianxin", before: k.arrive, commit: k.tap, after: k.leave}
	peers := []*contender{{name: "go-sqlite3 1.14.49, two inserts, synchronous=FULL", commit: plain}, {name: "GORM 1.31.2 on it", commit: mapped}}
	all := append([]*contender{ours}, peers...)
	for range *rounds {
		round(t, all, *times)
	}
	k.survives()
	var figures []figure.Figure
	for _, peer := range peers {
		f := figure.Figure{Unit: "ms", Peer: peer.name}
		f.Work, f.Ours, f.Theirs = "check-in, last tap to durable, half of them within", figure.SpreadOf(ours.p50...), figure.SpreadOf(peer.p50...)
		figures = append(figures, f)
		f.Work, f.Ours, f.Theirs = "check-in, last tap to durable, 99 of 100 within", figure.SpreadOf(ours.p99...), figure.SpreadOf(peer.p99...)
		if peer == peers[0] {
			f.Aim = figure.Aim{RatioAtMost: ratioAim, AtMost: mostAim}
		}
		figures = append(figures, f)
	}
	for _, f := range figures {
		t.Logf("%s: ours %+v, %s %+v, ratio %.2f", f.Work, f.Ours, f.Peer, f.Theirs, f.Ratio())
	}
	if err := figure.Keep(figures...); err != nil {
		t.Fatal(err)
	}
}

func round(t *testing.T, all []*contender, times int) {
	t.Helper()
	took := make([][]time.Duration, len(all))
	for range times {
		for i, c := range all {
			if c.before != nil {
				c.before()
			}
			began := time.Now()
			err := c.commit()
			took[i] = append(took[i], time.Since(began))
			must(t, err)
			if c.after != nil {
				c.after()
			}
		}
	}
	for i, c := range all {
		c.p50 = append(c.p50, figure.Percentile(took[i], 0.5))
		c.p99 = append(c.p99, figure.Percentile(took[i], 0.99))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
