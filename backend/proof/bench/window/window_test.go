package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestCounted(t *testing.T) {
	const summary = "55d0-7ffd ---p 0 00:00 0 [rollup]\nRss:  5120 kB\nPss:  2048 kB\nPss_Anon:  1 kB\n"
	if kib, err := counted(summary, proportional); err != nil || kib != 2048 {
		t.Errorf("%v, %v", kib, err)
	}
	for _, broken := range []string{"", "Rss: 1 kB\n", "Pss: x kB\n"} {
		if _, err := counted(broken, proportional); err == nil {
			t.Errorf("%q has a share", broken)
		}
	}
}

// Processes are found by what they were started with, and by nothing else.
func TestMemoryOfMarkedProcesses(t *testing.T) {
	one := &turn{number: -1}
	if pids, err := family(-1, one.mark()); len(pids) != 0 || err != nil {
		t.Fatalf("%v have the mark of nobody, %v", pids, err)
	}
	if _, err := memory(nil, own); err == nil {
		t.Fatal("nobody holds memory")
	}
	child := exec.Command("sleep", "60")
	child.Env = append(os.Environ(), one.mark())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := child.Start(); err != nil { // returns once the child runs its program
		t.Fatal(err)
	}
	pids, err := family(-1, one.mark())
	if err != nil {
		t.Fatal(err)
	}
	shares, err := memory(pids, proportional)
	if err != nil || len(shares) != 1 || shares[0].process != "sleep" || total(shares) <= 0 {
		t.Errorf("%v, %v", shares, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it reports the kill
}

func TestCountCrashes(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte(`{"msg":"start"}
{"msg":"the page's process ended: loading the page again","reason":"crashed"}
{"msg":"the page is silent: loading it again"}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := countCrashes(log); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := countCrashes(log + "x"); err == nil {
		t.Error("a missing log has no crashes")
	}
	if crashed(0) != nil || crashed(1) == nil {
		t.Error("a crash is no failure")
	}
}

func TestReadTaps(t *testing.T) {
	for text, want := range map[string]int{"10 20\n30 40\n": 2, "": 0, "a b\n": 0, "7\n": 0} {
		file := filepath.Join(t.TempDir(), "taps")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if taps, err := readTaps(file); len(taps) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", text, taps, err)
		}
	}
}

func TestFiguresSetOursBesideTheOthers(t *testing.T) {
	all := []*contender{{name: "ours", painted: []float64{600, 500}, used: []float64{150}},
		{name: "chromium", painted: []float64{1000}, used: []float64{300}}, {name: "empty", painted: []float64{400}, used: []float64{100}}}
	got := figures(all)
	if len(got) != 4 || got[0].Ratio() != 0.55 || got[1].Ratio() != 0.5 || got[2].Peer != "empty" || got[3].Ours.Median != 150 {
		t.Fatalf("%+v", got)
	}
	for i, wanted := range []bool{true, true, false, false} {
		if held, has := got[i].Held(); has != wanted || !held {
			t.Errorf("%d: held %v, wanted %v", i, held, has)
		}
	}
}
