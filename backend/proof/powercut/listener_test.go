package powercut

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// heard is what a worker said before it was gone.
type heard struct {
	opened         bool
	saved, settled []int
	called         []int
	failed         []string
}

// run starts a worker on the mounted disk and listens until it is gone.
func run(t *testing.T, d *Disk) heard {
	t.Helper()
	return runThen(t, d, func(string) {})
}

// runThen does something after each word of a worker, which waits meanwhile.
func runThen(t *testing.T, d *Disk, then func(word string)) heard {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	mounted := t.TempDir()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	worker := exec.CommandContext(ctx, program)
	unmount, err := Mount(mounted, d, kill)
	if err != nil {
		t.Fatal(err)
	}
	worker.Env = append(os.Environ(), workerFolder+"="+mounted)
	said, err := worker.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	goOn, err := worker.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	h := listen(bufio.NewScanner(said), func(word string) {
		then(word)
		_, _ = goOn.Write([]byte("\n")) // it may be gone already
	})
	_ = worker.Wait() // killed, most times
	d.Cut()
	if err := unmount(); err != nil {
		t.Fatal(err)
	}
	return h
}

func listen(lines *bufio.Scanner, then func(word string)) (h heard) {
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.Atoi(rest)
		switch word {
		case "open":
			h.opened = true
		case "saved":
			h.saved = append(h.saved, n)
		case "settled":
			h.settled = append(h.settled, n)
		case "called":
			h.called = append(h.called, n)
		case "failed":
			h.failed = append(h.failed, rest) // the code, and in words why
		default:
			continue // the rest of what is wrong, on a line of its own
		}
		then(word)
	}
	return h
}
