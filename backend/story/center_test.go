package story_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// running is the center process of one story.
type running struct {
	process *exec.Cmd
	log     *strings.Builder
	said    chan string // lines of its console
}

// serve starts the center and returns when it says that it serves.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	at := ts.Value(running{}).(*running)
	if neg || len(args) > 0 || at.process != nil {
		ts.Fatalf("usage: serve, while no center runs")
	}
	command := exec.Command(findProgram(ts, "lianxin-center"), "serve", "--listen", ts.Getenv("LISTEN"))
	command.Env = environment(ts)
	at.log = &strings.Builder{}
	command.Stderr = at.log
	out, err := command.StdoutPipe()
	ts.Check(err)
	ts.Check(command.Start())
	at.process = command
	ts.Defer(func() { _ = stop(at) })
	reader := bufio.NewReader(out)
	line, err := reader.ReadString('\n')
	if err != nil || !strings.Contains(line, "serves at") {
		_ = stop(at)
		ts.Fatalf("the center said %q (%v)\n%s", line, err, at.log)
	}
	at.said = make(chan string, 1000)
	go at.listen(reader)
}

// listen keeps what the center shows on its console until a story asks for it; more than
// a story would ask for is let go, or the center would wait for its console.
func (r *running) listen(console *bufio.Reader) {
	defer close(r.said)
	for {
		line, err := console.ReadString('\n')
		if err != nil {
			return
		}
		select {
		case r.said <- line:
		default:
		}
	}
}

// hears waits until the center shows a line and keeps a part of it in a variable.
func hears(ts *testscript.TestScript, neg bool, args []string) {
	at := ts.Value(running{}).(*running)
	if neg || len(args) != 2 || at.process == nil {
		ts.Fatalf("usage: hears NAME REGEXP, while a center runs")
	}
	wanted, late := regexp.MustCompile(args[1]), time.After(time.Minute)
	for {
		select {
		case line, ok := <-at.said:
			if found := wanted.FindStringSubmatch(line); found != nil {
				ts.Setenv(args[0], found[1])
				return
			}
			if !ok {
				ts.Fatalf("the center ended and never said %s", args[1])
			}
		case <-late:
			ts.Fatalf("the center did not say %s", args[1])
		}
	}
}

// halt stops the center as a service manager does and wants a clean end.
func halt(ts *testscript.TestScript, neg bool, args []string) {
	at := ts.Value(running{}).(*running)
	if neg || len(args) > 0 || at.process == nil {
		ts.Fatalf("usage: halt, while a center runs")
	}
	if err := stop(at); err != nil {
		ts.Fatalf("the center ended with %v\n%s", err, at.log)
	}
}

func stop(at *running) error {
	if at.process == nil {
		return nil
	}
	process := at.process
	at.process = nil
	return errors.Join(process.Process.Signal(syscall.SIGTERM), process.Wait())
}

// environment is what the story's programs see.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"HOME", "PATH", "LIANXIN_DEMO", "LIANXIN_DATA", "LIANXIN_URL", "TMPDIR"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// findProgram looks in the story's own path.
func findProgram(ts *testscript.TestScript, name string) string {
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if path := dir + "/" + name; exec.Command("test", "-x", path).Run() == nil {
			return path
		}
	}
	ts.Fatalf("%s is not in %s", name, ts.Getenv("PATH"))
	return ""
}

// exits runs a program and compares the code it ends with.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// capture keeps a part of the last output in a variable.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	out := ts.ReadFile("stdout")
	found := regexp.MustCompile(args[1]).FindStringSubmatch(out)
	if len(found) != 2 {
		ts.Fatalf("%s is not in:\n%s", args[1], out)
	}
	ts.Setenv(args[0], found[1])
}

// damage overwrites the beginning of a file, as a failing disk does.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage FILE")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteAt([]byte(strings.Repeat("\x00garbage", 512)), 0)
	ts.Check(errors.Join(err, f.Close()))
}
