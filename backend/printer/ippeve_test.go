package printer

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"
)

// eve is Debian's ippeveprinter, a real IPP Everywhere printer that hands every
// document to a command; the command of the tests obeys the test through pipes.
type eve struct {
	*testing.T
	uri    string
	dir    string
	jobs   *bufio.Scanner // a line of the command for every job it begins and order it carried out
	orders *os.File
	log    string
}

// script reports a job on the pipe "jobs", waits for orders on the pipe
// "orders", and keeps the document when told so. Orders are lines: a STATE or
// ATTR message for the printer, "print", or "fail".
const script = `#!/bin/sh
echo "job $IPP_JOB_NAME copies=$IPP_COPIES media=$IPP_MEDIA type=$CONTENT_TYPE" >DIR/jobs
while read -r order <DIR/orders; do
	case "$order" in
	print) cat "$1" >>DIR/printed; echo "$IPP_JOB_NAME" >>DIR/titles; exit 0 ;;
	fail) exit 1 ;;
	*) echo "$order" >&2; echo "done" >DIR/jobs ;;
	esac
done
`

// startEve starts the printer; arguments may extend it.
func startEve(t *testing.T, arguments ...string) *eve {
	t.Helper()
	e := &eve{T: t, dir: t.TempDir()}
	command := filepath.Join(e.dir, "command")
	e.must(os.WriteFile(command, []byte(strings.ReplaceAll(script, "DIR", e.dir)), 0o700))
	e.jobs, e.orders = bufio.NewScanner(e.pipe("jobs")), e.pipe("orders")

	bus := startBus(t, e.dir)
	port := freePort(t)
	e.uri = fmt.Sprintf("ipp://localhost:%d/ipp/print", port)
	arguments = append([]string{"-v", "-r", "off", "-n", "localhost", "-p", fmt.Sprint(port), "-d", e.dir, "-c", command}, arguments...)
	cmd := exec.Command("ippeveprinter", append(arguments, "Test")...)
	cmd.Env = append(os.Environ(), "DBUS_SYSTEM_BUS_ADDRESS="+bus)
	errors, err := cmd.StderrPipe()
	e.must(err)
	e.must(cmd.Start())
	t.Cleanup(func() { stop(cmd) })
	log := bufio.NewScanner(errors)
	for log.Scan() {
		if e.log += log.Text() + "\n"; strings.Contains(log.Text(), "printer-uri") {
			go io.Copy(io.Discard, errors) // it blocks when nobody reads what it says
			return e
		}
	}
	t.Fatalf("ippeveprinter did not start:\n%s", e.log)
	return nil
}

// pipe makes a named pipe and opens it both ways, so that it never ends and
// never waits for the other side.
func (e *eve) pipe(name string) *os.File {
	e.Helper()
	path := filepath.Join(e.dir, name)
	e.must(exec.Command("mkfifo", path).Run())
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	e.must(err)
	e.Cleanup(func() { _ = f.Close() })
	return f
}

// startBus starts a message bus of its own: ippeveprinter wants one even when
// it is told to announce itself to nobody.
func startBus(t *testing.T, dir string) string {
	t.Helper()
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, []byte(fmt.Sprintf(`<busconfig><type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy></busconfig>`, filepath.Join(dir, "bus"))), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(cmd) })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon did not start: %v", err)
	}
	return strings.TrimSpace(address)
}

func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (e *eve) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// begun waits until the printer works on a job and returns what it knows of it.
func (e *eve) begun() string {
	e.Helper()
	if !e.jobs.Scan() {
		e.Fatal("the printer's command is gone")
	}
	return e.jobs.Text()
}

// order tells the command what to do next. It returns when it was read.
func (e *eve) order(order string) {
	e.Helper()
	_, err := e.orders.WriteString(order + "\n")
	e.must(err)
	if reasons, ok := strings.CutPrefix(order, "STATE: "); ok {
		e.begun() // the command says "done"
		e.awaitReasons(strings.Split(strings.TrimLeft(reasons, "+-"), ","), !strings.HasPrefix(reasons, "-"))
	}
}

// awaitReasons asks the printer until it shows the reasons, or shows them no
// more: it takes note of its command's messages in its own time.
func (e *eve) awaitReasons(reasons []string, shown bool) {
	e.Helper()
	p := newIPP(e.T, e.uri, IPPOptions{})
	m := p.request(goipp.OpGetPrinterAttributes)
	wanted(m, "printer-state-reasons")
	for {
		answer, err := p.send(e.Context(), m, nil)
		e.must(err)
		now := strings.Join(words(answer.Printer, "printer-state-reasons"), " ")
		if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(now, r) != shown }) {
			return
		}
	}
}

// printed returns everything that came out, and the titles.
func (e *eve) printed() (paper, titles string) {
	a, err := os.ReadFile(filepath.Join(e.dir, "printed"))
	if err != nil && !os.IsNotExist(err) {
		e.Fatal(err)
	}
	b, _ := os.ReadFile(filepath.Join(e.dir, "titles"))
	return string(a), string(b)
}
