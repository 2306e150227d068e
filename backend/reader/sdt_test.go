//go:build linux

package reader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/identity"
	"lianxin/backend/reader/readersim"
)

// wantCards is what each of the simulator's cards must become, written down
// once more by hand.
var wantCards = []string{
	"王𬭎||male|1990-03-07|CHN|resident_id|119900199003070017|2020-01-01|2040-01-01|false||",
	"欧阳测试||female|1958-12-12|CHN|resident_id|119900195812120020|2015-06-01||true||",
	"赵演示||female|1975-10-01|CHN|resident_id|119900197510010028|2021-03-01|2041-03-01|false||",
	"䶮样例||male|2009-04-01|CHN|resident_id|119900200904010033|2024-05-01|2029-05-01|false||",
	"𠮷样卡||female|1960-02-29|CHN|resident_id|119900196002290049|2010-01-01|2020-01-01|false||",
	"陈示例||male|1994-08-23|CHN|hkmt_residence_permit|81000019940823003X|2022-01-01|2032-01-01|false|H09990001|",
	"何样本||female|1985-06-15|CHN|hkmt_residence_permit|820000198506150049|2022-01-01|2032-01-01|false|M09990002|",
	"林测试||male|1992-01-30|CHN|hkmt_residence_permit|830000199201300014|2022-01-01|2032-01-01|false|09990003|",
	"安娜·样例|SPECIMEN, ANNA MARIA|female|1990-01-01|UTO|foreign_pr_2017|UTO110090010112|2018-01-01|2028-01-01|false||",
	"马丁样例|SPECIMEN, MARTIN BARTHOLOMEW ALEXANDER|male|1990-01-01|UTO|foreign_pr_2023|911840199001010018|2024-01-01|2034-01-01|false||112",
}

func plain(p identity.Person) string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%s|%s|%v|%s|%s", p.Name, p.LatinName, p.Sex, p.Born, p.Nationality,
		p.Document.Kind, p.Document.Number, p.ValidFrom, p.ValidUntil, p.LongTerm, p.PassNumber, p.PriorLink)
}

func TestEveryCardIsRead(t *testing.T) {
	for _, split := range []int{0, 1, 7, 600} {
		t.Run(fmt.Sprintf("in pieces of %d", split), func(t *testing.T) {
			b := newBench(t).ready()
			b.sim.Split(split)
			for i, card := range readersim.Cards() {
				b.sim.Put(card)
				b.expect(Reading, "")
				if got := plain(b.expect(Read, "").Person); got != wantCards[i] {
					t.Errorf("read  %s\nwant  %s", got, wantCards[i])
				}
				b.sim.Lift()
				b.expect(Ready, "")
			}
		})
	}
}

func TestStrayBytesBeforeEveryAnswer(t *testing.T) {
	for _, stray := range []string{"\x00", "\xAA", "\xAA\xAA\xAA", "\xAA\xAA\xAA\x96", "\xFF\x69\x96\xAA\x00", strings.Repeat("\x7F", 3000)} {
		t.Run(fmt.Sprintf("%d of % X", len(stray), stray[:1]), func(t *testing.T) {
			b := newBench(t).ready()
			b.sim.Split(1 + len(stray)/3)
			for _, c := range []readersim.Command{readersim.Find, readersim.Select, readersim.ReadCard} {
				b.sim.Next(c, readersim.Effect{Stray: []byte(stray)})
			}
			b.sim.Put(readersim.Cards()[0])
			b.expect(Reading, "")
			b.expect(Read, "")
		})
	}
}

func TestAStrayPreambleBeforeTheCard(t *testing.T) {
	b := newImpatientBench(t).ready()
	b.sim.Next(readersim.ReadCard, readersim.Effect{Stray: []byte("\xAA\xAA\xAA\x96\x69\x05\x08\x00")})
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Read, "")
}

