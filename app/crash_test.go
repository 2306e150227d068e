//go:build production

package app

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"lianxin/backend/checkin"
)

var (
	crashes   = flag.Int("crashes", 3, "how often the page's process is killed")
	crashSeed = flag.Uint64("crash-seed", 1, "seed of who is at which step")
	slowest   = flag.Duration("slowest", 0, "the longest a killed page may be away; 0 is however long")
)

// The page's process is killed wherever people come to, and on the welcome screen. The
// page is back, at the same place, with everything that was said.
func TestWindowKilledPageComesBackWithNothingLost(t *testing.T) {
	t.Parallel()
	l := openLobby(t)
	random := rand.New(rand.NewPCG(*crashSeed, 0))
	at := slices.DeleteFunc(slices.Clone(stops), func(s stop) bool { return s.typed })
	random.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
	at = slices.Insert(at, 1, stop{name: "nobody", come: func(*lobby, *rand.Rand) somebody { return somebody{} }})
	var took []time.Duration
	for n := range *crashes {
		here := at[n%len(at)]
		here.come(l, random)
		before, was := l.session()
		began := time.Now()
		killWebProcess(t, l.cmd.Process.Pid)
		l.line("painted ")
		took = append(took, time.Since(began))
		after, is := l.session()
		if was != is || said(t, before) != said(t, after) {
			t.Fatalf("kill %d, %s: the session was\n%s\nand is\n%s", n, here.name, said(t, before), said(t, after))
		}
		if is {
			l.shows(after)
		} else {
			l.wakes()
		}
		l.home()
	}
	slices.Sort(took)
	last := took[len(took)-1]
	t.Logf("seed %d: %d kills at %d places; back after %d ms at best, %d in the middle, %d for 95 %%, %d at worst", *crashSeed, len(took), min(len(took), len(at)),
		took[0].Milliseconds(), took[len(took)/2].Milliseconds(), took[len(took)*95/100].Milliseconds(), last.Milliseconds())
	if *slowest > 0 && last > *slowest {
		t.Errorf("a person looked at nothing for %s", last)
	}
}

// session is what the kiosk knows of the person in front of it.
func (l *lobby) session() (s checkin.Session, there bool) {
	err := l.call(http.MethodGet, "/kiosk/session", nil, &s)
	return s, err == nil
}

// madeAt is when a calendar's file was made: each time it is asked for.
var madeAt = regexp.MustCompile(`DTSTAMP:\w+`)

// said is what a session holds, without what goes on by itself: its time, when the
// center was last heard, how far the paper is, when a file was made.
func said(t *testing.T, s checkin.Session) string {
	t.Helper()
	s.ExpiresAt = time.Time{}
	if s.Gate != nil {
		s.Gate.AsOf = time.Time{}
	}
	if s.Done != nil {
		s.Done.Receipt = checkin.Receipt{}
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return madeAt.ReplaceAllString(string(text), "DTSTAMP")
}
