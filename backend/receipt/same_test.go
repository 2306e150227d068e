package receipt

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/lang"
)

// digests renders all samples and lists their checksums.
func digests(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	all := samples()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, layout := range Layouts() {
			pdf, err := Render(all[name], layout)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s %x\n", name, layout, sha256.Sum256(pdf))
		}
	}
	return b.String()
}

// asChild is set in the process that TestTwoProcesses starts.
const asChild = "RECEIPT_TEST_DIGESTS"

func TestTwoProcessesGiveTheSameBytes(t *testing.T) {
	mine := digests(t)
	if name := os.Getenv(asChild); name != "" {
		if err := os.WriteFile(name, []byte(mine), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	for run := range 2 {
		name := t.TempDir() + "/digests"
		cmd := exec.Command(os.Args[0], "-test.run", "^TestTwoProcessesGiveTheSameBytes$")
		cmd.Env = append(os.Environ(), asChild+"="+name, "TZ=America/New_York", "LANG=C")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		other, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(other) != mine {
			t.Errorf("process %d made other files:\n%s\nthis one:\n%s", run, other, mine)
		}
	}
}

func TestManyAtOnceGiveTheSameBytes(t *testing.T) {
	snapshots := []Snapshot{checkInSnapshot(lang.Chinese), deferralSnapshot(lang.English), testPageSnapshot(lang.English)}
	var want [][]byte
	for _, s := range snapshots {
		pdf, err := Render(s, Roll80)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, pdf)
	}
	var wait sync.WaitGroup
	for i := range 24 {
		wait.Go(func() {
			pdf, err := Render(snapshots[i%3], Roll80)
			if err != nil || !bytes.Equal(pdf, want[i%3]) {
				t.Errorf("rendering %d at once with others gave another file (%v)", i, err)
			}
		})
	}
	wait.Wait()
}

func TestAnotherCopyIsAnotherFile(t *testing.T) {
	first := checkInSnapshot(lang.Chinese)
	again := checkInSnapshot(lang.Chinese)
	again.Reprint = 2
	a, _ := Render(first, Roll80)
	b, err := Render(again, Roll80)
	if err != nil || bytes.Equal(a, b) {
		t.Fatalf("a reprint equals the first copy (%v)", err)
	}
	if !strings.Contains(text(t, again, Roll80), "补打·第 2 次") || strings.Contains(text(t, first, Roll80), "补打") {
		t.Error("only the second copy says that it is a reprint")
	}
}
