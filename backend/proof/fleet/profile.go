package fleet

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// profileFile names the variable that says where instances leave a profile of their
// processor time, with their process's number at the end.
const profileFile = "LIANXIN_PROFILE"

// Profiled runs the program of an instance and leaves its profile; tests it only runs.
func Profiled(run func() int) int {
	name := os.Getenv(profileFile)
	if name == "" || os.Getenv(askedFor) == "" {
		return run()
	}
	file, err := os.Create(fmt.Sprintf("%s.%d", name, os.Getpid()))
	if err == nil {
		err = pprof.StartCPUProfile(file)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		return 1
	}
	defer file.Close()
	defer pprof.StopCPUProfile()
	return run()
}
