// Package point ends the process where a proof wants it ended. The calls are put
// into the product's code when a proof builds it; see package failpoint.
package point

import (
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
)

// What the environment says: which failpoint kills, at which passing, and the file
// that is then left behind to tell that it did.
const (
	Name    = "LIANXIN_FAILPOINT"
	Passing = "LIANXIN_FAILPOINT_PASSING"
	Mark    = "LIANXIN_FAILPOINT_MARK"
)

var (
	chosen  = os.Getenv(Name)
	mark    = os.Getenv(Mark)
	last    = number(os.Getenv(Passing))
	passing atomic.Int64
)

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 1
	}
	return n
}

// Pass is called when the program comes by a failpoint. At the chosen one it kills
// the process as a power cut would: nothing is flushed, closed or said.
func Pass(name string) {
	if name != chosen || passing.Add(1) != last {
		return
	}
	if err := os.WriteFile(mark, []byte(name), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "failpoint", name, err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
		panic(err)
	}
	select {} // nothing more of this goroutine happens
}
