// Package ramdisk gives proofs a folder in memory: what a disk does when the power
// goes is shown by package powercut, and thousands of databases would wear one out.
package ramdisk

import (
	"os"
	"testing"
)

// mounted is where Linux has memory as a file system.
const mounted = "/dev/shm"

// Folder returns an empty folder in memory, or on the disk where there is none. It is
// gone when the test ends.
func Folder(t testing.TB) string {
	t.Helper()
	if info, err := os.Stat(mounted); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	folder, err := os.MkdirTemp(mounted, "lianxin-proof-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return folder
}
