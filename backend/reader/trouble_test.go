//go:build linux

package reader

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/reader/readersim"
)

func TestEveryStatusOfSelectAndRead(t *testing.T) {
	b := newBench(t).ready()
	for _, command := range []readersim.Command{readersim.Select, readersim.ReadCard} {
		for sw3 := range 256 {
			if sw3 == 0 || sw3 == statusOK {
				continue // 0: no effect; 90 without content: see below
			}
			want := meaningOf(byte(sw3)).code
			b.sim.Next(command, readersim.Effect{Status: byte(sw3)})
			b.sim.Put(readersim.Cards()[0])
			b.expect(Reading, "")
			e := b.expect(Unreadable, want)
			status, ok := errors.AsType[*StatusError](e.Fault)
			if !ok || status.SW3 != byte(sw3) {
				t.Errorf("status %02X became %v", sw3, e.Fault)
			}
			b.sim.Lift()
			b.expect(Ready, "")
		}
	}
	b.sim.Next(readersim.ReadCard, readersim.Effect{Status: statusOK}, readersim.Effect{Status: statusOK})
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Unreadable, "reader.damaged")
	b.usable()
}

func TestEveryStatusOfFind(t *testing.T) {
	b := newBench(t).ready()
	for sw3 := range 256 {
		if sw3 == 0 || sw3 == statusFound || sw3 == statusNone {
			continue
		}
		status := readersim.Effect{Status: byte(sw3)}
		b.sim.Next(readersim.Find, status, status, status)
		e := b.expect(Broken, meaningOf(byte(sw3)).code)
		if e.Fault.Params["status"] != fmt.Sprintf("%02X", sw3) {
			t.Errorf("status %02X: %v", sw3, e.Fault.Params)
		}
		b.expect(Ready, "")
	}
}

func TestOneBadAnswerWhileWaitingIsNobodysBusiness(t *testing.T) {
	b := newImpatientBench(t).ready()
	for _, e := range []readersim.Effect{{Corrupt: true}, {Silent: true}, {Drop: 3}, {Status: 0x10}, {Status: 0x11}} {
		b.sim.Next(readersim.Find, e)
	}
	b.sim.Put(readersim.Cards()[0])
	if e := <-b.events; e.State != Broken { // five in a row are somebody's
		t.Fatalf("event %s", e.State)
	}
	b.expect(Reading, "")
	b.expect(Read, "")
	b.sim.Lift()
	b.expect(Ready, "")
	b.sim.Next(readersim.Find, readersim.Effect{Corrupt: true}, readersim.Effect{Silent: true})
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Read, "")
}

func TestTroubleDuringTheRead(t *testing.T) {
	spoiled, silent, cut := readersim.Effect{Corrupt: true}, readersim.Effect{Silent: true}, readersim.Effect{Drop: 100}
	for name, c := range map[string]struct {
		effects []readersim.Effect
		code    string // "": read all the same
	}{
		"spoiled once":  {[]readersim.Effect{spoiled}, ""},
		"silent once":   {[]readersim.Effect{silent}, ""},
		"cut once":      {[]readersim.Effect{cut}, ""},
		"spoiled twice": {[]readersim.Effect{spoiled, spoiled}, "reader.damaged"},
		"silent twice":  {[]readersim.Effect{silent, silent}, "reader.silent"},
		"cut twice":     {[]readersim.Effect{cut, cut}, "reader.damaged"},
	} {
		for _, command := range []readersim.Command{readersim.Select, readersim.ReadCard} {
			t.Run(name, func(t *testing.T) {
				b := newImpatientBench(t).ready()
				if name[0] == 'c' && command == readersim.Select {
					for i := range c.effects {
						c.effects[i].Drop = 5
					}
				}
				b.sim.Next(command, c.effects...)
				b.sim.Put(readersim.Cards()[0])
				b.expect(Reading, "")
				if c.code == "" {
					b.expect(Read, "")
				} else {
					b.expect(Unreadable, c.code)
				}
				b.usable()
			})
		}
	}
}

func TestCardLiftedMidRead(t *testing.T) {
	for command, code := range map[readersim.Command]string{readersim.Select: "reader.card_select", readersim.ReadCard: "reader.card_read"} {
		t.Run(code, func(t *testing.T) {
			b := newBench(t).ready()
			b.whenAsked(command, b.sim.Lift)
			b.sim.Put(readersim.Cards()[0])
			b.expect(Reading, "")
			b.expect(Unreadable, code)
			b.usable()
		})
	}
}

func TestAnswerThatComesTooLate(t *testing.T) {
	b := newImpatientBench(t).ready()
	hold := make(chan struct{})
	b.sim.Next(readersim.ReadCard, readersim.Effect{Hold: hold})
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	b.expect(Unreadable, "reader.silent")
	close(hold) // two answers to the read arrive among those to the next polls
	b.usable()
}

func TestSlowAnswerIsAwaited(t *testing.T) {
	b := newBench(t).ready()
	hold := make(chan struct{})
	b.sim.Next(readersim.ReadCard, readersim.Effect{Hold: hold})
	b.sim.Put(readersim.Cards()[0])
	b.expect(Reading, "")
	close(hold)
	b.expect(Read, "")
}

func TestSpoiledCardContent(t *testing.T) {
	b := newBench(t).ready()
	card := readersim.Cards()[0]
	card.Number = "119900199003070018"
	b.sim.Put(card)
	b.expect(Reading, "")
	b.expect(Unreadable, "reader.card_content")
	b.usable()
}

func TestCableIsPulled(t *testing.T) {
	t.Run("while waiting", func(t *testing.T) {
		b := newBench(t).ready()
		b.sim.Vanish()
		b.expect(Absent, "reader.absent")
		if err := b.sim.Return(); err != nil {
			t.Fatal(err)
		}
		b.expect(Ready, "")
		b.sim.Put(readersim.Cards()[0])
		b.expect(Reading, "")
		b.expect(Read, "")
	})
	for _, command := range []readersim.Command{readersim.Select, readersim.ReadCard} {
		t.Run(fmt.Sprintf("during %04X", command), func(t *testing.T) {
			b := newBench(t).ready()
			b.sim.Next(command, readersim.Effect{Vanish: true})
			b.sim.Put(readersim.Cards()[0])
			b.expect(Reading, "")
			b.expect(Absent, "reader.absent")
			b.sim.Lift()
			if err := b.sim.Return(); err != nil {
				t.Fatal(err)
			}
			b.usable()
		})
	}
}

func TestNoReaderAtStart(t *testing.T) {
	dir := t.TempDir()
	notAPort := filepath.Join(dir, "file")
	if err := os.WriteFile(notAPort, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(dir, "nothing"), notAPort} {
		ctx, cancel := context.WithCancel(t.Context())
		driver := NewSDT(Serial(name), Options{})
		driver.Resume()
		err := driver.Run(ctx, func(e Event) {
			if e.State != Absent || e.Fault.Code != "reader.absent" || e.Fault.Kind != fault.Unavailable {
				t.Errorf("%s: %s %v", name, e.State, e.Fault)
			}
			cancel()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
