//go:build production

package app

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
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

// killedAt are the steps a page is killed at, "" being the welcome screen.
var killedAt = []checkin.Step{checkin.StepBooking, checkin.StepQuestionnaire, checkin.StepConsent, "", checkin.StepGate, checkin.StepExclusion, checkin.StepDone}

// The page's process is killed at every step, in the questionnaire after some
// answers. The page is back, at the same place, with everything that was said.
func TestWindowKilledPageComesBackWithNothingLost(t *testing.T) {
	t.Parallel()
	l := openLobby(t)
	random := rand.New(rand.NewPCG(*crashSeed, 0))
	var took []time.Duration
	for n := range *crashes {
		step := killedAt[n%len(killedAt)]
		before := l.stands(step, random.IntN(12))
		began := time.Now()
		killWebProcess(t, l.cmd.Process.Pid)
		l.line("painted ")
		took = append(took, time.Since(began))
		after, there := l.session()
		if was, is := said(t, before), said(t, after); there != (step != "") || was != is {
			t.Fatalf("kill %d at %q: the session was\n%s\nand is\n%s", n, step, was, is)
		}
		if step == "" {
			l.wakes()
		} else {
			l.shows(after)
		}
		l.home()
	}
	slices.Sort(took)
	last := took[len(took)-1]
	t.Logf("seed %d: %d kills; back after %d ms at best, %d in the middle, %d for 95 %%, %d at worst", *crashSeed, len(took),
		took[0].Milliseconds(), took[len(took)/2].Milliseconds(), took[len(took)*95/100].Milliseconds(), last.Milliseconds())
	if *slowest > 0 && last > *slowest {
		t.Errorf("a person looked at nothing for %s", last)
	}
}

// stands brings somebody new to a step, with some questions answered.
func (l *lobby) stands(step checkin.Step, answers int) checkin.Session {
	l.t.Helper()
	if step == "" {
		return checkin.Session{}
	}
	s := l.walk(l.begins(l.stranger()), step)
	for range answers {
		if step != checkin.StepQuestionnaire {
			break
		}
		next, err := l.page.Next(s, "use")
		if err != nil {
			l.t.Fatal(err)
		}
		if next.Step != step {
			break
		}
		s = next
	}
	s, _ = l.session()
	return s
}

// session is what the kiosk knows of the person in front of it.
func (l *lobby) session() (s checkin.Session, there bool) {
	err := l.call(http.MethodGet, "/kiosk/session", nil, &s)
	return s, err == nil
}

// said is what a session holds, without what goes on by itself: its time, when the
// center was last heard, how far the paper is.
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
	return string(text)
}
