package memory

import (
	"os"
	"os/exec"
	"testing"
)

func TestCounted(t *testing.T) {
	const summary = "55d0-7ffd ---p 0 00:00 0 [rollup]\nRss:  5120 kB\nPss:  2048 kB\nPss_Anon:  1 kB\n"
	if kib, err := counted(summary, Proportional); err != nil || kib != 2048 {
		t.Errorf("%v, %v", kib, err)
	}
	for _, broken := range []string{"", "Rss: 1 kB\n", "Pss: x kB\n"} {
		if _, err := counted(broken, Proportional); err == nil {
			t.Errorf("%q has a share", broken)
		}
	}
}

// Processes are found by what they were started with, and by nothing else.
func TestMemoryOfMarkedProcesses(t *testing.T) {
	const mark = "LIANXIN_TEST_MEMORY=one"
	if pids, err := Family(-1, mark); len(pids) != 0 || err != nil {
		t.Fatalf("%v have the mark of nobody, %v", pids, err)
	}
	if _, err := Of(nil, Own); err == nil {
		t.Fatal("nobody holds memory")
	}
	child := exec.Command("sleep", "60")
	child.Env = append(os.Environ(), mark)
	if err := child.Start(); err != nil { // returns once the child runs its program
		t.Fatal(err)
	}
	pids, err := Family(-1, mark)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := Of(pids, Proportional)
	if err != nil || len(shares) != 1 || shares[0].Process != "sleep" || Total(shares) <= 0 {
		t.Errorf("%v, %v", shares, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it reports the kill
}
