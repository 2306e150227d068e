package failpoint

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lianxin/backend/proof/failpoint/point"
)

// patience bounds every wait for something that must come.
const patience = 2 * time.Minute

var (
	errGone   = errors.New("the process is gone")
	errSilent = errors.New("the process says nothing")
)

// process is one run of a program.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	said    chan string // what it says, line by line
	ended   chan struct{}
	code    error // once ended
	mark    string
}

// fuse is a failpoint that is to end a run, at one of its passings.
type fuse struct {
	Point
	passing int
}

var runs atomic.Int64

// launch starts a program; with a fuse, it ends where that says.
func launch(t *testing.T, folder string, with *fuse, env []string, program string, args ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(program, args...), said: make(chan string, 64), ended: make(chan struct{}),
		mark: filepath.Join(folder, "mark-"+strconv.FormatInt(runs.Add(1), 10))}
	p.command.Env = append(os.Environ(), env...)
	if with != nil {
		p.command.Env = append(p.command.Env, point.Name+"="+with.Name, point.Passing+"="+strconv.Itoa(with.passing), point.Mark+"="+p.mark)
	}
	log, err := os.OpenFile(filepath.Join(folder, filepath.Base(program)+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // the process has its own
	p.command.Stderr = log
	if p.in, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	return p
}

// listen hands on what the process says, until it is gone.
func (p *process) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20) // a desk's pages have pictures in them
	for lines.Scan() {
		select {
		case p.said <- lines.Text():
		default: // nobody asked
		}
	}
	close(p.said)
	p.code = p.command.Wait()
	close(p.ended)
}

// next waits for what it says next.
func (p *process) next() (string, error) {
	select {
	case line, ok := <-p.said:
		if !ok {
			<-p.ended
			return "", errGone
		}
		return line, nil
	case <-time.After(patience):
		return "", errSilent
	}
}

// ask sends a line and waits for the answer.
func (p *process) ask(line string) (string, error) {
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		<-p.ended
		return "", errGone
	}
	return p.next()
}

func (p *process) isAlive() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// kill ends it as kill -9 does, and tells whether it was still there.
func (p *process) kill() bool {
	if !p.isAlive() {
		return false
	}
	err := p.command.Process.Kill()
	<-p.ended
	return err == nil && p.wasKilled()
}

// wasKilled tells whether an ended process was killed and did not end by itself.
func (p *process) wasKilled() bool {
	e, ok := errors.AsType[*exec.ExitError](p.code)
	if !ok {
		return false
	}
	status, ok := e.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// endedAt tells whether an ended process was killed by a failpoint.
func (p *process) endedAt(name string) bool {
	text, err := os.ReadFile(p.mark)
	return err == nil && string(text) == name && p.wasKilled()
}

// stop ends it as a service manager does, and wants a clean end.
func (p *process) stop() error { return p.end(p.command.Process.Signal(syscall.SIGTERM)) }

// leave ends a kiosk by having no more to say to it.
func (p *process) leave() error { return p.end(p.in.Close()) }

func (p *process) end(err error) error {
	select {
	case <-p.ended:
		return errors.Join(err, p.code)
	case <-time.After(patience):
		return errors.Join(err, errSilent)
	}
}
