package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/pquerna/otp/totp"
	"golang.org/x/sys/unix"

	"lianxin/backend/store/pgtest"
)

// asProgram makes the test binary behave as the program itself.
const asProgram = "LIANXIN_CENTER_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(pgtest.Run(m))
}

// terminal is the program running on a real pseudo-terminal.
type terminal struct {
	t       *testing.T
	file    *os.File
	command *exec.Cmd
	mu      sync.Mutex
	seen    bytes.Buffer
	arrived chan struct{} // one token when more was printed
	from    int           // what was expected lies before
}

func started(data string, args ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], append(args, "--data", data, "--demo")...)
	command.Env = append(os.Environ(), asProgram+"=1")
	return command
}

func open(t *testing.T, data string, args ...string) *terminal {
	t.Helper()
	x := &terminal{t: t, command: started(data, args...), arrived: make(chan struct{}, 1)}
	var err error
	if x.file, err = pty.Start(x.command); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.file.Close() })
	go func() {
		part := make([]byte, 4096)
		for {
			n, err := x.file.Read(part)
			x.mu.Lock()
			x.seen.Write(part[:n])
			x.mu.Unlock()
			select {
			case x.arrived <- struct{}{}:
			default:
			}
			if err != nil {
				close(x.arrived)
				return
			}
		}
	}()
	return x
}

// expect waits until the program prints something and returns what came before it.
func (x *terminal) expect(text string) string {
	x.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		x.mu.Lock()
		rest := x.seen.String()[x.from:]
		x.mu.Unlock()
		if at := strings.Index(rest, text); at >= 0 {
			x.from += at + len(text)
			return rest[:at]
		}
		select {
		case _, ok := <-x.arrived:
			if !ok && !strings.Contains(x.all()[x.from:], text) {
				x.t.Fatalf("the program ended without %q:\n%s", text, x.all())
			}
		case <-deadline:
			x.t.Fatalf("%q did not come:\n%s", text, x.all())
		}
	}
}

func (x *terminal) all() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.seen.String()
}

func (x *terminal) say(line string) {
	x.t.Helper()
	if _, err := io.WriteString(x.file, line+"\n"); err != nil {
		x.t.Fatal(err)
	}
}

var secretLine = regexp.MustCompile(`\n  ([A-Z2-7 ]{30,})\r`)

// enrolPhone reads the key off the terminal as an authenticator app would.
func (x *terminal) enrolPhone() string {
	x.t.Helper()
	printed := x.expect("Code the app shows")
	found := secretLine.FindStringSubmatch(printed)
	if found == nil {
		x.t.Fatalf("no key on the terminal:\n%s", printed)
	}
	secret := strings.ReplaceAll(found[1], " ", "")
	if !strings.Contains(printed, "█") {
		x.t.Error("no QR on the terminal")
	}
	return secret
}

func (x *terminal) code(secret string, at time.Time) string {
	x.t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		x.t.Fatal(err)
	}
	return code
}

func TestUserOnATerminal(t *testing.T) {
	data := t.TempDir()
	const password = "purple-anvil-91-coast"
	x := open(t, data, "user", "add", "Wang.Test", "--name", "测试王", "--role", "reception", "--district", "110105")
	x.expect("Password for Wang.Test")
	x.say("password1234")
	x.expect("The same again: ")
	x.say("password1234")
	x.expect("everyone uses")
	x.expect("Password for")
	x.say(password)
	x.expect("again: ")
	x.say(password + "x")
	x.expect("differ")
	x.expect("Password for")
	x.say(password)
	x.expect("again: ")
	x.say(password)
	secret := x.enrolPhone()
	x.say(x.code(secret, time.Now().Add(-time.Hour)))
	x.expect("that is not the code")
	x.expect("Code the app shows")
	x.say(x.code(secret, time.Now()))
	x.expect("added: wang.test as reception")
	if err := x.command.Wait(); err != nil {
		t.Error(err)
	}
	if strings.Contains(x.all(), password) {
		t.Error("the password can be read on the terminal")
	}

	list := runCenter(t, 0, data, "user", "list")
	for _, want := range []string{"wang.test", "测试王", "reception", "110105", "active"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q:\n%s", want, list)
		}
	}
	if said := runCenter(t, 1, data, "user", "add", "wang.test", "--name", "别人", "--role", "finance"); !strings.Contains(said, "user list") {
		t.Errorf("the login twice: %s", said)
	}
	runCenter(t, 0, data, "user", "change", "wang.test", "--role", "district_clerk", "--district", "110106")
	if said := runCenter(t, 0, data, "user", "change", "wang.test", "--name", "测试汪"); !strings.Contains(said, "测试汪 as district_clerk, 110106") {
		t.Errorf("changed: %s", said)
	}
	runCenter(t, 0, data, "user", "disable", "wang.test")
	if list := runCenter(t, 0, data, "user", "list"); !strings.Contains(list, "disabled") {
		t.Errorf("disabled:\n%s", list)
	}
	runCenter(t, 0, data, "user", "enable", "wang.test")

	x = open(t, data, "user", "reset", "wang.test")
	for range 2 {
		x.expect(": ")
		x.say(password + "-2")
	}
	next := x.enrolPhone()
	if next == secret {
		t.Error("a reset keeps the second factor")
	}
	x.say(x.code(next, time.Now()))
	x.expect("every login of theirs has ended")

	log := runCenter(t, 0, data, "audit", "export")
	for _, action := range []string{"staff.add", "staff.disable", "staff.enable", "staff.reset"} {
		if !strings.Contains(log, `"role":"machine","action":"`+action+`"`) {
			t.Errorf("the audit log lacks %s:\n%s", action, log)
		}
	}
}

// runCenter runs a command without a terminal and returns all it printed.
func runCenter(t *testing.T, exit int, data string, args ...string) string {
	t.Helper()
	command := started(data, args...)
	said, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != exit {
		t.Errorf("%v: exit %d, want %d (%v)\n%s", args, got, exit, err, said)
	}
	return string(said)
}

func TestUserRefusals(t *testing.T) {
	data := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
		exit int
	}{
		{[]string{"user", "add", "li.test", "--name", "测试李", "--role", "reception"}, "on a terminal", 1},
		{[]string{"user", "add", "13800000000", "--name", "测试李", "--role", "reception"}, "begins with a letter", 1},
		{[]string{"user", "reset", "li.test"}, "user list", 1},
		{[]string{"user", "disable", "li.test"}, "user list", 1},
		{[]string{"user", "add", "li.test", "--name", "测试李", "--role", "root"}, "role", 2},
	} {
		if said := runCenter(t, c.exit, data, c.args...); !strings.Contains(said, c.says) {
			t.Errorf("%v says %s", c.args, said)
		}
	}
}

// ^C in the middle of a password ends the program and leaves the terminal as it was.
func TestUserInterrupted(t *testing.T) {
	x := open(t, t.TempDir(), "user", "add", "wang.test", "--name", "测试王", "--role", "admin")
	x.expect("not shown): ")
	x.wantEcho(false)
	if _, err := x.file.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	if err := x.command.Wait(); x.command.ProcessState.ExitCode() != 1 {
		t.Errorf("%v", err)
	}
	x.wantEcho(true)
}

// wantEcho tells whether the terminal shows what is typed.
func (x *terminal) wantEcho(want bool) {
	x.t.Helper()
	state, err := unix.IoctlGetTermios(int(x.file.Fd()), unix.TCGETS)
	if err != nil {
		x.t.Fatal(err)
	}
	if got := state.Lflag&unix.ECHO != 0; got != want {
		x.t.Errorf("the terminal echoes: %v, want %v", got, want)
	}
}
