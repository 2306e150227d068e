package coredump

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// role says what the test's own program does when it is started as the one that is killed.
const role = "LIANXIN_CORE_OF"

// spoken is what somebody said to the process, as long as it lives.
var spoken []byte

func TestMain(m *testing.M) {
	if as := os.Getenv(role); as != "" {
		holds(as)
	}
	os.Exit(m.Run())
}

// holds keeps in memory what it is told, as a kiosk or center does, until it is killed.
func holds(as string) {
	forbid := map[string]func() error{"nothing": func() error { return nil }, "limit": Limit, "forbid": Forbid}[as]
	if err := forbid(); err != nil {
		panic(err)
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || (dumpable == 0) != (as == "forbid") {
		panic("dumpable")
	}
	// Go would catch the signal and say its last words first; what is looked at is the kernel's core.
	var byDefault [64]byte
	if _, _, failed := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(syscall.SIGABRT), uintptr(unsafe.Pointer(&byDefault)), 0, 8, 0, 0); failed != 0 {
		panic(failed)
	}
	if spoken, err = io.ReadAll(bufio.NewReader(os.Stdin)); err != nil {
		panic(err)
	}
	if _, err := os.Stdout.WriteString("heard\n"); err != nil {
		panic(err)
	}
	select {}
}

// A process that is killed as a crash would kill it leaves no file with what it was told; one
// that did not ask for that does, where this system writes cores at all.
func TestAKilledProcessLeavesNothing(t *testing.T) {
	const name, number = "鹋穊菈", "110199198802300017"
	for _, as := range []string{"nothing", "limit", "forbid"} {
		dir := t.TempDir()
		cmd := exec.Command("sh", "-c", `ulimit -c unlimited; exec "$0"`, os.Args[0])
		cmd.Dir, cmd.Env = dir, append(os.Environ(), role+"="+as)
		cmd.Stdin = strings.NewReader(name + number)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "heard\n" {
			t.Fatalf("%s: %q, %v: %s", as, line, err, said.String())
		}
		if err := cmd.Process.Signal(syscall.SIGABRT); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Errorf("%s: it was not killed: %s", as, said.String())
		}
		cores, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if as != "nothing" && len(cores) > 0 {
			t.Errorf("%s: it left %v", as, cores)
		}
		if as == "nothing" && len(cores) > 0 {
			if core, err := os.ReadFile(cores[0]); err != nil || !bytes.Contains(core, []byte(name+number)) {
				t.Errorf("nothing of what was told is found in a core (%v): this looks at the wrong thing", err)
			}
		} else if as == "nothing" {
			pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
			t.Logf("%s hands cores to %s (%v): what is not dumpable is not handed on", runtime.GOOS, bytes.TrimSpace(pattern), err)
		}
	}
}