func TestCardMustBeLiftedFirst(t *testing.T) {
	b := newBenchWith(t, readersim.Options{KeepFinding: true}, 10*time.Second).ready()
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Read, "")
	b.expect(Lift, "")
	b.driver.Pause()
	b.expect(Paused, "")
	b.driver.Resume() // the next person finds the card of the last one
	b.expect(Lift, "")
	b.sim.Next(readersim.Find, readersim.Effect{Status: statusNone}) // a flicker is no lifting
	b.usable()
}

func TestPauseForgetsTheCardBeingRead(t *testing.T) {
	b := newBench(t).ready()
	b.whenAsked(readersim.ReadCard, b.driver.Pause)
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Paused, "")
	commands := len(b.traced())
	b.sim.Lift()
	b.sim.Put(readersim.Cards()[1])
	if more := b.traced()[commands:]; slices.Contains(more, "find") {
		t.Errorf("the reader was asked while paused: %v", more)
	}
	b.sim.Lift()
	b.driver.Resume()
	b.usable()
}

func TestPauseFromTheEvent(t *testing.T) {
	sim, err := readersim.Start(t.TempDir(), readersim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	sim.Put(readersim.Cards()[2])
	driver := NewSDT(Serial(sim.Port()), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var told []State
	driver.Resume()
	err = driver.Run(ctx, func(e Event) {
		told = append(told, e.State)
		switch e.State {
		case Read:
			driver.Pause()
		case Paused:
			cancel()
		}
	})
	if want := []State{Reading, Read, Paused}; !slices.Equal(told, want) || !errors.Is(err, context.Canceled) {
		t.Errorf("told %v, %v; want %v", told, err, want)
	}
}

func TestPollsKeepTheirDistance(t *testing.T) {
	b := newBench(t).ready()
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Read, "")
	b.sim.Lift()
	b.expect(Ready, "")
	b.stop()
	trace := b.traced()
	finds := 0
	for i, step := range trace {
		if step != "find" {
			continue
		}
		finds++
		next := slices.IndexFunc(trace[i+1:], func(s string) bool { return s == "find" })
		if next >= 0 && !slices.Contains(trace[i+1:i+1+next], "wait 300ms") {
			t.Errorf("two polls without 300 ms between them: %v", trace[i:i+next+2])
		}
	}
	if finds < 3 {
		t.Errorf("only %d polls in %v", finds, trace)
	}
	if got := NewSDT(nil, Options{Poll: time.Millisecond}).opt.Poll; got != 300*time.Millisecond {
		t.Errorf("polls %s apart were allowed", got)
	}
}

func TestNothingOfTheCardStaysInMemory(t *testing.T) {
	sim, err := readersim.Start(t.TempDir(), readersim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	port, err := Serial(sim.Port())()
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	sim.Put(readersim.Cards()[0])
	l := &line{port: port, silence: time.Second}
	if _, err := l.ask(t.Context(), cmdSelect, statusOK); err != nil {
		t.Fatal(err)
	}
	if _, err := l.ask(t.Context(), cmdRead, statusOK); err != nil {
		t.Fatal(err)
	}
	if isZero(l.scan.memory[:]) {
		t.Fatal("the card was never in this memory: the test looks at the wrong place")
	}
	p, err := NewSDT(nil, Options{}).takeCard(t.Context(), l)
	if err != nil || p.Name != "王𬭎" {
		t.Fatal(p, err)
	}
	if !isZero(l.scan.memory[:]) {
		t.Error("bytes of the card are still in memory")
	}
}

func TestNone(t *testing.T) {
	var n None
	ctx, cancel := context.WithCancel(t.Context())
	var told []string
	n.Resume()
	err := n.Run(ctx, func(e Event) {
		told = append(told, string(e.State))
		if e.State == Absent {
			n.Pause()
			return
		}
		cancel()
	})
	if got := strings.Join(told, " "); got != "absent paused" || !errors.Is(err, context.Canceled) {
		t.Errorf("told %q, %v", got, err)
	}
}
