package center

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Where there is no room, what a center keeps beside its database stays as it was.
func TestAFullDiskLosesNothingKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept.json")
	if err := writeKept(file, []int{1}); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", file+".next"); err != nil {
		t.Fatal(err)
	}
	failed := writeKept(file, []int{2})
	if info, err := os.Lstat(file); failed == nil || err != nil || !info.Mode().IsRegular() {
		t.Fatalf("written: %v; what was kept before: %v", failed, err)
	}
	if left, err := readKept[[]int](file); err != nil || !slices.Equal(left, []int{1}) {
		t.Errorf("it holds %v: %v", left, err)
	}
	if err := os.WriteFile(file, []byte("[1, 2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if left, err := readKept[[]int](file); err != nil || left != nil {
		t.Errorf("of one that was cut off %v is left: %v", left, err)
	}
}
