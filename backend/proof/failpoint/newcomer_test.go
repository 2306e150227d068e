package failpoint

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// newcomer is a kiosk that is being let in, with a fuse that ends one process on the
// way, once; the others go on from wherever that leaves them, as people would.
type newcomer struct {
	*kioskUnder
	world *world
	fuse  *fuse // nil once it has burnt
	in    Process
}

// newcomer lets a new kiosk in; the fuse may be nil.
func (w *world) newcomer(site string, with *fuse, in Process) *kioskUnder {
	w.t.Helper()
	k := &kioskUnder{world: w, site: site, version: 1, name: fmt.Sprintf("kiosk-%d", len(w.kiosks)+len(w.retired))}
	k.line = newLine(w.t, k.name, w.listen)
	n := newcomer{kioskUnder: k, world: w, fuse: with, in: in}
	if n.of(Center) != nil {
		w.figures.centers += count(w.center.kill())
	}
	for range 30 {
		n.reviveCenter()
		if !n.revive() {
			continue
		}
		phase, err := k.ask("phase")
		if err != nil {
			continue
		}
		if strings.HasPrefix(phase, "phase ready") {
			if n.fuse == nil {
				return k
			}
			w.awaitFuse(k, in) // the last steps are nobody's to wait for
			continue
		}
		if err := n.nextStep(strings.Fields(phase)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.t.Fatalf("%s is never let in; fuse %v", k.name, n.fuse)
	return nil
}

// of is the fuse for a process: nil for all but the one in which it lies.
func (n *newcomer) of(p Process) *fuse {
	if p != n.in {
		return nil
	}
	return n.fuse
}

// burnt notes that the fuse has ended a process.
func (n *newcomer) burnt(p *process) {
	if n.fuse != nil && p != nil && !p.isAlive() && p.endedAt(n.fuse.Name) {
		n.fuse = nil
		n.world.figures.fuses++
	}
}

func (n *newcomer) reviveCenter() {
	if !n.world.center.isAlive() {
		n.burnt(n.world.center)
		n.world.startCenter(n.of(Center))
	}
}

// revive starts the kiosk when it is gone; false when the fuse ended it at once.
func (n *newcomer) revive() bool {
	if n.isAlive() {
		return true
	}
	n.burnt(n.process)
	return n.start(n.of(Kiosk))
}

// awaitFuse waits for the process with the fuse to end.
func (w *world) awaitFuse(k *kioskUnder, in Process) {
	w.t.Helper()
	p := w.center
	if in == Kiosk {
		p = k.process
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		w.t.Fatalf("the %s came through without passing the failpoint", in)
	}
}

var (
	enrolmentOf = regexp.MustCompile(`enrolment (\S+)`)
	codeOf      = regexp.MustCompile(`code +(\S+)`)
)

// nextStep takes an enrolment on from the phase the kiosk says it is in.
func (n *newcomer) nextStep(phase []string) error {
	if phase[1] == "unenrolled" {
		said, err := n.command("enroll", "--site", n.site, "--name", n.name, "--no-wait")
		if err != nil || said == "" {
			return err
		}
		n.enrolment = enrolmentOf.FindStringSubmatch(said)[1]
		_, err = n.ask("enrol " + n.line.address() + " " + codeOf.FindStringSubmatch(said)[1])
		if errors.Is(err, errSilent) {
			return err
		}
		return nil // the next phase tells how it went
	}
	said, err := n.command("enroll", "approve", n.enrolment, strings.Join(phase[2:], " "))
	if err == nil && said == "" {
		return nil // it ended, and perhaps had approved
	}
	// An error says that it had: then the kiosk tells.
	return n.awaitApproval()
}

// command runs a command of the center; one that the fuse ends says nothing.
func (n *newcomer) command(args ...string) (string, error) {
	said, err := n.world.command(n.of(Command), args...)
	if errors.Is(err, errFuse) {
		n.fuse = nil
		return "", nil
	}
	return said, err
}

// awaitApproval waits until the kiosk knows that it is let in, or is gone. The
// center may go meanwhile, and comes back.
func (n *newcomer) awaitApproval() error {
	answer := make(chan error, 1)
	k := n.process
	go func() {
		_, err := k.ask("approval")
		answer <- err
	}()
	for {
		select {
		case err := <-answer:
			if errors.Is(err, errGone) {
				return nil
			}
			return err
		case <-n.world.center.ended:
			n.reviveCenter()
		}
	}
}
