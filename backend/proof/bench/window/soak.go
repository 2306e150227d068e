package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/proof/figure"
)

// growthAim is how much the memory after the whole soak may be of that after its first tenth.
const growthAim = 1.05

// soak lets one donor after the other check in at one window for a while, each walked
// through the whole journey by the script people's words are found with, and compares
// the memory of the second half with that just after the first tenth.
func soak(length time.Duration) (err error) {
	t, err := newTurn()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end()) }()
	log := filepath.Join(t.folder, "kiosk.log")
	lines, err := t.startLogged(log, *program, "kiosk", "--demo", "--data", *data, "--log-stderr", "--printer", "folder:"+filepath.Join(t.folder, "receipts"))
	if err != nil {
		return err
	}
	if _, err := t.painted(lines); err != nil {
		return err
	}
	var early, late []float64
	donors := 0
	for began := time.Now(); time.Since(began) < length; donors++ {
		if out, err := t.command("/usr/bin/python3", *walker, filepath.Join(t.folder, "screens"), *center).CombinedOutput(); err != nil {
			return fmt.Errorf("donor %d: %w\n%s", donors+1, err, out)
		}
		shares, err := t.memory(own)
		if err != nil {
			return err
		}
		passed := time.Since(began)
		fmt.Printf("%4.0f s, donor %3d: %6.1f MiB %v\n", passed.Seconds(), donors+1, total(shares), shares)
		switch {
		case passed > length/2:
			late = append(late, total(shares))
		case passed > length/10:
			early = append(early, total(shares))
		}
	}
	crashes, err := countCrashes(log)
	if err != nil {
		return err
	}
	if len(early) == 0 || len(late) == 0 {
		return fmt.Errorf("%d donors in %s are too few to compare", donors, length)
	}
	note := fmt.Sprintf("%d donors checked in one after the other in %s, the page's process ended %d times", donors, length, crashes)
	return errors.Join(crashed(crashes), figure.Keep(figure.Figure{Work: "soak: memory of the window that nobody shares, second half", Unit: "MiB", Ours: figure.SpreadOf(late...),
		Peer: "itself after the first tenth", Theirs: figure.SpreadOf(early[0]), Aim: figure.Aim{RatioAtMost: growthAim}, Note: note}))
}

func crashed(times int) error {
	if times > 0 {
		return fmt.Errorf("the page's process ended %d times", times)
	}
	return nil
}

// countCrashes reads in the kiosk's log how often its page had to be loaded again.
func countCrashes(log string) (int, error) {
	text, err := os.ReadFile(log)
	if err != nil {
		return 0, err
	}
	return bytes.Count(text, []byte("the page's process ended")) + bytes.Count(text, []byte("the page is silent")), nil
}
